"""Ends the shifts of people who may not work any more, and enrols those who become operators."""

from __future__ import annotations

import contextlib
from typing import Any

from accounts.choices import Role
from accounts.models import User
from agents.actions import do_end_shift
from agents.choices import EndReason
from agents.enrolment import enrol
from agents.exceptions import NoShiftError
from agents.models import Operator


def end_shift_of_deactivated(sender: Any, *, schema: str, user: User, **kwargs: Any) -> None:
    """Receiver of accounts.signals.person_deactivated."""
    _end_shift(Operator.objects.filter(user=user).first())


def follow_role(sender: Any, *, schema: str, user: User, before: str, **kwargs: Any) -> None:
    """Receiver of accounts.signals.person_role_changed. A former operator keeps his extension for his old calls."""
    if user.role == Role.OPERATOR:
        enrol(schema, user)
    elif before == Role.OPERATOR:
        _end_shift(Operator.objects.filter(user=user).first())


def end_all_shifts(sender: Any, *, schema: str, **kwargs: Any) -> None:
    """Receiver of tenants.signals.company_suspended."""
    for operator in Operator.objects.filter(sessions__ended_at__isnull=True).distinct():
        _end_shift(operator)


def _end_shift(operator: Operator | None) -> None:
    if operator is None:
        return
    with contextlib.suppress(NoShiftError):
        do_end_shift(operator, acting_user=None, reason=EndReason.SUPERVISOR)
