"""What the switch reports of supervisors' phones and of what they hear; called by the consumer of calls.

Every function may be repeated and may come late: a report about a phone or a stretch that is over changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit import record as audit
from accounts.models import User
from agents.browser_events import SuperviseFailed
from agents.choices import ListenMode, OperatorState, SupervisionEnd, SupervisionState
from agents.models import OperatorSession, StateInterval, Supervision, SupervisorPhone
from agents.signals import SupervisionStep, supervised
from agents.supervision_state import tell_on_commit
from agents.supervisor_phones import note_state
from common.clock import from_us
from telephony.bus.events import CommandFailed, ListenChanged, PhoneChanged, PhoneEvent
from tenants.active import active_schema

log = logging.getLogger(__name__)

_LONGEST_TALK = timedelta(hours=24)
"""What began before is not looked at: an operator's intervals of a year are very many."""
_GONE = frozenset({"unregistered", "failed"})
_COMMANDS = {
    "Listen": "listen",
    "TakeOver": "take_over",
    "OpenPhone": "phone",
    "HoldTaken": "hold",
    "ResumeTaken": "resume",
}
_WHY: dict[str, Promise | str] = {
    "not_talking": _("That call is over, or somebody else has it now."),
    "unknown_target": _("The operator isn't on the switch any more."),
    "target_busy": _("The operator is busy."),
    "switch_away": _("The telephone switch is away. Try again in a moment."),
    "rejected": _("The telephone switch refused it."),
    "phone_away": _("Your phone isn't connected."),
}


def apply_phone_events(events: Sequence[PhoneEvent]) -> None:
    """Note reports about phones that are no operator's, in their order. Raises redis.RedisError."""
    for event in events:
        extension = event.operator if isinstance(event, CommandFailed) else event.phone
        phone = SupervisorPhone.objects.select_related("user").filter(extension=extension).first()
        if phone is None:
            log.warning("%s: %s about %s, which is nobody's phone", active_schema(), type(event).__name__, extension)
        elif isinstance(event, PhoneChanged):
            _apply_phone(phone.user, event)
        elif isinstance(event, ListenChanged):
            _apply_listening(phone.user, event)
        else:
            _apply_failure(phone.user, event)


def locked_supervision(**filters: object) -> Supervision | None:
    """The stretch that runs, locked, with operator and supervisor; never more than one for a supervisor."""
    running = Supervision.objects.filter(ended_at__isnull=True, **filters)
    return running.select_related("operator__user", "user").select_for_update(of=("self",)).first()


def end_supervision(supervision: Supervision, reason: SupervisionEnd, at: datetime) -> None:
    """Close a locked stretch, and write down what was heard and for how long. Inside a transaction."""
    at = max(at, supervision.mode_since)
    if supervision.began_at is not None:
        _add_span(supervision, at)
    supervision.state = SupervisionState.ENDED
    supervision.ended_at = at
    supervision.end_reason = reason
    supervision.save(update_fields=["state", "ended_at", "end_reason", "spans"])
    calls = _keep_heard(supervision, at) if supervision.began_at is not None else []
    audit(
        "supervision.ended",
        supervision.operator,
        acting_user=supervision.user,
        reason=reason.value,
        mode=supervision.mode,
        seconds=_seconds(at - supervision.began_at) if supervision.began_at else 0,
        seconds_by_mode={mode: round(ms / 1000) for mode, ms in supervision.spans.items()},
        calls=[str(call_id) for call_id in calls],
    )
    tell_on_commit(supervision.user)


def end_taken_over(ended_at: Mapping[UUID, datetime]) -> None:
    """The calls of these ids have ended, also for the supervisors who had taken them over."""
    running = Supervision.objects.filter(ended_at__isnull=True, mode=ListenMode.TAKEN_OVER)
    if not ended_at or not running.exists():
        return
    mine = running.filter(call_id__in=list(ended_at)).select_related("operator__user", "user")
    for one in mine.select_for_update(of=("self",)).order_by("pk"):
        assert one.call_id is not None
        end_supervision(one, SupervisionEnd.SWITCH, ended_at[one.call_id])


def tell_taken(call_id: UUID) -> None:
    """Something has happened to a customer: tell the supervisor who has taken him over, if one has."""
    running = Supervision.objects.filter(ended_at__isnull=True, mode=ListenMode.TAKEN_OVER, call_id=call_id)
    for one in running.select_related("user"):
        tell_on_commit(one.user)


def _apply_phone(user: User, event: PhoneChanged) -> None:
    noted = note_state(user.pk, event.session, event.state, event.at_us, detail=event.detail)
    if noted is None:
        return
    if event.state in _GONE:
        running = locked_supervision(user=user, phone_session=event.session)
        if running is not None:
            end_supervision(running, SupervisionEnd.PHONE_LOST, from_us(event.at_us))
    if event.state == "failed":
        log.warning("%s: the phone %s failed: %s", active_schema(), event.phone, event.detail)
    tell_on_commit(user)


