"""What people do with shifts. What the switch reports of them is in agents.switch_reports.

Every function runs in the active company's schema. ``acting_user`` None is the platform itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.db import IntegrityError, transaction

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.exceptions import NotAllowedError
from accounts.models import User
from accounts.names import plain_name
from accounts.permissions import check_role
from accounts.scopes import Scope
from agents import assignments, phones
from agents.assignments import Assignment
from agents.choices import EndReason, OperatorState
from agents.exceptions import (
    NoCampaignError,
    NoShiftError,
    NotAssignedError,
    PauseReasonTakenError,
    ShiftOpenError,
    UnknownPauseReasonError,
    WrongStateError,
)
from agents.models import Operator, OperatorSession, PauseReason, StateInterval
from agents.moves import Move, end_sessions, locked_sessions, login_command, record, shift_of, tell_changed
from agents.news import tell_desk
from agents.phones import Browser
from agents.placing import place
from agents.states import ForbiddenMoveError, Shift, pause, resume, wrap_up_over
from agents.switch_reports import (
    apply_connections,
    apply_leg_down,
    apply_leg_up,
    begin_wrap_ups,
    end_dialing,
    end_due_wrap_ups,
)
from common.clock import now
from telephony.bus.commands import ExpectReload, HangUpCall
from telephony.commands import send_control
from telephony.nodes import makes_phones
from tenants.active import active_schema

__all__ = [
    "apply_connections",
    "apply_leg_down",
    "apply_leg_up",
    "begin_wrap_ups",
    "do_create_pause_reason",
    "do_end_shift",
    "do_expect_reload",
    "do_finish_wrap_up",
    "do_hang_up",
    "do_pause",
    "do_resume",
    "do_start_shift",
    "do_take_phone_over",
    "end_dialing",
    "end_due_wrap_ups",
]

log = logging.getLogger(__name__)

RELOAD_WITHIN_MS = 10_000
"""How long a reloaded page may take to be the phone again; the customer hears music meanwhile."""


def check_own_or_supervising(operator: Operator, acting_user: User | None) -> None:
    """Raise NotAllowedError unless the person is this operator, or supervises him."""
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, Role.OPERATOR, scope=Scope.PEOPLE_WRITE)
    if acting_user is not None and not acting_user.may_supervise and acting_user.pk != operator.user_id:
        raise NotAllowedError


def check_own(operator: Operator, acting_user: User | None) -> None:
    """Raise NotAllowedError unless the person is this operator: a shift is started by nobody else."""
    check_role(acting_user, Role.OPERATOR)
    if acting_user is not None and acting_user.pk != operator.user_id:
        raise NotAllowedError


def do_start_shift(
    operator: Operator,
    campaign_ids: Sequence[int] | None = None,
    *,
    acting_user: User | None,
    browser: Browser | None = None,
) -> OperatorSession:
    """Open a shift on campaigns that the operator is assigned to (None: all of them) and have his leg opened.

    ``browser``: which becomes his phone, on nodes that make phones.

    Raises NotAllowedError, NoCampaignError, NotAssignedError, SwitchAwayError, ShiftOpenError, redis.RedisError.
    """
    check_own(operator, acting_user)
    chosen = _chosen_campaigns(operator, campaign_ids)
    node = place()
    started = now()
    try:
        with transaction.atomic():
            session = OperatorSession.objects.create(
                operator=operator,
                campaign_ids=[assignment.campaign_id for assignment in chosen],
                node=node,
                state=OperatorState.CONNECTING,
                state_since=started,
                started_at=started,
            )
            StateInterval.objects.create(
                session=session, operator=operator, state=OperatorState.CONNECTING, started_at=started
            )
            audit("shift.started", operator, acting_user=acting_user, session=session.pk)
            if browser is not None and makes_phones(node):
                phones.make(active_schema(), session.pk, browser)
            tell_changed([session], [(node, login_command(session))])
    except IntegrityError as error:
        if "operator_one_open_session" in str(error):
            raise ShiftOpenError from error
        raise
    return session


def do_take_phone_over(operator: Operator, browser: Browser, *, acting_user: User | None) -> OperatorSession:
    """Make this tab of this browser the phone of the open shift.

    From another browser session it takes a new secret: what the other one knows is worth nothing from then on.
    Raises NotAllowedError, NoShiftError, redis.RedisError.
    """
    check_own(operator, acting_user)
    schema = active_schema()
    with transaction.atomic():
        session = _locked_session(operator)
        held = phones.read(schema, session.pk)
        if held is not None and held.is_session_of(browser):
            phones.move_to_tab(schema, session.pk, held, browser.tab)
        elif makes_phones(session.node):
            phones.make(schema, session.pk, browser)
            audit("shift.phone_taken_over", operator, acting_user=acting_user, session=session.pk)
            command = login_command(session)
            transaction.on_commit(lambda: send_control(session.node, command))
        tell_desk(operator.user_id, "phone")
    return session


def do_expect_reload(operator: Operator, browser: Browser, *, acting_user: User | None) -> None:
    """Have the switch wait for a phone whose page is being reloaded. Only that page may say so.

    Raises NotAllowedError, NoShiftError, redis.RedisError.
    """
    check_own(operator, acting_user)
    session = OperatorSession.objects.filter(operator=operator, ended_at__isnull=True).first()
    if session is None:
        raise NoShiftError
    held = phones.read(active_schema(), session.pk)
    if held is not None and held.belongs_to(browser):
        reload = ExpectReload(active_schema(), operator.extension, str(session.pk), RELOAD_WITHIN_MS)
        send_control(session.node, reload)


def do_end_shift(operator: Operator, *, acting_user: User | None, reason: EndReason | None = None) -> OperatorSession:
    """Close the open shift and hang the leg up. A customer who is talking with him goes back to the queue.

    Raises NotAllowedError, NoShiftError.
    """
    check_own_or_supervising(operator, acting_user)
    if reason is None:
        own = acting_user is not None and acting_user.pk == operator.user_id
        reason = EndReason.OPERATOR if own else EndReason.SUPERVISOR
    with transaction.atomic():
        session = _locked_session(operator)
        end_sessions([session], reason, now())
        audit("shift.ended", operator, acting_user=acting_user, session=session.pk, reason=reason.value)
    return session


def do_pause(operator: Operator, reason: str, *, acting_user: User | None) -> OperatorSession:
    """Pause for a reason (its code): now when free, else as soon as the call and its wrap-up are over.

    Raises NotAllowedError, UnknownPauseReasonError, NoShiftError.
    """
    check_own_or_supervising(operator, acting_user)
    pause_reason = PauseReason.objects.filter(code=reason).first()
    if pause_reason is None:
        raise UnknownPauseReasonError
    return _move(operator, lambda shift: pause(shift, pause_reason.pk))


def do_resume(operator: Operator, *, acting_user: User | None) -> OperatorSession:
    """End the pause, or take back the wish for one. Raises NotAllowedError, NoShiftError."""
    check_own_or_supervising(operator, acting_user)
    return _move(operator, resume)


def do_finish_wrap_up(operator: Operator, *, acting_user: User | None) -> OperatorSession:
    """End wrap-up before its time. Raises NotAllowedError, NoShiftError, WrongStateError."""
    check_own_or_supervising(operator, acting_user)
    return _move(operator, wrap_up_over)


def do_hang_up(operator: Operator, *, acting_user: User | None) -> None:
    """End the call that the operator is on; its end then comes back as an event.

    Raises NotAllowedError, NoShiftError, WrongStateError, redis.RedisError.
    """
    check_own_or_supervising(operator, acting_user)
    session = OperatorSession.objects.filter(operator=operator, ended_at__isnull=True).first()
    if session is None:
        raise NoShiftError
    if session.state != OperatorState.TALKING or session.call_id is None:
        raise WrongStateError
    audit("call.hung_up", operator, acting_user=acting_user, call=str(session.call_id))
    send_control(
        session.node,
        HangUpCall(call_id=str(session.call_id), schema=active_schema(), reason="operator"),
    )


def do_create_pause_reason(
    *, code: str, name: str, is_mandatory: bool, limit_minutes: int | None, acting_user: User | None
) -> PauseReason:
    """Add a pause reason at the end of the list. Raises NotAllowedError, UnreadableNameError,
    PauseReasonTakenError.
    """
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, scope=Scope.PEOPLE_WRITE)
    try:
        with transaction.atomic():
            reason = PauseReason.objects.create(
                code=code,
                name=plain_name(name, most=60),
                is_mandatory=is_mandatory,
                limit_minutes=limit_minutes,
                position=PauseReason.objects.count(),
            )
            audit("pause_reason.created", reason, acting_user=acting_user, code=code)
    except IntegrityError as error:
        raise PauseReasonTakenError from error
    return reason


def _move(operator: Operator, step: Callable[[Shift], Shift]) -> OperatorSession:
    with transaction.atomic():
        session = _locked_session(operator)
        try:
            after = step(shift_of(session))
        except ForbiddenMoveError as error:
            raise WrongStateError from error
        record([Move(session, after, now())])
    return session


def _locked_session(operator: Operator) -> OperatorSession:
    session = locked_sessions(operator=operator).first()
    if session is None:
        raise NoShiftError
    return session


def _chosen_campaigns(operator: Operator, campaign_ids: Sequence[int] | None) -> list[Assignment]:
    assigned = {assignment.campaign_id: assignment for assignment in assignments.of(operator)}
    if not assigned or (campaign_ids is not None and not campaign_ids):
        raise NoCampaignError
    if campaign_ids is None:
        return list(assigned.values())
    if set(campaign_ids) - set(assigned):
        raise NotAssignedError
    return [assigned[pk] for pk in dict.fromkeys(campaign_ids)]
