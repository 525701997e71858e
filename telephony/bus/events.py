"""What the switch's `ami` process reports, appended to one stream before anything else is done with it.

Every event has ``node`` and ``at_us`` (microseconds since the epoch, the switch's own clock where it gives one).
The consumer may see an event twice and may see them out of order; each event states a fact, none a difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallDialed:
    """The switch has made the customer's channel: the number is being dialed."""

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class CallRefused:
    """The call was never dialed, and never will be: its contact goes back.

    ``reason``: late | duplicate | bad_value | rejected | switch_away | not_dialed | never_sent (calls.sweep)
    """

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallRinging:
    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The customer answered (his channel is up); the queue takes him at once."""

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class CallQueued:
    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    queue: str


@dataclass(frozen=True, slots=True)
class CallConnected:
    """Customer and operator talk (AgentConnect)."""

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    operator: str


@dataclass(frozen=True, slots=True)
class CallUnattended:
    """A live answer for which no operator came in time (the dialplan's NoOperator)."""

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The customer's channel is gone.

    ``cause`` is Q.850 (0: unknown), ``tech_cause`` the SIP status where there was one ("" otherwise).
    ``hung_up_by``: customer | operator | dialer | switch | "" (unknown).
    ``source``: ami (a Hangup event) | cel (the switch's own log) | watchdog | resync | sweep (calls.sweep).
    The instants repeat what earlier events said, from the tracker or from the switch's log, 0 where there was none:
    with them a single CallEnded is enough to close a call whose other events were lost.
    """

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    cause: int
    tech_cause: str = ""
    hung_up_by: str = ""
    source: str = "ami"
    ring_timeout: bool = False
    """The switch gave up after the ring timeout (OriginateResponse reason 3)."""
    dialed_us: int = 0
    ringing_us: int = 0
    answered_us: int = 0
    connected_us: int = 0
    operator: str = ""
    unattended: bool = False


@dataclass(frozen=True, slots=True)
class OperatorLegUp:
    """The operator's standing leg is up and he is in his queues."""

    node: str
    at_us: int
    schema: str
    operator: str
    session: str


@dataclass(frozen=True, slots=True)
class OperatorLegDown:
    """``reason``: ended (logged out) | lost (died) | failed (couldn't be opened; detail says why)."""

    node: str
    at_us: int
    schema: str
    operator: str
    session: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NodeUp:
    """Logged in and resynchronised."""

    node: str
    at_us: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class NodeDown:
    """``reason``: refused | closed | frozen | authentication | stopped"""

    node: str
    at_us: int
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A customer calls a company's number. ``call_id`` is derived from node and Uniqueid (telephony.naming)."""

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    number: str
    """Who calls, E.164; "" where withheld."""
    dialed: str
    """The company's number, E.164."""
    trunk: str
    queue: str


@dataclass(frozen=True, slots=True)
class AmdVerdict:
    """``status``: human | machine | notsure | hangup. ``cause``: Asterisk's AMDCAUSE as it stands."""

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    status: str
    cause: str
    took_ms: int


@dataclass(frozen=True, slots=True)
class OperatorReleased:
    """This operator's part of the conversation is over while the call goes on without him: his wrap-up begins.

    ``reason``: transferred | taken_over | lost
    """

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    operator: str
    reason: str


@dataclass(frozen=True, slots=True)
class CallHeld:
    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    operator: str


@dataclass(frozen=True, slots=True)
class CallResumed:
    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    operator: str


@dataclass(frozen=True, slots=True)
class CallTransferred:
    """A blind transfer, as it goes on. ``kind`` and ``target`` as in TransferCall.

    ``state``: started | ringing | answered | failed | ended; to an operator or queue, "answered" is a CallConnected.
    """

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    operator: str
    kind: str
    target: str
    state: str
    cause: int = 0


@dataclass(frozen=True, slots=True)
class ConsultChanged:
    """``state``: ringing | up | conference | completed (they go on without the operator) | ended | failed"""

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    operator: str
    consult_id: str
    kind: str
    target: str
    state: str
    cause: int = 0


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    """``state``: started | paused | resumed | stopped | failed (detail says why). ``path`` as in ControlRecording."""

    node: str
    at_us: int
    schema: str
    campaign_id: int
    call_id: str
    state: str
    path: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """``state``: ready (may register now) | registered | unregistered | failed (detail says why)"""

    node: str
    at_us: int
    schema: str
    phone: str
    """The extension: an operator's or a supervisor's."""
    session: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ListenChanged:
    """``state``: up | ended | failed (detail says why); ``mode`` as in Listen, or taken_over."""

    node: str
    at_us: int
    schema: str
    phone: str
    session: str
    operator: str
    mode: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CommandFailed:
    """A control command could not be done; whoever asked must be told.

    ``code``: not_talking | unknown_target | target_busy | switch_away | rejected | phone_away
    """

    node: str
    at_us: int
    schema: str
    command: str
    """The command's class name."""
    code: str
    operator: str = ""
    """Operator or supervisor's phone."""
    session: str = ""
    call_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TestCallEnded:
    """``detail``: why it was never dialed, "" otherwise. Instants are 0 where there was none."""

    node: str
    at_us: int
    test_id: str
    cause: int
    tech_cause: str = ""
    ringing_us: int = 0
    answered_us: int = 0
    detail: str = ""


CallEvent = (
    CallDialed | CallRefused | CallRinging | CallAnswered | CallQueued | CallConnected | CallUnattended | CallEnded
)
ConversationEvent = (
    CallArrived
    | AmdVerdict
    | OperatorReleased
    | CallHeld
    | CallResumed
    | CallTransferred
    | ConsultChanged
    | RecordingChanged
)
"""Of one call too, beside those that its life is folded from."""
OperatorEvent = OperatorLegUp | OperatorLegDown
PhoneEvent = PhoneChanged | ListenChanged | CommandFailed
NodeEvent = NodeUp | NodeDown | TestCallEnded
SwitchEvent = CallEvent | ConversationEvent | OperatorEvent | PhoneEvent | NodeEvent

EVENT_TYPES: Mapping[str, type[SwitchEvent]] = {
    kind.__name__: kind
    for kind in (
        CallDialed,
        CallRefused,
        CallRinging,
        CallAnswered,
        CallQueued,
        CallConnected,
        CallUnattended,
        CallEnded,
        OperatorLegUp,
        OperatorLegDown,
        NodeUp,
        NodeDown,
        CallArrived,
        AmdVerdict,
        OperatorReleased,
        CallHeld,
        CallResumed,
        CallTransferred,
        ConsultChanged,
        RecordingChanged,
        PhoneChanged,
        ListenChanged,
        CommandFailed,
        TestCallEnded,
    )
}
