"""What the product tells the switch's `ami` process.

Two streams for each node: ``dial`` (originates only, paced by the node's CPS limit) and ``control`` (everything
else, never behind a queue of originates). Instants are microseconds since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Originate:
    """Dial one customer. At most once: `ami` marks ``call_id`` before it sends, and refuses it after the deadline."""

    call_id: str
    schema: str
    campaign_id: int
    number: str
    """E.164 with the plus sign."""
    trunk: str
    caller_id: str
    queue: str
    ring_timeout_s: int
    issued_us: int
    deadline_us: int
    context: str = "dialer"
    operator: str = ""
    """Preview and manual calls: who gets the customer that answers, without the queue (context ``direct``)."""
    variables: dict[str, str] = field(default_factory=dict)
    """What the dialplan has to know of the campaign, by the names of telephony.naming.CALL_VARIABLES."""
    parent: str = ""
    """Of a conversation's leg to a number outside, which no Originate dials: its customer's call (ami/legs.py)."""


@dataclass(frozen=True, slots=True)
class HangUpCall:
    """End the customer's channel, if it is up."""

    call_id: str
    schema: str
    reason: str


@dataclass(frozen=True, slots=True)
class LogInOperator:
    """Open the operator's standing leg and put him into the queues; he becomes free when the leg is up and ``free``.

    ``queues`` gives each queue's penalty. ``session`` is the shift's id and comes back in every event about the leg.
    The wish is kept on the node: a leg lost with a restarting switch is opened again.
    """

    schema: str
    operator: str
    session: str
    endpoint: str
    queues: dict[str, int] = field(default_factory=dict)
    free: bool = True
    secret: str = field(default="", repr=False)
    """SIP password of the shift's phone. With it the node makes the endpoint, waits until the browser has registered
    and only then opens the leg; without it the endpoint is there already (simulated switch, load tests)."""
    name: str = ""
    """Shown by phones; never trusted."""


@dataclass(frozen=True, slots=True)
class LogOutOperator:
    """Take the operator out of all queues and hang his leg up."""

    schema: str
    operator: str
    session: str


@dataclass(frozen=True, slots=True)
class SetOperatorFree:
    """Free, or occupied (wrap-up, pause). Only the product ever frees an operator; freeing wakes waiting callers."""

    schema: str
    operator: str
    session: str
    free: bool
    reason: str = ""


# ── A conversation, while it lasts. ``operator`` is the one who talks; one who doesn't is CommandFailed "not_talking".


@dataclass(frozen=True, slots=True)
class HoldCall:
    """The customer hears music, the operator nothing."""

    schema: str
    call_id: str
    operator: str


