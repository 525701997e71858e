"""What the switch says, typed: one frozen dataclass for each event that matters, and a pure parse.

``at_us`` is the switch's own clock (`timestampevents = yes`), 0 where it gives none. ``uniqueid`` is the customer's
channel, which is our call id, or an operator's leg, ``op-<operator>-<session>``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from telephony.ami import node_events, talk_events
from telephony.ami.headers import Headers, at_us, channel, far_half, instant_us, number, text, uniqueid, variables
from telephony.ami.node_events import NodeChange
from telephony.ami.talk_events import TalkEvent

__all__ = ["instant_us"]

RINGING = 5
UP = 6
SIP_STATUS = re.compile(r"\b[1-6]\d\d\b")


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
    """By the far end (HangupRequest). What this side asks for looks the same whoever asked: the dialplan or we."""

    at_us: int
    uniqueid: str


@dataclass(frozen=True, slots=True)
class ChannelGone:
    at_us: int
    uniqueid: str
    cause: int
    tech_cause: str
    channel: str = ""


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
    """``handle``: the far half of the Local channel between queue and operator, by which the call is moved."""

    at_us: int
    uniqueid: str
    operator: str
    handle: str = ""


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
AmiEvent = ChannelEvent | QueueEvent | OriginateDone | NoOperator | OperatorLost | LegUp | TalkEvent | NodeChange


@dataclass(frozen=True, slots=True)
class LiveChannel:
    """One row of `Status`."""

    uniqueid: str
    channel: str
    up: bool
    context: str = ""
    exten: str = ""
    bridge: str = ""
    caller: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Those that were asked for (resync.STATUS), without the ones that aren't set."""


@dataclass(frozen=True, slots=True)
class Member:
    """One row of `QueueStatus`: a queue's member."""

    queue: str
    interface: str
    paused: bool
    status: int = -1
    """Its device's state: 1 not in use, 2 in use…; -1 where it isn't told."""


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
    parser = PARSERS.get(text(message, "event"))
    return parser(message) if parser else None


def _made(message: Headers) -> AmiEvent:
    return ChannelMade(at_us(message), uniqueid(message), channel(message))


def _state(message: Headers) -> AmiEvent | None:
    match number(message, "channelstate"):
        case 5:
            return ChannelRinging(at_us(message), uniqueid(message))
        case 6:
            return ChannelUp(at_us(message), uniqueid(message), channel(message))
    return None


def _dial_state(message: Headers) -> AmiEvent | None:
    if text(message, "dialstatus") != "RINGING":
        return None
    if by_customer := talk_events.outside_ringing(message):
        return by_customer
    return ChannelRinging(at_us(message), text(message, "destuniqueid"))


def _gone(message: Headers) -> AmiEvent:
    status = SIP_STATUS.search(text(message, "techcause"))
    return ChannelGone(
        at_us(message), uniqueid(message), number(message, "cause"), status.group() if status else "", channel(message)
    )


def _far_hangup(message: Headers) -> AmiEvent:
    return HangupAsked(at_us(message), uniqueid(message))


def _originated(message: Headers) -> AmiEvent:
    return OriginateDone(
        at_us(message), text(message, "actionid"), text(message, "response") == "Success", number(message, "reason")
    )


def _joined(message: Headers) -> AmiEvent:
    return CallerJoined(at_us(message), uniqueid(message), channel(message), text(message, "queue"))


def _left(message: Headers) -> AmiEvent:
    return CallerLeft(at_us(message), uniqueid(message))


def _offered(message: Headers) -> AmiEvent:
    return CallOffered(at_us(message), uniqueid(message), text(message, "membername"))


def _offer_failed(message: Headers) -> AmiEvent:
    return OfferFailed(at_us(message), uniqueid(message), text(message, "membername"))


def _connected(message: Headers) -> AmiEvent:
    handle = far_half(text(message, "destchannel"))
    return OperatorConnected(at_us(message), uniqueid(message), text(message, "membername"), handle)


def _completed(message: Headers) -> AmiEvent:
    by_operator = text(message, "reason") == "agent"
    return OperatorDone(at_us(message), uniqueid(message), text(message, "membername"), by_operator)


def _user_event(message: Headers) -> AmiEvent | None:
    match text(message, "userevent"):
        case "NoOperator":
            return NoOperator(at_us(message), uniqueid(message))
        case "OperatorLost":
            return OperatorLost(at_us(message), uniqueid(message))
        case "OperatorUp":
            return LegUp(at_us(message), uniqueid(message), text(message, "operator"))
        case other:
            parser = talk_events.USER_PARSERS.get(other)
            return parser(message) if parser else None


PARSERS: Mapping[str, Callable[[Headers], AmiEvent | None]] = {
    "Newchannel": _made,
    "Newstate": _state,
    "DialState": _dial_state,
    "HangupRequest": _far_hangup,
    "Hangup": _gone,
    "OriginateResponse": _originated,
    "QueueCallerJoin": _joined,
    "QueueCallerLeave": _left,
    "AgentCalled": _offered,
    "AgentRingNoAnswer": _offer_failed,
    "AgentConnect": _connected,
    "AgentComplete": _completed,
    "UserEvent": _user_event,
    **talk_events.PARSERS,
    **node_events.PARSERS,
}


def parse_channel(message: Headers) -> LiveChannel:
    return LiveChannel(
        uniqueid(message),
        channel(message),
        up=number(message, "channelstate") == UP,
        context=text(message, "context"),
        exten=text(message, "exten"),
        bridge=text(message, "bridgeid"),
        caller=text(message, "calleridnum"),
        variables=variables(message),
    )


def parse_queue_row(message: Headers) -> Member | Waiting | None:
    match text(message, "event"):
        case "QueueMember":
            interface = text(message, "location") or text(message, "interface")
            status = number(message, "status") if text(message, "status") else -1
            return Member(text(message, "queue"), interface, paused=text(message, "paused") == "1", status=status)
        case "QueueEntry":
            return Waiting(text(message, "queue"), uniqueid(message), channel(message))
    return None
