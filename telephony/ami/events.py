"""What the switch says, typed: one frozen dataclass for each event that matters, and a pure parse.

``at_us`` is the switch's own clock (`timestampevents = yes`), 0 where it gives none. ``uniqueid`` is the customer's
channel, which is our call id, or an operator's leg, ``op-<operator>-<session>``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

RINGING = 5
UP = 6
SIP_STATUS = re.compile(r"\b[1-6]\d\d\b")

Headers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChannelMade:
    at_us: int
    uniqueid: str
    channel: str


@dataclass(frozen=True, slots=True)
class ChannelRinging:
    at_us: int
    uniqueid: str


@dataclass(frozen=True, slots=True)
class ChannelUp:
    at_us: int
    uniqueid: str
    channel: str


@dataclass(frozen=True, slots=True)
class HangupAsked:
    """``by_switch``: this side of the switch asked for it (SoftHangupRequest), else the far end did."""

    at_us: int
    uniqueid: str
    by_switch: bool


@dataclass(frozen=True, slots=True)
class ChannelGone:
    at_us: int
    uniqueid: str
    cause: int
    tech_cause: str


@dataclass(frozen=True, slots=True)
class OriginateDone:
    """Match it on ``action_id`` only: that of a second Originate bears the live call's Uniqueid."""

    at_us: int
    action_id: str
    success: bool
    reason: int


@dataclass(frozen=True, slots=True)
class CallerJoined:
    at_us: int
    uniqueid: str
    channel: str
    queue: str


@dataclass(frozen=True, slots=True)
class CallerLeft:
    at_us: int
    uniqueid: str


@dataclass(frozen=True, slots=True)
class CallOffered:
    at_us: int
    uniqueid: str
    operator: str


@dataclass(frozen=True, slots=True)
class OfferFailed:
    at_us: int
    uniqueid: str
    operator: str


@dataclass(frozen=True, slots=True)
class OperatorConnected:
    at_us: int
    uniqueid: str
    operator: str


@dataclass(frozen=True, slots=True)
class OperatorDone:
    """AgentComplete. ``uniqueid`` may be empty: then only the operator tells which call."""

    at_us: int
    uniqueid: str
    operator: str
    by_operator: bool


@dataclass(frozen=True, slots=True)
class NoOperator:
    at_us: int
    uniqueid: str


@dataclass(frozen=True, slots=True)
class OperatorLost:
    at_us: int
    uniqueid: str


@dataclass(frozen=True, slots=True)
class LegUp:
    at_us: int
    uniqueid: str
    operator: str


ChannelEvent = ChannelMade | ChannelRinging | ChannelUp | HangupAsked | ChannelGone
QueueEvent = CallerJoined | CallerLeft | CallOffered | OfferFailed | OperatorConnected | OperatorDone
AmiEvent = ChannelEvent | QueueEvent | OriginateDone | NoOperator | OperatorLost | LegUp


@dataclass(frozen=True, slots=True)
class LiveChannel:
    """One row of `Status`."""

    uniqueid: str
    channel: str
    up: bool


