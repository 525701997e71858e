"""Ends the shifts of people who may not work any more, and enrols those who become operators."""

from __future__ import annotations

import contextlib
import logging
from typing import Any

from django.http import HttpRequest
from redis.exceptions import RedisError

from accounts.choices import Role
from accounts.models import User
from agents.actions import do_end_shift
from agents.choices import EndReason
from agents.enrolment import enrol
from agents.exceptions import NoShiftError
from agents.models import Operator
from agents.supervising import do_close_phone
from agents.supervisor_phones import browser_digest, open_phones, phone_of
from tenants.active import active_schema

log = logging.getLogger(__name__)


def end_shift_of_deactivated(sender: Any, *, schema: str, user: User, **kwargs: Any) -> None:
    """Receiver of accounts.signals.person_deactivated."""
    _end_shift(Operator.objects.filter(user=user).first())
    _close_phone(user)


def follow_role(sender: Any, *, schema: str, user: User, before: str, **kwargs: Any) -> None:
    """Receiver of accounts.signals.person_role_changed. A former operator keeps his extension for his old calls."""
    if user.role == Role.OPERATOR:
        enrol(schema, user)
    elif before == Role.OPERATOR:
        _end_shift(Operator.objects.filter(user=user).first())
    if not user.may_supervise:
        _close_phone(user)


def end_all_shifts(sender: Any, *, schema: str, **kwargs: Any) -> None:
    """Receiver of tenants.signals.company_suspended."""
    for operator in Operator.objects.filter(sessions__ended_at__isnull=True).distinct():
        _end_shift(operator)
    for phone in open_phones():
        for user in User.objects.filter(pk=phone.user_id):
            _close_phone(user)


def close_phone_of_browser(sender: Any, *, request: HttpRequest, user: object, **kwargs: Any) -> None:
    """Receiver of django.contrib.auth.signals.user_logged_out: the phone that this browser opened goes with it."""
    if isinstance(user, User) and user.may_supervise and request.session.session_key:
        _close_phone(user, browser_digest(request.session.session_key))


def _close_phone(user: User, browser: str | None = None) -> None:
    """Close a supervisor's phone; ``browser``: only if that one has it."""
    try:
        phone = phone_of(user.pk)
        if phone is not None and browser in {None, phone.browser}:
            do_close_phone(acting_user=user, session=phone.session)
    except RedisError as error:  # one can leave all the same; agents.supervision_healing closes it later
        log.warning("%s: the phone of person %s stays open for now: %s", active_schema(), user.pk, error)


def _end_shift(operator: Operator | None) -> None:
    if operator is None:
        return
    with contextlib.suppress(NoShiftError):
        do_end_shift(operator, acting_user=None, reason=EndReason.SUPERVISOR)
