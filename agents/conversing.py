"""What the switch reports of conversations and phones, noted on operators' shifts; called by the consumer of calls.

Every function may be repeated: it notes facts, and passes over shifts and calls that are not, or no longer, meant.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agents.browser_events import DeskChanged, DeskFailed
from agents.choices import PhonePresence
from agents.models import Operator, OperatorSession
from agents.moves import Move, locked_sessions, record, shift_of, tell_changed
from agents.news import tell, tell_desk
from agents.states import State, call_ended, connected
from common.clock import from_us, to_us
from telephony.bus.events import CallHeld, CallResumed, CommandFailed, ConsultChanged, PhoneChanged
from tenants.active import active_schema

log = logging.getLogger(__name__)

_RUNNING_CONSULTS = frozenset({"ringing", "up", "conference"})
_PRESENCE = {
    "ready": PhonePresence.EXPECTED,
    "registered": PhonePresence.REGISTERED,
    "unregistered": PhonePresence.LOST,
    "failed": PhonePresence.LOST,
}
COMMANDS: dict[str, str] = {
    "HoldCall": "hold",
    "ResumeCall": "resume",
    "SendDigits": "digits",
    "HangUpCall": "hang_up",
    "TransferCall": "transfer",
    "StartConsult": "consult",
    "EndConsult": "consult_end",
    "CompleteTransfer": "consult_complete",
    "StartConference": "conference",
    "ControlRecording": "recording",
    "LogInOperator": "phone",
}
"""The bus's commands by the names that the desk knows them by."""
_WHY: dict[str, Promise | str] = {
    "not_talking": _("That call is over, or somebody else has it now."),
    "unknown_target": _("The destination isn't there any more."),
    "target_busy": _("The destination is busy."),
    "switch_away": _("The telephone switch is away. Try again in a moment."),
    "rejected": _("The telephone switch refused it."),
    "phone_away": _("The phone isn't connected."),
}


def reason_words(code: str) -> str:
    """Say, in the active language, why a command was not done (CommandFailed.code)."""
    return str(_WHY.get(code) or _WHY["rejected"])


def apply_held(event: CallHeld) -> None:
    session = _talking(event.operator, event.call_id)
    if session is not None and session.held_since is None:
        session.held_since = from_us(event.at_us)
        session.save(update_fields=["held_since"])
        _tell(session, "held")


def apply_resumed(event: CallResumed) -> None:
    session = _talking(event.operator, event.call_id)
    if session is not None and session.held_since is not None and to_us(session.held_since) <= event.at_us:
        session.held_since = None
        session.save(update_fields=["held_since"])
        _tell(session, "held")


def apply_consult(event: ConsultChanged) -> None:
    """Note the consultation with the one who asked for it, and with the colleague who is asked."""
    asking = _talking(event.operator, event.call_id)
    running = event.state in _RUNNING_CONSULTS
    if asking is not None:
        known = (asking.consult or {}).get("id") == event.consult_id
        if running:
            asking.consult = {
                "id": event.consult_id,
                "kind": event.kind,
                "target": event.target,
                "state": event.state,
            }
            # A conference has the customer in it; to call the third party he was put on hold.
            asking.held_since = None if event.state == "conference" else asking.held_since or from_us(event.at_us)
        elif known:
            asking.consult = None
            if event.state == "ended":
                asking.held_since = None
        asking.save(update_fields=["consult", "held_since"])
        _tell(asking, "consult")
    if event.kind == "operator":
        _note_colleague(event, running=running)


def apply_phone(event: PhoneChanged) -> None:
    """Note how the shift's phone stands with the switch."""
    session = _reported(event.phone, event.session)
    presence = _PRESENCE.get(event.state)
    if session is None or presence is None or session.node != event.node:  # a node that the shift has left
        return
    if event.state == "failed":
        log.warning("%s: the phone %s failed: %s", active_schema(), event.phone, event.detail)
    if session.phone != presence:
        session.phone = presence
        session.save(update_fields=["phone"])
    _tell(session, "phone")


def apply_failure(event: CommandFailed) -> None:
    """Tell the operator that what he asked for was not done."""
    operator = Operator.objects.select_related("user").filter(extension=event.operator).first()
    if operator is None:
        return
    log.warning("%s: %s of %s: %s %s", active_schema(), event.command, event.operator, event.code, event.detail)
    if event.command == "StartConsult":
        _forget_consult_asked_for(operator)
    user = operator.user
    with translation.override(user.language):
        text = reason_words(event.code)
    failed = DeskFailed(user_id=user.pk, command=COMMANDS.get(event.command, event.command), code=event.code, text=text)
    tell(failed, DeskChanged(user_id=user.pk, reason="call"))


def _forget_consult_asked_for(operator: Operator) -> None:
    session = locked_sessions(operator=operator, consult__state="starting").first()
    if session is not None:
        session.consult = None
        session.save(update_fields=["consult"])


def _note_colleague(event: ConsultChanged, *, running: bool) -> None:
    """The colleague talks with the one who asks him, over the customer's call: nobody else is put through to him."""
    session = locked_sessions(operator__extension=event.target).first()
    if session is None:
        return
    call_id, at = UUID(event.call_id), from_us(event.at_us)
    if running:
        if at < session.started_at:
            return
        record([Move(session, connected(shift_of(session), call_id, again=True), at)])
        session.consult = {
            "id": event.consult_id,
            "kind": "asked",
            "target": event.operator,
            "state": event.state,
        }
        session.save(update_fields=["consult"])
    elif (session.consult or {}).get("id") == event.consult_id and event.state != "completed":
        after = call_ended(shift_of(session), call_id, until=None, wraps_up=False)
        record([Move(session, after, at)])
    tell_desk(session.operator.user_id, "consult")


def let_go(ended: Mapping[UUID, datetime]) -> None:
    """Calls, by id, have ended: free the colleagues who were only consulted in them."""
    moves = []
    for session in locked_sessions(call_id__in=list(ended), state=State.TALKING, consult__kind="asked"):
        assert session.call_id is not None
        after = call_ended(shift_of(session), session.call_id, until=None, wraps_up=False)
        moves.append(Move(session, after, ended[session.call_id]))
    if moves:
        record(moves)


def _tell(session: OperatorSession, reason: str) -> None:
    """Tell the operator's own desk, and the wallboard."""
    tell_desk(session.operator.user_id, reason)
    tell_changed([session], [])


def _talking(extension: str, call_id: str) -> OperatorSession | None:
    """The open shift of the operator who talks on this call."""
    found = locked_sessions(operator__extension=extension, call_id=UUID(call_id), state=State.TALKING)
    return found.first()


def _reported(extension: str, session_id: str) -> OperatorSession | None:
    if not session_id.isdecimal():
        return None
    return locked_sessions(pk=int(session_id), operator__extension=extension).first()
