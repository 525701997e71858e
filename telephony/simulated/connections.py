"""A customer and an operator in one call: the Local channel between the queue and the operator's standing leg.

Its second half is the handle: hung up it ends the operator's side, redirected to `lhold` it puts the customer on hold.
The first thing it does is to make the operator INUSE; nothing here ever makes him free again.
"""

from __future__ import annotations

import math
from asyncio import TimerHandle
from typing import TYPE_CHECKING

from telephony.simulated.channels import RING, UP
from telephony.simulated.core import SwitchCore
from telephony.simulated.queues import Member, Waiter

if TYPE_CHECKING:
    from telephony.simulated.operators import OperatorLeg

BRIDGE_S = 0.002


class Connection:
    """One member called for one waiting customer, and the conversation if it comes to that."""

    def __init__(self, core: SwitchCore, waiter: Waiter, member: Member) -> None:
        self.core = core
        self.waiter = waiter
        self.member = member
        self.customer = waiter.customer
        self.queue = waiter.queue
        self.leg: OperatorLeg | None = None
        self.on_hold = False
        self.connected_at = 0.0
        self._timer: TimerHandle | None = None
        caller = self.customer.channel
        self.context = "op-direct" if self.queue.direct else "op"
        self.first, self.second = core.channels.create_local_pair(
            f"{member.operator}@{self.context}", now=core.now(), linkedid=caller.linkedid
        )

    # ---- calling the member

    def begin(self) -> bool:
        """Call the member. False: the dialplan refused (his leg is gone or busy) and the next one may be called."""
        core, member, caller = self.core, self.member, self.customer.channel
        for half in (self.first, self.second):
            core.events.channel("Newchannel", half)
            half.variables.update(caller.variables)
            half.caller_num = half.connected_num = caller.caller_num
            half.at(self.context, member.operator)
        self.second.variables["GROUP(op)"] = member.operator
        self.second.enter_state(RING)
        self._tell_queue("AgentCalled")
        leg = core.live_leg(member.operator)
        if leg is None or leg.connection is not None:
            self._refused()
            return False
        self.leg = leg
        leg.connection = self
        self.waiter.pending = self
        core.connections[self.second.uniqueid] = self
        core.device_states[f"Custom:op-{member.operator}"] = "INUSE"
        self._timer = core.soon(BRIDGE_S, self._bridge)
        return True

    def _refused(self) -> None:
        self.core.events.user("MemberRefused", self.second, f"Operator: {self.member.operator}\r\n")
        self._drop_halves(17)
        self._tell_queue("AgentRingNoAnswer", "RingTime: 1\r\n")

    def called_off(self) -> None:
        """The customer, or the operator's leg, went away between the call and the bridge."""
        self._stop_timer()
        self.waiter.pending = None
        self.core.acd.report_device_state(f"Custom:op-{self.member.operator}")
        if self.leg:
            self.leg.connection = None
        self._drop_halves(0)

    def _bridge(self) -> None:
        core, caller, leg = self.core, self.customer.channel, self.leg
        assert leg is not None
        self.connected_at = core.now()
        leg.leave_idle()
        self._enter_bridge(leg)
        for half in (self.first, self.second):
            half.enter_state(UP)
        core.events.emit("DialEnd", f"{caller.lines()}{self.first.lines('Dest')}DialStatus: ANSWER\r\n")
        core.acd.report_device_state(f"Custom:op-{self.member.operator}")
        self.member.in_call = True
        hold_s = int(self.connected_at - self.waiter.joined_at)
        self.waiter.pending = None
        core.acd.leave(self.waiter)
        core.counts["connected"] += 1
        core.log_event("CONNECT", caller, exten=self.member.operator)
        self._tell_queue("AgentConnect", f"RingTime: 0\r\nHoldTime: {hold_s}\r\n")
        if self.queue.direct:
            call_id = caller.variables.get("CALL_ID", "")
            core.events.user("DirectConnect", self.second, f"CallId: {call_id}\r\nOperator: {self.member.operator}\r\n")
        for count, channel in enumerate((self.first, caller), start=1):
            core.events.bridge("BridgeEnter", channel, self._queue_bridge, "basic", count)
        self.customer.connected(self)
        if self.customer.plan.operator_dies_after_s < math.inf:
            self._timer = core.after(self.customer.plan.operator_dies_after_s, leg.die)

    @property
    def _queue_bridge(self) -> str:
        return f"queue-{self.second.uniqueid}"

    @property
    def _operator_bridge(self) -> str:
        return f"operator-{self.second.uniqueid}"

    def _enter_bridge(self, leg: OperatorLeg) -> None:
        for count, channel in enumerate((leg.channel, self.second), start=1):
            self.core.events.bridge("BridgeEnter", channel, self._operator_bridge, "basic", count)

    def _leave_bridge(self, leg: OperatorLeg) -> None:
        for count, channel in ((1, self.second), (0, leg.channel)):
            if not channel.gone:
                self.core.events.bridge("BridgeLeave", channel, self._operator_bridge, "basic", count)

    # ---- while they talk

    def hold(self) -> None:
        """The second half is redirected to `lhold`: music for the customer, the operator waits."""
        if leg := self._let_leg_go():
            leg.enter_idle()
        self.on_hold = True
        call_id = self.second.variables.get("CALL_ID", "")
        self.second.at("lhold", "s")
        self.core.events.user("Held", self.second, f"CallId: {call_id}\r\n")
        self.core.events.channel("MusicOnHoldStart", self.second, "Class: default\r\n")

    def bridge_with(self, operator: str) -> None:
        """The second half is redirected to `lbr`: back from hold, or over to another operator."""
        leg = self.core.live_leg(operator)
        if leg is not self.leg and (previous := self._let_leg_go()):
            previous.enter_idle()
        if leg is None or leg.connection not in (None, self):
            self.operator_side_ended()
            return
        if self.on_hold:
            self.core.events.channel("MusicOnHoldStop", self.second)
        self.on_hold = False
        if self.leg is None:
            self.second.at("lbr", operator)
            self.second.variables["GROUP(op)"] = operator
            self.leg = leg
            leg.connection = self
            leg.leave_idle()
            self._enter_bridge(leg)

    def _let_leg_go(self) -> OperatorLeg | None:
        leg, self.leg = self.leg, None
        if leg:
            leg.connection = None
            self._leave_bridge(leg)
        return leg

    def operator_side_ended(self) -> None:
        """The second half ended, or the operator's leg did, while the customer is still there."""
        if not self.connected_at:
            self.called_off()
            self.core.acd.wake(self.customer)
            return
        customer = self.customer
        self.finish("agent")
        customer.disconnected()
        self.core.acd.after_queue(customer, self.member.operator)

    def finish(self, reason: str, *, completed: bool = True) -> None:
        """End the conversation. ``reason``: caller | agent (who ended it, as the queue sees it).

        ``completed`` False: the customer was redirected out of the queue, which then counts and reports nothing.
        """
        core, caller = self.core, self.customer.channel
        self._stop_timer()
        now = core.now()
        for count, channel in ((1, caller), (0, self.first)):
            core.events.bridge("BridgeLeave", channel, self._queue_bridge, "basic", count)
        self.member.in_call = False
        if completed:
            self._complete(now, reason)
        leg = self._let_leg_go()
        self._drop_halves(16)
        if leg and leg.is_up:
            leg.enter_idle()

    def _complete(self, now: float, reason: str) -> None:
        """Count and report the call. shared_lastcall: its time counts for the member in every queue."""
        self.queue.completed += 1
        self.member.calls_taken += 1
        self._tell_queue(
            "AgentComplete",
            f"HoldTime: {int(self.connected_at - self.waiter.joined_at)}\r\n"
            f"TalkTime: {int(now - self.connected_at)}\r\nReason: {reason}\r\n",
            anonymous=self.customer.plan.anonymous_complete,
        )
        for queue in self.core.acd.queues.values():
            if member := queue.members.get(self.member.interface):
                member.last_call = now

    def _drop_halves(self, cause: int) -> None:
        self.core.connections.pop(self.second.uniqueid, None)
        for half in (self.second, self.first):
            self.core.channels.remove(half)
            self.core.events.hangup(half, cause)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def _tell_queue(self, name: str, extra: str = "", *, anonymous: bool = False) -> None:
        """An event of the queue; a direct call has none."""
        if not self.queue.direct:
            self.core.events.emit(name, f"{self._lines(anonymous=anonymous)}{extra}")

    def _lines(self, *, anonymous: bool = False) -> str:
        """The headers of the Agent… events: customer, first half (Dest…), queue and member."""
        caller = "" if anonymous else self.customer.channel.lines()
        return (
            f"{caller}{self.first.lines('Dest')}Queue: {self.queue.name}\r\n"
            f"MemberName: {self.member.name}\r\nInterface: {self.member.interface}\r\n"
        )
