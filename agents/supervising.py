"""What supervisors do with their phone: open it, hear an operator, take his customer over.

What the switch reports of it is in agents.supervision_reports. Every function runs in the active company's schema.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from agents.choices import ListenMode, OperatorState, SupervisionEnd, SupervisionState
from agents.enrolment import enrol_supervisor
from agents.exceptions import (
    NoShiftError,
    NothingTakenError,
    NotListeningError,
    PhoneNotOpenError,
    SwitchAwayError,
    WrongStateError,
)
from agents.models import Operator, OperatorSession, Supervision, SupervisorPhone
from agents.supervision_reports import apply_phone_events, end_supervision, locked_supervision
from agents.supervision_state import tell_on_commit
from agents.supervisor_phones import SupervisorPhoneLive, forget, open_anew, phone_of
from common.clock import now
from telephony.bus.commands import ClosePhone, Listen, StopListening, TakeOver
from telephony.commands import send_control, send_controls
from telephony.nodes import nodes_up, read_statuses
from tenants.active import active_schema

__all__ = [
    "apply_phone_events",
    "do_close_phone",
    "do_listen",
    "do_open_phone",
    "do_settle",
    "do_stop_listening",
    "do_take_over",
]

_USABLE = frozenset({"opening", "ready", "registered"})


def check_supervising(acting_user: User | None) -> None:
    """Raise NotAllowedError unless the person is a supervisor or master."""
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR)


def do_open_phone(operator: Operator | None, *, browser: str, acting_user: User) -> SupervisorPhoneLive:
    """Make the supervisor's phone anew, on the switch where the operator is (None: where most of the shifts are).

    ``browser`` is agents.supervisor_phones.browser_digest of the session that asks. A page that had the phone before
    loses it. Raises NotAllowedError, NoShiftError, SwitchAwayError, ExtensionsExhaustedError, redis.RedisError.
    """
    check_supervising(acting_user)
    node = _node(operator)
    do_close_phone(acting_user=acting_user, reason=SupervisionEnd.REPLACED)
    with transaction.atomic():
        extension = enrol_supervisor(active_schema(), acting_user).extension
        audit("supervisor_phone.opened", acting_user, acting_user=acting_user, extension=extension)
    send_control(node, open_anew(acting_user, extension, node, browser))
    phone = phone_of(acting_user.pk)
    if phone is None:  # another page has opened and closed it in between
        raise PhoneNotOpenError
    tell_on_commit(acting_user)
    return phone


def do_close_phone(
    *, acting_user: User, session: str | None = None, reason: SupervisionEnd = SupervisionEnd.CLOSED
) -> None:
    """Take the phone away and end what it hears; ``session`` None: whichever opening there is.

    A page that is left closes its own opening, never the one of a page opened since. Raises redis.RedisError.
    """
    phone = phone_of(acting_user.pk)
    if phone is None or (session is not None and phone.session != session):
        return
    with transaction.atomic():
        running = locked_supervision(user=acting_user, phone_session=phone.session)
        if running is not None:
            end_supervision(running, reason, now())
        if forget(acting_user.pk, phone.session) is not None:
            close = ClosePhone(schema=active_schema(), phone=phone.extension, session=phone.session)
            transaction.on_commit(lambda: send_control(phone.node, close))
        tell_on_commit(acting_user)


def do_listen(operator: Operator, mode: str, *, acting_user: User) -> Supervision:
    """Have the supervisor's phone hear the operator, or change how: listen | whisper | barge.

    Whoever he heard before is left. The switch answers with ListenChanged or CommandFailed.
    Raises NotAllowedError, NoShiftError, PhoneNotOpenError, WrongStateError, redis.RedisError.
    """
    check_supervising(acting_user)
    mode = ListenMode(mode)
    if mode == ListenMode.TAKEN_OVER:
        raise WrongStateError
    with transaction.atomic():
        _one_at_a_time(acting_user)
        shift = _open_shift(operator)
        phone = _usable_phone(acting_user, shift)
        listen = Listen(
            schema=active_schema(),
            phone=phone.extension,
            session=phone.session,
            operator=operator.extension,
            mode=mode.value,
        )
        running = locked_supervision(user=acting_user)
        if running is not None and running.mode == ListenMode.TAKEN_OVER:
            raise WrongStateError
        if running is not None and running.operator_id == operator.pk and running.phone_session == phone.session:
            transaction.on_commit(lambda: send_control(shift.node, listen))
            return running
        if running is not None:
            _leave(running, SupervisionEnd.REPLACED, phone)
        asked = now()
        supervision = Supervision.objects.create(
            user=acting_user,
            operator=operator,
            node=shift.node,
            phone_session=phone.session,
            mode=mode,
            mode_since=asked,
            call_id=shift.call_id if shift.state == OperatorState.TALKING else None,
            asked_at=asked,
        )
        audit("supervision.asked", operator, acting_user=acting_user, mode=mode.value, call=_text(supervision.call_id))
        transaction.on_commit(lambda: send_control(shift.node, listen))
        tell_on_commit(acting_user)
    return supervision


def do_stop_listening(*, acting_user: User) -> None:
    """Leave the operator. Raises NotAllowedError, NotListeningError, WrongStateError (a customer was taken over)."""
    check_supervising(acting_user)
    with transaction.atomic():
        running = locked_supervision(user=acting_user)
        if running is None:
            raise NotListeningError
        if running.mode == ListenMode.TAKEN_OVER:
            raise WrongStateError
        _leave(running, SupervisionEnd.STOPPED, phone_of(acting_user.pk))


def do_take_over(operator: Operator, *, acting_user: User) -> None:
    """Have the customer of the operator whom the supervisor hears; the operator goes into wrap-up.

    The switch answers with ListenChanged, mode taken_over, or CommandFailed.
    Raises NotAllowedError, NotListeningError, NoShiftError, WrongStateError (no customer is there).
    """
    check_supervising(acting_user)
    with transaction.atomic():
        shift = _open_shift(operator)
        running = locked_supervision(user=acting_user, operator=operator)
        phone = _usable_phone(acting_user, shift)
        if running is None or running.state != SupervisionState.UP or running.phone_session != phone.session:
            raise NotListeningError
        if running.mode == ListenMode.TAKEN_OVER or shift.state != OperatorState.TALKING or shift.call_id is None:
            raise WrongStateError
        command = TakeOver(
            schema=active_schema(),
            phone=phone.extension,
            session=phone.session,
            operator=operator.extension,
            call_id=str(shift.call_id),
        )
        audit("supervision.take_over_asked", operator, acting_user=acting_user, call=str(shift.call_id))
        transaction.on_commit(lambda: send_control(shift.node, command))


def do_settle(*, acting_user: User) -> None:
    """Nothing more is to be said of the call that was taken over. Raises NotAllowedError, NothingTakenError."""
    check_supervising(acting_user)
    with transaction.atomic():
        done = Supervision.objects.filter(
            user=acting_user, mode=ListenMode.TAKEN_OVER, ended_at__isnull=False, is_settled=False
        ).update(is_settled=True)
        if not done:
            raise NothingTakenError
        tell_on_commit(acting_user)


def _one_at_a_time(user: User) -> None:
    """Two clicks at once, or two pages, begin one stretch: the second waits for the first, and finds it."""
    SupervisorPhone.objects.select_for_update().filter(user=user).first()


def _leave(running: Supervision, reason: SupervisionEnd, phone: SupervisorPhoneLive | None) -> None:
    end_supervision(running, reason, now())
    if phone is not None and phone.session == running.phone_session:
        stop = StopListening(schema=active_schema(), phone=phone.extension, session=phone.session)
        node = running.node
        transaction.on_commit(lambda: send_controls([(node, stop)]))


def _open_shift(operator: Operator) -> OperatorSession:
    shift = OperatorSession.objects.filter(operator=operator, ended_at__isnull=True).first()
    if shift is None:
        raise NoShiftError
    if shift.state == OperatorState.CONNECTING:
        raise WrongStateError
    return shift


def _usable_phone(user: User, shift: OperatorSession) -> SupervisorPhoneLive:
    """The phone, if it can hear this shift: open, not lost, and on its node."""
    phone = phone_of(user.pk)
    if phone is None or phone.state not in _USABLE or phone.node != shift.node:
        raise PhoneNotOpenError
    return phone


def _node(operator: Operator | None) -> str:
    up = nodes_up(read_statuses())
    shifts = OperatorSession.objects.filter(ended_at__isnull=True)
    if operator is not None:
        node = shifts.filter(operator=operator).values_list("node", flat=True).first()
        if node is None:
            raise NoShiftError
    else:
        node = shifts.filter(node__in=up).values_list("node", flat=True).first() or next(iter(up), None)
    if node is None or node not in up or node not in settings.TELEPHONY_NODES:
        raise SwitchAwayError
    return node


def _text(call_id: object) -> str | None:
    return str(call_id) if call_id else None
