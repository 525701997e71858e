"""What became of a call: folds the switch's events into facts, and facts into a state and an outcome. Pure.

Events arrive twice and out of order. Each states a fact, so the fold keeps the earliest instant of each kind: the
same events give the same facts in whatever order, however often and in however many batches they come. A dialed
call's end is final: what arrives later changes nothing (CallEnded repeats every instant, so nothing is lost by it).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from telephony.bus.events import (
    CallAnswered,
    CallConnected,
    CallDialed,
    CallEnded,
    CallEvent,
    CallQueued,
    CallRefused,
    CallRinging,
    CallUnattended,
)


class State(StrEnum):
    """The values of calls.choices.CallState, without Django."""

    CREATED = "created"
    DIALING = "dialing"
    RINGING = "ringing"
    WAITING = "waiting"
    TALKING = "talking"
    ENDED = "ended"


class Outcome(StrEnum):
    """The values of calls.choices.Outcome, without Django."""

    CONNECTED = "connected"
    ABANDONED = "abandoned"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    INVALID = "invalid"
    REJECTED = "rejected"
    CONGESTION = "congestion"
    FAILED = "failed"
    CANCELED = "canceled"
    MACHINE = "machine"
    NOT_DIALED = "not_dialed"


WRITTEN = "~"
"""In CallFacts.operator: the operator is in the row already, by its id. Sorts after every extension."""


@dataclass(frozen=True, slots=True)
class End:
    """How the customer's channel went. ``cause`` is Q.850, ``tech_cause`` the SIP status; see telephony.bus.events."""

    at_us: int
    cause: int
    tech_cause: str = ""
    hung_up_by: str = ""
    source: str = "ami"
    ring_timeout: bool = False


@dataclass(frozen=True, slots=True)
class CallFacts:
    """All that is known of one call. Instants are microseconds since the epoch, 0 where there was none.

    ``operator`` is an extension, or WRITTEN: the one who came last, when a lost operator's customer went on to another.
    ``closed``: the end is written already, and final.
    """

    created_us: int
    dialed_us: int = 0
    ringing_us: int = 0
    answered_us: int = 0
    connected_us: int = 0
    operator: str = ""
    operator_us: int = 0
    unattended: bool = False
    refused_us: int = 0
    refusal: str = ""
    end: End | None = None
    closed: bool = False
    machine: bool = False
    """Detection took the answer for a machine's."""
    leg: bool = False
    """To a number outside: who answers there talks, with whoever is on the line; no operator is waited for."""

    @property
    def dialed(self) -> bool:
        """Whether the number was really dialed, as far as we know. Stronger than any refusal."""
        return bool(self.dialed_us or self.end)

    @property
    def state(self) -> State:
        if self.end or (self.refused_us and not self.dialed):
            return State.ENDED
        if self.connected_us:
            return State.TALKING
        if self.answered_us:
            return State.WAITING
        if self.ringing_us:
            return State.RINGING
        return State.DIALING if self.dialed_us else State.CREATED

    @property
    def ended_us(self) -> int:
        """The end, never before anything else that happened."""
        if self.end:
            return max(self.end.at_us, self.dialed_us, self.ringing_us, self.answered_us, self.connected_us)
        return 0 if self.dialed else self.refused_us

    @property
    def outcome(self) -> Outcome | None:
        """None while the call lasts."""
        if self.end:
            return classify(
                self.end,
                rang=bool(self.ringing_us),
                answered=bool(self.answered_us),
                connected=bool(self.connected_us),
                machine=self.machine,
            )
        return Outcome.NOT_DIALED if self.refused_us and not self.dialed else None


# SIP statuses (RFC 3261, 21) and Q.850 causes that say the same (RFC 3398, 8.2.6).
_BY_SIP = {
    "404": Outcome.INVALID,
    "410": Outcome.INVALID,
    "484": Outcome.INVALID,
    "604": Outcome.INVALID,
    "486": Outcome.BUSY,
    "600": Outcome.BUSY,
    "603": Outcome.REJECTED,
    "607": Outcome.REJECTED,
    "608": Outcome.REJECTED,
    "503": Outcome.CONGESTION,
    "408": Outcome.NO_ANSWER,
    "480": Outcome.NO_ANSWER,
    "487": Outcome.NO_ANSWER,
    # The trunk refuses us, not the customer, though Asterisk gives the cause 21 of a declined call.
    "401": Outcome.FAILED,
    "403": Outcome.FAILED,
    "407": Outcome.FAILED,
}
_BY_CAUSE = {
    1: Outcome.INVALID,  # unallocated number
    22: Outcome.INVALID,  # number changed
    28: Outcome.INVALID,  # invalid number format
    17: Outcome.BUSY,
    18: Outcome.NO_ANSWER,  # no user responding
    19: Outcome.NO_ANSWER,
    20: Outcome.NO_ANSWER,  # subscriber absent
    21: Outcome.REJECTED,
    34: Outcome.CONGESTION,
    42: Outcome.CONGESTION,
    44: Outcome.CONGESTION,
}


