"""What a test call's end says about a trunk: a state, and a sentence with what to do. By cause and TechCause
(docs: RFC 3261, Q.850), never by the dial status."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from telephony.bus.events import TestCallEnded
from telephony.choices import TestCallState as State
from telephony.models import TestCall

_BY_SIP = {
    "401": State.REFUSED,
    "403": State.REFUSED,
    "407": State.REFUSED,
    "404": State.UNKNOWN_NUMBER,
    "410": State.UNKNOWN_NUMBER,
    "484": State.UNKNOWN_NUMBER,
    "604": State.UNKNOWN_NUMBER,
    "486": State.BUSY,
    "600": State.BUSY,
    "503": State.CONGESTED,
    "603": State.REFUSED,
}
_BY_CAUSE = {
    1: State.UNKNOWN_NUMBER,
    22: State.UNKNOWN_NUMBER,
    28: State.UNKNOWN_NUMBER,
    17: State.BUSY,
    21: State.REFUSED,
    34: State.CONGESTED,
    42: State.CONGESTED,
    44: State.CONGESTED,
}
_SENTENCES = {
    State.PLACED: gettext_noop("The number is being dialed …"),
    State.ANSWERED: gettext_noop("The trunk works: somebody answered and the greeting was played."),
    State.RANG: gettext_noop("The trunk works: the phone rang. Nobody answered."),
    State.BUSY: gettext_noop("The trunk works: the number is busy."),
    State.UNKNOWN_NUMBER: gettext_noop(
        "The carrier answers, but knows no such number. If the number is right, look at the number format."
    ),
    State.REFUSED: gettext_noop(
        "The carrier refuses the call. Look at user and password, at the caller ID, and whether this server’s "
        "address is allowed there."
    ),
    State.CONGESTED: gettext_noop("The carrier answers, but has no line free now. Ask it for its channel limit."),
    State.UNREACHABLE: gettext_noop(
        "The carrier did not answer at all. Look at host, port and transport, and at the firewall."
    ),
    State.FAILED: gettext_noop("The call could not be dialed."),
    State.SILENT: gettext_noop("Nothing was heard of this call: the switch was away."),
}


def result_of(event: TestCallEnded) -> State:
    """Judge the end of a test call. A dead trunk looks like no answer but for one thing: it never rings."""
    if event.answered_us:
        return State.ANSWERED
    if event.detail:
        return State.FAILED
    if known := _BY_SIP.get(event.tech_cause[:3]) or _BY_CAUSE.get(event.cause):
        return known
    if event.ringing_us:
        return State.RANG
    return State.UNREACHABLE if event.cause in (0, 18, 19, 20, 3, 27, 38, 102) else State.FAILED


def sentence(call: TestCall) -> str:
    """Say what came of it, and what to do, in the active language."""
    said = _(_SENTENCES[State(call.state)])
    return f"{said} {call.detail}" if call.detail and call.state == State.FAILED else said


def tone(call: TestCall) -> str:
    """The colour of its state: ring (on its way) | free (the trunk works) | bad."""
    if call.state == State.PLACED:
        return "ring"
    return "free" if call.state in {State.ANSWERED, State.RANG, State.BUSY} else "bad"