@dataclass(frozen=True, slots=True)
class ResumeCall:
    """From hold back to the conversation."""

    schema: str
    call_id: str
    operator: str


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Tones to the customer's side (its menu): 0-9 * # A-D, at most 32. May be a card's number or its code."""

    schema: str
    call_id: str
    operator: str
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TransferCall:
    """Blind: the operator is out at once.

    ``kind``: operator (``target`` an extension) | queue (``target`` a queue's name) | outside (E.164).
    """

    schema: str
    call_id: str
    operator: str
    kind: str
    target: str
    trunk: str = ""
    caller_id: str = ""
    ring_timeout_s: int = 30
    leg: str = ""
    """outside: the call id of the leg to that number, which is told of as any call; "": it is not told of."""


@dataclass(frozen=True, slots=True)
class StartConsult:
    """Hold the customer and call a third party. ``kind``: operator | outside. ``consult_id`` is a UUID of ours."""

    schema: str
    call_id: str
    operator: str
    consult_id: str
    kind: str
    target: str
    trunk: str = ""
    caller_id: str = ""
    ring_timeout_s: int = 30
    leg: str = ""
    """outside: ``consult_id`` again, where the leg to that number is told of as any call; "": it is not told of."""


@dataclass(frozen=True, slots=True)
class EndConsult:
    """Let the third party go (also out of a conference) and return to the customer."""

    schema: str
    call_id: str
    operator: str
    consult_id: str


@dataclass(frozen=True, slots=True)
class CompleteTransfer:
    """Customer and third party go on together, from a consultation or a conference; the operator is out."""

    schema: str
    call_id: str
    operator: str
    consult_id: str


@dataclass(frozen=True, slots=True)
class StartConference:
    """Customer, third party and operator together."""

    schema: str
    call_id: str
    operator: str
    consult_id: str


@dataclass(frozen=True, slots=True)
class ControlRecording:
    """``action``: start | pause | resume | stop."""

    schema: str
    call_id: str
    operator: str
    action: str
    path: str = ""
    """start: relative to the recordings folder, ``<schema>/<yyyy>/<mm>/<dd>/<call id>.wav``."""


# ── Phones and supervisors.


@dataclass(frozen=True, slots=True)
class ExpectReload:
    """The operator's page is being reloaded: a phone that goes away now is waited for, this long."""

    schema: str
    operator: str
    session: str
    within_ms: int


@dataclass(frozen=True, slots=True)
class OpenPhone:
    """Make a supervisor's endpoint. ``session`` as an operator's: comes back in every event about the phone."""

    schema: str
    phone: str
    session: str
    secret: str = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class ClosePhone:
    """Take the endpoint away; what it listens to ends."""

    schema: str
    phone: str
    session: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Have a supervisor's phone hear an operator. ``mode``: listen | whisper | barge; again: change it."""

    schema: str
    phone: str
    session: str
    operator: str
    mode: str


@dataclass(frozen=True, slots=True)
class StopListening:
    schema: str
    phone: str
    session: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The supervisor who listens gets the customer; the operator is out."""

    schema: str
    phone: str
    session: str
    operator: str
    call_id: str


@dataclass(frozen=True, slots=True)
class HoldTaken:
    """The customer whom a supervisor has taken over hears music; told as CallHeld, ``operator`` his phone."""

    schema: str
    phone: str
    session: str
    call_id: str


@dataclass(frozen=True, slots=True)
class ResumeTaken:
    """Told as CallResumed."""

    schema: str
    phone: str
    session: str
    call_id: str


# ── The node itself.


@dataclass(frozen=True, slots=True)
class Reprovision:
    """What the node should be has changed in Redis (keys.trunks, keys.numbers): bring the switch to it."""


@dataclass(frozen=True, slots=True)
class PlaceTestCall:
    """Dial a number over a trunk, play a greeting to who answers, hang up; ends in TestCallEnded."""

    test_id: str
    trunk: str
    number: str
    caller_id: str
    ring_timeout_s: int
    deadline_us: int


DialCommand = Originate
ConversationCommand = (
    HoldCall
    | ResumeCall
    | SendDigits
    | TransferCall
    | StartConsult
    | EndConsult
    | CompleteTransfer
    | StartConference
    | ControlRecording
)
PhoneCommand = ExpectReload | OpenPhone | ClosePhone | Listen | StopListening | TakeOver | HoldTaken | ResumeTaken
NodeCommand = Reprovision | PlaceTestCall
ControlCommand = (
    HangUpCall | LogInOperator | LogOutOperator | SetOperatorFree | ConversationCommand | PhoneCommand | NodeCommand
)

DIAL_TYPES: Mapping[str, type[DialCommand]] = {"Originate": Originate}
CONTROL_TYPES: Mapping[str, type[ControlCommand]] = {
    kind.__name__: kind
    for kind in (
        HangUpCall,
        LogInOperator,
        LogOutOperator,
        SetOperatorFree,
        HoldCall,
        ResumeCall,
        SendDigits,
        TransferCall,
        StartConsult,
        EndConsult,
        CompleteTransfer,
        StartConference,
        ControlRecording,
        ExpectReload,
        OpenPhone,
        ClosePhone,
        Listen,
        StopListening,
        TakeOver,
        HoldTaken,
        ResumeTaken,
        Reprovision,
        PlaceTestCall,
    )
}