def classify(end: End, *, rang: bool, answered: bool, connected: bool, machine: bool = False) -> Outcome:
    """Give the outcome of a dialed call, by cause and TechCause, never by Reason or DialStatus (telephony.md).

    A trunk that is dead looks like no answer but for one thing: it never rings and fails only with our own timeout.
    A person who had answered and lost the line with a dying switch was abandoned all the same; a machine was not.
    """
    if connected:
        return Outcome.CONNECTED
    if answered:
        return Outcome.MACHINE if machine else Outcome.ABANDONED
    if end.ring_timeout:
        return Outcome.NO_ANSWER if rang else Outcome.FAILED
    if end.hung_up_by == "dialer":
        return Outcome.CANCELED
    if end.hung_up_by == "switch":
        return Outcome.FAILED
    return _BY_SIP.get(end.tech_cause[:3]) or _BY_CAUSE.get(end.cause, Outcome.FAILED)


# Of two reports of one end, the nearer to the switch counts.
_SOURCE_RANK = {"ami": 0, "cel": 1, "watchdog": 2, "resync": 3, "sweep": 4}


def fold(facts: CallFacts, events: Iterable[CallEvent]) -> CallFacts:
    """Give the facts with the events' facts added. Order and repetition of the events don't matter."""
    if facts.closed:
        return facts
    ledger = _Ledger(facts)
    for event in events:
        ledger.add(event)
    return ledger.facts()


class _Ledger:
    """The fold's working copy: a frozen dataclass would be made anew for each event."""

    def __init__(self, facts: CallFacts) -> None:
        self.created_us = facts.created_us
        self.dialed_us = facts.dialed_us
        self.ringing_us = facts.ringing_us
        self.answered_us = facts.answered_us
        self.connected_us = facts.connected_us
        self.operator, self.operator_us = facts.operator, facts.operator_us
        self.unattended = facts.unattended
        self.refused_us, self.refusal = facts.refused_us, facts.refusal
        self.end = facts.end
        self.machine = facts.machine
        self.leg = facts.leg

    def add(self, event: CallEvent) -> None:
        match event:
            case CallDialed():
                self.dialed_us = _first(self.dialed_us, event.at_us)
            case CallRinging():
                self._rang(event.at_us)
            case CallAnswered() | CallQueued():
                self._answered(event.at_us)
            case CallConnected():
                self._connected(event.at_us, event.operator)
            case CallUnattended():
                self.unattended = True
                self._answered(event.at_us)
            case CallRefused():
                self._refused(event)
            case CallEnded():
                self._ended(event)

    def facts(self) -> CallFacts:
        dialed_us = self.dialed_us
        if self.end and not dialed_us:
            dialed_us = self.created_us  # all that was heard of it is its end
        return CallFacts(
            created_us=self.created_us,
            dialed_us=dialed_us,
            ringing_us=self.ringing_us,
            answered_us=self.answered_us,
            connected_us=self.connected_us,
            operator=self.operator,
            operator_us=self.operator_us,
            unattended=self.unattended,
            refused_us=self.refused_us,
            refusal=self.refusal,
            end=self.end,
            machine=self.machine,
            leg=self.leg,
        )

    # Each later stage proves the earlier ones, at that instant at the latest. Ringing is no stage of that kind: some
    # networks answer without.
    def _rang(self, at_us: int) -> None:
        self.ringing_us = _first(self.ringing_us, at_us)
        self.dialed_us = _first(self.dialed_us, at_us)

    def _answered(self, at_us: int) -> None:
        self.answered_us = _first(self.answered_us, at_us)
        self.dialed_us = _first(self.dialed_us, at_us)
        if self.leg:
            self.connected_us = _first(self.connected_us, at_us)

    def _connected(self, at_us: int, operator: str) -> None:
        self._answered(at_us)
        self.connected_us = _first(self.connected_us, at_us)
        if operator and (at_us, operator) > (self.operator_us, self.operator):
            self.operator, self.operator_us = operator, at_us

    def _refused(self, event: CallRefused) -> None:
        if event.reason == "duplicate":
            return  # the call was dialed before, or given up by the sweep: whichever it was tells us itself
        if not self.refused_us or (event.at_us, event.reason) < (self.refused_us, self.refusal):
            self.refused_us, self.refusal = event.at_us, event.reason

    def _ended(self, event: CallEnded) -> None:
        if event.dialed_us:
            self.dialed_us = _first(self.dialed_us, event.dialed_us)
        if event.ringing_us:
            self._rang(event.ringing_us)
        if event.answered_us:
            self._answered(event.answered_us)
        if event.connected_us:
            self._connected(event.connected_us, event.operator)
        self.unattended = self.unattended or event.unattended
        end = End(
            event.at_us, event.cause, event.tech_cause, event.hung_up_by, event.source, ring_timeout=event.ring_timeout
        )
        if self.end is None or _preference(end) < _preference(self.end):
            self.end = end


def _first(known_us: int, at_us: int) -> int:
    return min(known_us, at_us) if known_us else at_us


def _preference(end: End) -> tuple[int, int, int, str, str, bool]:
    rank = _SOURCE_RANK.get(end.source, len(_SOURCE_RANK))
    return (rank, end.at_us, end.cause, end.tech_cause, end.hung_up_by, end.ring_timeout)
