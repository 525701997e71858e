"""What supervisors do with the shifts of others: pause them, free them. Ending one is agents.actions.do_end_shift."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.audit import record as audit
from accounts.models import User
from agents import actions
from agents.choices import OperatorState
from agents.exceptions import MandatoryPauseError, NoShiftError, WrongStateError
from agents.models import Operator, OperatorSession
from agents.moves import locked_sessions
from agents.supervising import check_supervising
from common.clock import now


def do_force_pause(operator: Operator, reason: str, *, acting_user: User) -> OperatorSession:
    """Pause an operator for a reason (its code): now when free, else after his call and its wrap-up.

    Raises NotAllowedError, UnknownPauseReasonError, NoShiftError, WrongStateError.
    """
    check_supervising(acting_user)
    with transaction.atomic():
        session = actions.do_pause(operator, reason, acting_user=acting_user)
        call = str(session.call_id) if session.call_id else None
        audit("shift.pause_forced", operator, acting_user=acting_user, session=session.pk, reason=reason, call=call)
    return session


def do_force_free(operator: Operator, *, acting_user: User) -> OperatorSession:
    """End an operator's wrap-up or pause. A mandatory pause only once its time is over: NR-17, Annex II, 5.4.

    Raises NotAllowedError, NoShiftError, WrongStateError, MandatoryPauseError.
    """
    check_supervising(acting_user)
    with transaction.atomic():
        session = locked_sessions(operator=operator).first()
        if session is None:
            raise NoShiftError
        was = session.state
        if was == OperatorState.WRAP_UP:
            session = actions.do_finish_wrap_up(operator, acting_user=acting_user)
        elif was == OperatorState.PAUSED:
            _check_pause_may_end(session)
            session = actions.do_resume(operator, acting_user=acting_user)
        else:
            raise WrongStateError
        audit("shift.freed", operator, acting_user=acting_user, session=session.pk, was=was)
    return session


def _check_pause_may_end(session: OperatorSession) -> None:
    reason = session.pause_reason
    if reason is None or not reason.is_mandatory:
        return
    limit = timedelta(minutes=reason.limit_minutes) if reason.limit_minutes else None
    if limit is None or now() - session.state_since < limit:
        raise MandatoryPauseError
