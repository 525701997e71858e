"""What the switch says of conversations, recordings, arrivals and listeners, typed, and a pure parse.

``channel`` is a channel's name. Of a conversation that is its handle, the far half of the Local channel between queue
and operator (docs/topology.md, L): its Uniqueid is the switch's own, its name is told with the connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telephony.ami.headers import Headers, at_us, channel, far_half, number, text, uniqueid


@dataclass(frozen=True, slots=True)
class DirectConnected:
    """The dialplan puts an answered customer through to one operator, without a queue."""

    at_us: int
    call: str
    """The dialplan's CALL_ID: our call id, or the Uniqueid of a call that came in."""
    operator: str
    handle: str


@dataclass(frozen=True, slots=True)
class Held:
    """A handle, or what else was sent to ``lhold``, hears music."""

    at_us: int
    uniqueid: str
    channel: str


@dataclass(frozen=True, slots=True)
class Bridged:
    """A channel has entered a bridge of two; waiting rooms (``holding``) are told apart, rooms are RoomJoined."""

    at_us: int
    uniqueid: str
    channel: str
    bridge: str
    holding: bool


@dataclass(frozen=True, slots=True)
class RoomJoined:
    at_us: int
    uniqueid: str
    channel: str
    room: str


@dataclass(frozen=True, slots=True)
class HandleRefused:
    """The operator it was moved to has another call: the handle is on hold instead."""

    at_us: int
    channel: str
    operator: str


@dataclass(frozen=True, slots=True)
class OutsideMade:
    """The channel to an outside number, before it is dialed. ``leg``: the call id that it is told of by."""

    at_us: int
    uniqueid: str
    channel: str
    leg: str


@dataclass(frozen=True, slots=True)
class OutsideAnswered:
    """``uniqueid``: the transferred customer."""

    at_us: int
    uniqueid: str


@dataclass(frozen=True, slots=True)
class OutsideRinging:
    at_us: int
    uniqueid: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A customer's part with somebody he was handed to is over, or never came to be.

    ``result``: Dial's status or Bridge's result: ANSWER or SUCCESS when they talked.
    """

    at_us: int
    uniqueid: str
    result: str
    cause: int


@dataclass(frozen=True, slots=True)
class NobodyElse:
    """A customer who had talked with somebody waited in a queue in vain."""

    at_us: int
    uniqueid: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A call from a trunk to a known number. ``recording``: the path that the dialplan will record to, or ""."""

    at_us: int
    uniqueid: str
    channel: str
    number: str
    dialed: str
    trunk: str
    queue: str
    schema: str
    campaign_id: int
    recording: str


@dataclass(frozen=True, slots=True)
class Judged:
    """AMD's verdict: MACHINE, HUMAN, NOTSURE or HANGUP, and why."""

    at_us: int
    uniqueid: str
    status: str
    cause: str
    took_ms: int


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    at_us: int
    uniqueid: str
    channel: str


@dataclass(frozen=True, slots=True)
class RecordingMuted:
    at_us: int
    uniqueid: str
    channel: str
    muted: bool


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    at_us: int
    uniqueid: str
    channel: str


@dataclass(frozen=True, slots=True)
class SpyStarted:
    at_us: int
    uniqueid: str
    """Of the one who listens."""
    spied_on: str
    """The channel listened to."""


@dataclass(frozen=True, slots=True)
class SpyStopped:
    at_us: int
    uniqueid: str


TalkEvent = (
    DirectConnected
    | Held
    | Bridged
    | RoomJoined
    | HandleRefused
    | OutsideMade
    | OutsideAnswered
    | OutsideRinging
    | HandedOver
    | NobodyElse
    | Arrived
    | Judged
    | RecordingStarted
    | RecordingMuted
    | RecordingStopped
    | SpyStarted
    | SpyStopped
)


def _bridged(message: Headers) -> TalkEvent | None:
    technology = text(message, "bridgetechnology")
    if technology == "softmix":
        return None  # a room: ConfbridgeJoin tells which
    return Bridged(
        at_us(message), uniqueid(message), channel(message), text(message, "bridgeuniqueid"),
        holding=technology == "holding_bridge",
    )  # fmt: skip


