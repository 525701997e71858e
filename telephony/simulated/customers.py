"""A customer's leg, from the dial to the hang-up: it walks through its callee's plan by timers, never by a task."""

from __future__ import annotations

import math
from asyncio import TimerHandle
from collections.abc import Callable
from typing import NamedTuple

from telephony.simulated import originate
from telephony.simulated.callees import CalleePlan
from telephony.simulated.channels import RINGING, UP, Channel
from telephony.simulated.connections import Connection
from telephony.simulated.core import SwitchCore
from telephony.simulated.originate import OriginateRequest
from telephony.simulated.queues import Waiter

LOST_PRIORITY = 100
"""QUEUE_PRIO of a customer whose operator's leg died."""


class Failure(NamedTuple):
    dial_status: str
    cause: int
    tech_cause: str


FAILURES = {
    "busy": Failure("BUSY", 17, "486"),
    "invalid": Failure("NOANSWER", 1, "404"),
    "unavailable": Failure("NOANSWER", 19, "480"),
    "congestion": Failure("CONGESTION", 34, "503"),
    "declined": Failure("NOANSWER", 21, "603"),
}


class CustomerLeg:
    """One dialed customer. ``dead``: his trunk never answers anything."""

    def __init__(
        self, core: SwitchCore, channel: Channel, plan: CalleePlan, request: OriginateRequest, *, dead: bool
    ) -> None:
        self.core = core
        self.channel = channel
        self.plan = plan
        self.request = request
        self.dead = dead
        self.answered = False
        self.waiter: Waiter | None = None
        self.connection: Connection | None = None
        self.queue_priority = 0
        self.outcome = ""
        self._timers: dict[str, TimerHandle] = {}

    # ---- dialing

    def dial(self) -> None:
        core, channel, request = self.core, self.channel, self.request
        core.customers[channel.uniqueid] = self
        core.counts["dialed"] += 1
        core.journal.note(
            core.now(),
            "dialed",
            channel.uniqueid,
            number=request.number,
            trunk=request.trunk,
            company=request.variables.get("COMPANY", ""),
            campaign=request.variables.get("CAMPAIGN_ID", ""),
        )
        core.log_event("CHAN_START", channel, exten=request.exten)
        core.events.channel("Newchannel", channel)  # before the variables are set: their headers are empty
        channel.variables.update(request.variables)
        channel.caller_num = channel.connected_num = request.caller_num
        channel.caller_name = request.caller_name
        channel.at(request.context, request.exten, request.priority)
        if self.dead or self.plan.post_dial_s >= request.timeout_s:
            self._later("step", request.timeout_s, self._give_up)
        else:
            self._later("step", self.plan.post_dial_s, self._progress)

    def _progress(self) -> None:
        if failure := FAILURES.get(self.plan.outcome):
            self._fail(failure)
            return
        self.channel.enter_state(RINGING)
        self.core.events.channel("Newstate", self.channel)
        self.core.events.emit("DialState", f"{self.channel.lines('Dest')}DialStatus: RINGING\r\n")
        remaining = self.request.timeout_s - self.plan.post_dial_s
        if self.plan.ring_s >= remaining:
            self._later("step", remaining, self._give_up)
        else:
            self._later("step", self.plan.ring_s, self._answer)

    def _fail(self, failure: Failure) -> None:
        self.outcome = self.plan.outcome
        self.core.events.dial_end(self.channel, failure.dial_status)
        self._end_unanswered(failure.cause, failure.tech_cause, originate.FAILED, hangup_by="")

    def _give_up(self) -> None:
        self.outcome = "dead_trunk" if self.dead else "no_answer"
        self._end_unanswered(19, "480", originate.RING_TIMEOUT, hangup_by="switch")

    def _end_unanswered(self, cause: int, tech_cause: str, reason: int, *, hangup_by: str) -> None:
        if self.plan.response_first:
            self._report_failure(reason)
        self._gone(cause, tech_cause, hangup_by)
        if not self.plan.response_first:
            self._report_failure(reason)

    def _report_failure(self, reason: int) -> None:
        originate.report(self.core, self.request, success=False, reason=reason, channel=self.channel)

    # ---- answered

    def _answer(self) -> None:
        self.answered = True
        self.outcome = "machine" if self.plan.machine else "answered"
        self.core.counts["answered"] += 1
        self.channel.enter_state(UP)
        self.core.log_event("ANSWER", self.channel)
        self.core.events.channel("Newstate", self.channel)
        self.core.events.dial_end(self.channel, "ANSWER")
        self._later("stay", self.plan.stay_s, self.bye)
        if not self.plan.late_response:
            self._report_success()
        self.core.acd.run_dialplan(self)
        if self.plan.late_response:
            self._report_success()

    def _report_success(self) -> None:
        originate.report(self.core, self.request, success=True, reason=originate.ANSWERED, channel=self.channel)

    def waiting(self, waiter: Waiter) -> None:
        """He is in a queue."""
        self.waiter = waiter
        self._later("patience", self.plan.patience_s, self.bye)

    def connected(self, connection: Connection) -> None:
        """He talks to an operator."""
        self.waiter = None
        self.connection = connection
        self._cancel("patience")
        self._later("talk", self.plan.talk_s, self.bye)

    def disconnected(self) -> None:
        """The operator's side is gone; the dialplan says what becomes of him."""
        self.connection = None
        self._cancel("talk")

    def hear_message(self, then: Callable[[], None]) -> None:
        """An announcement is played to him."""
        self._cancel("patience")
        self._later("step", self.core.scenario.message_s, then)

    # ---- the end

    def bye(self) -> None:
        """He hangs up himself."""
        cause = 16 if self.plan.bye_with_reason else 0
        self.core.events.channel("HangupRequest", self.channel)
        self.hang_up(hangup_by="customer", cause=cause)

    def hang_up(self, *, hangup_by: str, cause: int = 16) -> None:
        """End the leg in whatever state it is. ``hangup_by``: customer | operator | dialer | switch"""
        if self.channel.gone:
            return
        if not self.answered:
            self.outcome = "cancelled"
            self._end_unanswered(cause, "", originate.HUNG_UP, hangup_by=hangup_by)
            return
        if self.waiter:
            self.core.acd.abandon(self.waiter)
        if self.connection:
            self.connection.finish("caller")
        self._gone(cause, "", hangup_by)

    def _gone(self, cause: int, tech_cause: str, hangup_by: str) -> None:
        core, channel = self.core, self.channel
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        core.channels.remove(channel)
        core.customers.pop(channel.uniqueid, None)
        core.counts["ended"] += 1
        core.log_event("HANGUP", channel, cause=cause, tech_cause=tech_cause, hangup_by=hangup_by)
        core.journal.note(
            core.now(),
            "ended",
            channel.uniqueid,
            outcome=self.outcome,
            cause=cause,
            tech_cause=tech_cause,
            hangup_by=hangup_by,
        )
        core.events.hangup(channel, cause, tech_cause)

    def _later(self, name: str, seconds: float, act: Callable[[], None]) -> None:
        self._cancel(name)
        if seconds < math.inf:
            self._timers[name] = self.core.after(seconds, act)

    def _cancel(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()