@dataclass(frozen=True, slots=True)
class Member:
    """One row of `QueueStatus`: a queue's member."""

    queue: str
    interface: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of `QueueStatus`: a caller in a queue."""

    queue: str
    uniqueid: str
    channel: str


def parse(message: Headers) -> AmiEvent | None:
    """Give the event that a message tells, None for one that says nothing to us.

    Raises ValueError for an event that we know but can't read.
    """
    parser = PARSERS.get(_text(message, "event"))
    return parser(message) if parser else None


def _text(message: Headers, name: str) -> str:
    value = message.get(name, "")
    return value if isinstance(value, str) else str(value[-1])


def _number(message: Headers, name: str) -> int:
    value = _text(message, name).strip()
    return int(value) if value else 0


def _at_us(message: Headers) -> int:
    return instant_us(_text(message, "timestamp"))


def instant_us(text: str) -> int:
    """Microseconds of ``seconds.micros`` without the rounding of a float; 0 for an empty text."""
    if not text:
        return 0
    seconds, _, fraction = text.strip().partition(".")
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])


def _id(message: Headers) -> str:
    return _text(message, "uniqueid")


def _made(message: Headers) -> AmiEvent:
    return ChannelMade(_at_us(message), _id(message), _text(message, "channel"))


def _state(message: Headers) -> AmiEvent | None:
    match _number(message, "channelstate"):
        case 5:
            return ChannelRinging(_at_us(message), _id(message))
        case 6:
            return ChannelUp(_at_us(message), _id(message), _text(message, "channel"))
    return None


def _dial_state(message: Headers) -> AmiEvent | None:
    if _text(message, "dialstatus") != "RINGING":
        return None
    return ChannelRinging(_at_us(message), _text(message, "destuniqueid"))


def _gone(message: Headers) -> AmiEvent:
    status = SIP_STATUS.search(_text(message, "techcause"))
    return ChannelGone(_at_us(message), _id(message), _number(message, "cause"), status.group() if status else "")


def _far_hangup(message: Headers) -> AmiEvent:
    return HangupAsked(_at_us(message), _id(message), by_switch=False)


def _own_hangup(message: Headers) -> AmiEvent:
    return HangupAsked(_at_us(message), _id(message), by_switch=True)


def _originated(message: Headers) -> AmiEvent:
    return OriginateDone(
        _at_us(message), _text(message, "actionid"), _text(message, "response") == "Success", _number(message, "reason")
    )


def _joined(message: Headers) -> AmiEvent:
    return CallerJoined(_at_us(message), _id(message), _text(message, "channel"), _text(message, "queue"))


def _left(message: Headers) -> AmiEvent:
    return CallerLeft(_at_us(message), _id(message))


def _offered(message: Headers) -> AmiEvent:
    return CallOffered(_at_us(message), _id(message), _text(message, "membername"))


def _offer_failed(message: Headers) -> AmiEvent:
    return OfferFailed(_at_us(message), _id(message), _text(message, "membername"))


def _connected(message: Headers) -> AmiEvent:
    return OperatorConnected(_at_us(message), _id(message), _text(message, "membername"))


def _completed(message: Headers) -> AmiEvent:
    by_operator = _text(message, "reason") == "agent"
    return OperatorDone(_at_us(message), _id(message), _text(message, "membername"), by_operator)


def _user_event(message: Headers) -> AmiEvent | None:
    match _text(message, "userevent"):
        case "NoOperator":
            return NoOperator(_at_us(message), _id(message))
        case "OperatorLost":
            return OperatorLost(_at_us(message), _id(message))
        case "OperatorUp":
            return LegUp(_at_us(message), _id(message), _text(message, "operator"))
    return None


PARSERS: Mapping[str, Callable[[Headers], AmiEvent | None]] = {
    "Newchannel": _made,
    "Newstate": _state,
    "DialState": _dial_state,
    "HangupRequest": _far_hangup,
    "SoftHangupRequest": _own_hangup,
    "Hangup": _gone,
    "OriginateResponse": _originated,
    "QueueCallerJoin": _joined,
    "QueueCallerLeave": _left,
    "AgentCalled": _offered,
    "AgentRingNoAnswer": _offer_failed,
    "AgentConnect": _connected,
    "AgentComplete": _completed,
    "UserEvent": _user_event,
}


def parse_channel(message: Headers) -> LiveChannel:
    return LiveChannel(_id(message), _text(message, "channel"), _number(message, "channelstate") == UP)


def parse_queue_row(message: Headers) -> Member | Waiting | None:
    match _text(message, "event"):
        case "QueueMember":
            interface = _text(message, "location") or _text(message, "interface")
            return Member(_text(message, "queue"), interface, paused=_text(message, "paused") == "1")
        case "QueueEntry":
            return Waiting(_text(message, "queue"), _id(message), _text(message, "channel"))
    return None