def _room_joined(message: Headers) -> TalkEvent:
    return RoomJoined(at_us(message), uniqueid(message), channel(message), text(message, "conference"))


def _dial_ended(message: Headers) -> TalkEvent | None:
    """Of a Dial by a customer's channel; an originated call's has no calling side."""
    if not uniqueid(message) or text(message, "dialstatus") != "ANSWER":
        return None
    # The queue's, or a direct call's, own dial of the Local channel is told by its connection.
    return None if far_half(text(message, "destchannel")) else OutsideAnswered(at_us(message), uniqueid(message))


def outside_ringing(message: Headers) -> TalkEvent | None:
    """Of a Dial by a customer's channel to somebody who rings now."""
    if not uniqueid(message) or far_half(text(message, "destchannel")):
        return None
    return OutsideRinging(at_us(message), uniqueid(message))


def _recording_started(message: Headers) -> TalkEvent:
    return RecordingStarted(at_us(message), uniqueid(message), channel(message))


def _recording_stopped(message: Headers) -> TalkEvent:
    return RecordingStopped(at_us(message), uniqueid(message), channel(message))


def _recording_muted(message: Headers) -> TalkEvent:
    muted = text(message, "state") in ("1", "true")
    return RecordingMuted(at_us(message), uniqueid(message), channel(message), muted=muted)


def _spy_started(message: Headers) -> TalkEvent:
    return SpyStarted(at_us(message), text(message, "spyeruniqueid"), text(message, "spyeechannel"))


def _spy_stopped(message: Headers) -> TalkEvent:
    return SpyStopped(at_us(message), text(message, "spyeruniqueid"))


def _held(message: Headers) -> TalkEvent:
    return Held(at_us(message), uniqueid(message), channel(message))


def _direct(message: Headers) -> TalkEvent:
    return DirectConnected(
        at_us(message), text(message, "callid"), text(message, "operator"), far_half(channel(message))
    )


def _handle_refused(message: Headers) -> TalkEvent:
    return HandleRefused(at_us(message), channel(message), text(message, "operator"))


def _outside_made(message: Headers) -> TalkEvent:
    return OutsideMade(at_us(message), uniqueid(message), channel(message), text(message, "callid"))


def _handed_over(message: Headers) -> TalkEvent:
    result = text(message, "dialstatus") or text(message, "result")
    return HandedOver(at_us(message), uniqueid(message), result, number(message, "cause"))


def _nobody_else(message: Headers) -> TalkEvent:
    return NobodyElse(at_us(message), uniqueid(message))


def _arrived(message: Headers) -> TalkEvent:
    return Arrived(
        at_us(message),
        uniqueid(message),
        channel(message),
        text(message, "number"),
        text(message, "dialed"),
        text(message, "trunk"),
        text(message, "queue"),
        text(message, "company"),
        number(message, "campaignid"),
        text(message, "recording"),
    )


def _judged(message: Headers) -> TalkEvent:
    status, cause = text(message, "status"), text(message, "cause")
    return Judged(at_us(message), uniqueid(message), status.lower(), cause, number(message, "ms"))


PARSERS: Mapping[str, Callable[[Headers], TalkEvent | None]] = {
    "BridgeEnter": _bridged,
    "ConfbridgeJoin": _room_joined,
    "DialEnd": _dial_ended,
    "MixMonitorStart": _recording_started,
    "MixMonitorStop": _recording_stopped,
    "MixMonitorMute": _recording_muted,
    "ChanSpyStart": _spy_started,
    "ChanSpyStop": _spy_stopped,
}
USER_PARSERS: Mapping[str, Callable[[Headers], TalkEvent | None]] = {
    "Held": _held,
    "DirectConnect": _direct,
    "HandleRefused": _handle_refused,
    "OutsideLeg": _outside_made,
    "XferDone": _handed_over,
    "NoOtherOperator": _nobody_else,
    "CallArrived": _arrived,
    "AmdVerdict": _judged,
}
"""By the name of the dialplan's UserEvent."""