def _apply_listening(user: User, event: ListenChanged) -> None:
    running = locked_supervision(user=user, phone_session=event.session, operator__extension=event.operator)
    at = from_us(event.at_us)
    if running is None:
        return
    if event.state == "up":
        _note_up(running, ListenMode(event.mode), at)
    elif event.state == "failed":
        end_supervision(running, SupervisionEnd.FAILED, at)
        _tell_failed(user, "listen", "rejected")
    elif at > running.asked_at:  # else: the end of an earlier stretch with the same operator
        end_supervision(running, SupervisionEnd.SWITCH, at)


def _apply_failure(user: User, event: CommandFailed) -> None:
    """The switch did not do what was asked. Only a stretch that never began is over with it."""
    if event.command not in _COMMANDS:
        return
    log.warning("%s: %s of %s: %s %s", active_schema(), event.command, event.operator, event.code, event.detail)
    running = locked_supervision(user=user, phone_session=event.session)
    if running is not None and event.command == "Listen" and running.state == SupervisionState.ASKED:
        end_supervision(running, SupervisionEnd.FAILED, from_us(event.at_us))
    if event.command == "OpenPhone":
        note_state(user.pk, event.session, "failed", event.at_us, detail=event.detail)
    _tell_failed(user, _COMMANDS[event.command], event.code)


def _tell_failed(user: User, command: str, code: str) -> None:
    with translation.override(user.language):
        text = str(_WHY.get(code) or _WHY["rejected"])
    tell_on_commit(user, SuperviseFailed(user_id=user.pk, command=command, code=code, text=text))


def _note_up(running: Supervision, mode: ListenMode, at: datetime) -> None:
    """He hears, or hears in another way than before. A repetition changes nothing."""
    if running.state == SupervisionState.UP and (running.mode == mode or at <= running.mode_since):
        return
    if running.state == SupervisionState.UP:
        _add_span(running, at)
    else:
        running.state, running.began_at = SupervisionState.UP, at
    running.mode, running.mode_since = mode, at
    taken = mode == ListenMode.TAKEN_OVER
    shift = OperatorSession.objects.filter(operator=running.operator, ended_at__isnull=True).first()
    # The operator may be in wrap-up with it already: the two reports are of one moment.
    on_call = shift is not None and shift.state in {OperatorState.TALKING, OperatorState.WRAP_UP}
    running.call_id = shift.call_id if shift is not None and on_call else running.call_id
    running.save(update_fields=["state", "began_at", "mode", "mode_since", "spans", "call_id"])
    call = str(running.call_id) if running.call_id else None
    action = "supervision.taken_over" if taken else "supervision.began"
    audit(action, running.operator, acting_user=running.user, mode=mode.value, call=call)
    if running.call_id is not None and shift is not None and (taken or shift.state == OperatorState.TALKING):
        _keep([_step(running, running.call_id, at, "taken_over" if taken else "listen", mode=mode.value)])
    tell_on_commit(running.user)


def _add_span(supervision: Supervision, until: datetime) -> None:
    spent_ms = max(0, (until - supervision.mode_since) // timedelta(milliseconds=1))
    supervision.spans[supervision.mode] = supervision.spans.get(supervision.mode, 0) + spent_ms


def _keep_heard(supervision: Supervision, until: datetime) -> list[UUID]:
    """Note with each conversation that was heard from when on and for how long; give the calls, in their order."""
    began = supervision.began_at
    assert began is not None
    if supervision.mode == ListenMode.TAKEN_OVER and supervision.call_id is not None:
        heard_until = supervision.mode_since
    else:
        heard_until = until
    talks = StateInterval.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=began),
        operator=supervision.operator,
        state=OperatorState.TALKING,
        call_id__isnull=False,
        started_at__gt=began - _LONGEST_TALK,
        started_at__lt=heard_until,
    ).order_by(F("started_at"))
    steps, calls = [], []
    for talk in talks:
        assert talk.call_id is not None
        start, end = max(talk.started_at, began), min(talk.ended_at or heard_until, heard_until)
        seconds = _seconds(end - start)
        mode = supervision.mode if supervision.mode != ListenMode.TAKEN_OVER else ListenMode.LISTEN
        steps.append(_step(supervision, talk.call_id, start, "listen", mode=mode, seconds=seconds))
        calls.append(talk.call_id)
    _keep(steps)
    return list(dict.fromkeys(calls))


def _step(supervision: Supervision, call_id: UUID, at: datetime, kind: str, **detail: object) -> SupervisionStep:
    who = {"supervisor": supervision.user.name, "user_id": supervision.user_id}
    return SupervisionStep(call_id, at, kind, supervision.operator_id, who | detail)


def _keep(steps: list[SupervisionStep]) -> None:
    if steps:
        supervised.send(sender=Supervision, schema=active_schema(), steps=steps)


def _seconds(span: timedelta) -> int:
    return max(0, round(span.total_seconds()))
