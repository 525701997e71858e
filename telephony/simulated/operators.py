"""An operator's standing leg: opened once for a shift, waiting in a holding bridge between calls."""

from __future__ import annotations

from asyncio import TimerHandle
from typing import TYPE_CHECKING

from telephony.simulated import originate
from telephony.simulated.channels import RINGING, UP, Channel
from telephony.simulated.core import SwitchCore
from telephony.simulated.originate import OriginateRequest

if TYPE_CHECKING:
    from telephony.simulated.connections import Connection


class OperatorLeg:
    """One leg to a browser, or to what stands for one. ``failure``: unregistered legs never get this far."""

    def __init__(self, core: SwitchCore, channel: Channel, request: OriginateRequest, *, failure: str) -> None:
        self.core = core
        self.channel = channel
        self.request = request
        self.failure = failure
        self.operator = request.exten
        self.connection: Connection | None = None
        self.colleague: OperatorLeg | None = None
        """The operator he consults (AMI Bridge)."""
        self._timer: TimerHandle | None = None

    @property
    def is_up(self) -> bool:
        return self.channel.state == UP and not self.channel.gone

    def open(self) -> None:
        core, channel, request = self.core, self.channel, self.request
        core.operator_legs[channel.uniqueid] = self
        core.log_event("CHAN_START", channel, exten=request.exten)
        core.events.channel("Newchannel", channel)
        channel.variables.update(request.variables)
        channel.caller_num = request.caller_num
        channel.caller_name = request.caller_name
        channel.at(request.context, request.exten, request.priority)
        self._timer = core.after(core.scenario.operator_answer_s / 2, self._ring)

    def _ring(self) -> None:
        if self.failure == "busy":
            self.core.events.dial_end(self.channel, "BUSY")
            self._not_opened(17, "486", originate.FAILED)
            return
        self.channel.enter_state(RINGING)
        self.core.events.channel("Newstate", self.channel)
        self.core.events.emit("DialState", f"{self.channel.lines('Dest')}DialStatus: RINGING\r\n")
        if self.failure == "unanswered":
            self._timer = self.core.after(self.request.timeout_s, self._unanswered)
        else:
            self._timer = self.core.after(self.core.scenario.operator_answer_s / 2, self._answer)

    def _unanswered(self) -> None:
        self._not_opened(19, "480", originate.RING_TIMEOUT)

    def _not_opened(self, cause: int, tech_cause: str, reason: int) -> None:
        self._gone(cause, tech_cause, "switch")
        originate.report(self.core, self.request, success=False, reason=reason, channel=self.channel)

    def _answer(self) -> None:
        core, channel = self.core, self.channel
        self._timer = None
        channel.enter_state(UP)
        core.log_event("ANSWER", channel)
        core.events.channel("Newstate", channel)
        core.events.dial_end(channel, "ANSWER")
        originate.report(core, self.request, success=True, reason=originate.ANSWERED, channel=channel)
        core.operator_channels[self.operator] = self
        core.events.user("OperatorUp", channel, f"Operator: {self.operator}\r\n")
        self.enter_idle()

    def enter_idle(self) -> None:
        """BridgeWait: he hears nothing until the next call."""
        if not self.channel.gone:
            self.channel.application = "BridgeWait"
            self.core.events.bridge("BridgeEnter", self.channel, f"idle-{self.operator}", "holding", 1)

    def leave_idle(self) -> None:
        self.end_consultation()
        self.channel.application = "Bridge"
        self.core.events.bridge("BridgeLeave", self.channel, f"idle-{self.operator}", "holding", 0)

    def consult(self, other: OperatorLeg) -> bool:
        """Bridge two waiting operators. False: one of them isn't waiting."""
        if not all(leg.is_up and leg.connection is None for leg in (self, other)) or other is self:
            return False
        for count, leg in enumerate((self, other), start=1):
            leg.leave_idle()
            self.core.events.bridge("BridgeEnter", leg.channel, f"consult-{self.channel.uniqueid}", "basic", count)
        self.colleague, other.colleague = other, self
        return True

    def ask(self, other: OperatorLeg | None) -> None:
        """The dialplan's `ask`: to a colleague's leg; back to waiting where that isn't waiting."""
        if other is None or not self.consult(other):
            self.wait_again()

    def wait_again(self) -> None:
        if self.colleague is not None:
            self.end_consultation()
        else:
            self.enter_idle()

    def end_consultation(self) -> None:
        """Both wait again."""
        other, self.colleague = self.colleague, None
        if other is None:
            return
        other.colleague = None
        for leg in (self, other):
            self.core.events.bridge("BridgeLeave", leg.channel, leg.channel.bridge_id, "basic", 0)
            leg.enter_idle()

    def die(self) -> None:
        """The browser is gone and the switch noticed; the customer's call goes on without it."""
        self.hang_up(hangup_by="operator", cause=0)

    def hang_up(self, *, hangup_by: str, cause: int = 16) -> None:
        if self.channel.gone:
            return
        if not self.is_up:
            self._not_opened(cause, "", originate.HUNG_UP)
            return
        connection = self.connection
        self.end_consultation()
        self._gone(cause, "", hangup_by)
        if connection:
            connection.operator_side_ended()

    def _gone(self, cause: int, tech_cause: str, hangup_by: str) -> None:
        if self._timer:
            self._timer.cancel()
        self.core.channels.remove(self.channel)
        self.core.operator_legs.pop(self.channel.uniqueid, None)
        if self.core.operator_channels.get(self.operator) is self:
            del self.core.operator_channels[self.operator]
        self.core.log_event("HANGUP", self.channel, cause=cause, tech_cause=tech_cause, hangup_by=hangup_by)
        self.core.events.hangup(self.channel, cause, tech_cause)
