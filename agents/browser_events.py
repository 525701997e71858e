"""What live pages learn of operators, at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from live.event import BrowserEvent
from live.topics import WALLBOARD, person


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorChanged(BrowserEvent):
    """An operator's shift as it stands now."""

    type: ClassVar[str] = "operator.changed"

    id: int
    user_id: int
    name: str
    extension: str
    state: str
    since_us: int
    until_us: int | None
    """When wrap-up ends by itself."""
    campaigns: list[int] = field(default_factory=list)
    call_id: str | None = None
    pause: str | None = None
    """Code of the pause reason, of a pause that runs or was asked for."""
    pause_asked: bool = False
    phone: str = ""
    """expected | registered | lost"""
    held_since_us: int | None = None
    """The customer is on hold."""
    started_us: int = 0
    """When the shift began."""

    def topics(self) -> tuple[str, ...]:
        return (WALLBOARD, person(self.user_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLimitsChanged(BrowserEvent):
    """From when on the wallboard calls for somebody (agents.models.BoardLimits)."""

    type: ClassVar[str] = "board.limits"

    waiting_s: int
    talk_minutes: int
    wrap_up_s: int
    nobody_free_s: int
    near_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorGone(BrowserEvent):
    """An operator's shift has ended."""

    type: ClassVar[str] = "operator.gone"

    id: int
    user_id: int

    def topics(self) -> tuple[str, ...]:
        return (WALLBOARD, person(self.user_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskChanged(BrowserEvent):
    """Something of an operator's desk has changed that no other event carries: the page asks for its state again.

    ``reason``: phone | held | consult | transfer | recording | call | contact | callback | message
    """

    type: ClassVar[str] = "desk.changed"

    user_id: int
    reason: str

    def topics(self) -> tuple[str, ...]:
        return (person(self.user_id),)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFailed(BrowserEvent):
    """What an operator asked the switch for could not be done."""

    type: ClassVar[str] = "desk.failed"

    user_id: int
    command: str
    """What was asked for: hold | resume | digits | transfer | consult | … (agents.conversing)"""
    code: str
    """As telephony.bus.events.CommandFailed."""
    text: str
    """In the person's language."""

    def topics(self) -> tuple[str, ...]:
        return (person(self.user_id),)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMessage(BrowserEvent):
    """A supervisor wrote to an operator."""

    type: ClassVar[str] = "desk.message"

    user_id: int
    id: int
    text: str
    sender: str
    sent_us: int

    def topics(self) -> tuple[str, ...]:
        return (person(self.user_id),)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRead(BrowserEvent):
    """An operator has confirmed a message."""

    type: ClassVar[str] = "message.read"

    id: int
    sender_id: int
    operator_id: int
    read_us: int

    def topics(self) -> tuple[str, ...]:
        return (person(self.sender_id),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperviseChanged(BrowserEvent):
    """A supervisor's phone, and whom he hears with it, as it stands now.

    Other supervisors' wallboards are told too: they show who is listening.
    """

    type: ClassVar[str] = "supervise.changed"

    user_id: int
    name: str
    phone: str
    """off | opening | ready (may register now) | registered | unregistered | failed"""
    phone_session: str
    operator: int | None = None
    """Whom he hears; None: nobody."""
    mode: str = ""
    """listen | whisper | barge | taken_over"""
    state: str = ""
    """asked | up"""
    since_us: int = 0
    call_id: str | None = None
    """The call taken over."""
    ended: str = ""
    """Why the last stretch ended (agents.choices.SupervisionEnd); "" while one runs."""

    def topics(self) -> tuple[str, ...]:
        return (WALLBOARD, person(self.user_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperviseFailed(BrowserEvent):
    """What a supervisor asked the switch for could not be done."""

    type: ClassVar[str] = "supervise.failed"

    user_id: int
    command: str
    """listen | take_over | phone"""
    code: str
    """As telephony.bus.events.CommandFailed."""
    text: str
    """In the person's language."""

    def topics(self) -> tuple[str, ...]:
        return (person(self.user_id),)
