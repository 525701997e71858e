"""Changing pause reasons. The mandatory ones (NR-17, Annex II) keep at least the minutes that the rule gives."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from agents.exceptions import PauseReasonFixedError, PauseTooShortError, UnknownPauseReasonError
from agents.models import PauseReason
from common.plain import plain_line

LEAST_MINUTES = {"rest": 10, "meal": 20}
"""NR-17, Annex II, 5.4.1 and 5.4.2."""
MOST_MINUTES = 480


def do_update_pause_reason(
    reason: PauseReason, *, name: str, limit_minutes: int | None, acting_user: User | None
) -> PauseReason:
    """Change the name and the minutes (None: no limit). Codes and what is mandatory stay.

    Raises NotAllowedError, PauseTooShortError, UnknownPauseReasonError.
    """
    check_role(acting_user, Role.MASTER, scope=Scope.PEOPLE_WRITE)
    least = LEAST_MINUTES.get(reason.code, 0) if reason.is_mandatory else 0
    if limit_minutes is not None and not max(least, 1) <= limit_minutes <= MOST_MINUTES:
        raise PauseTooShortError(least=max(least, 1), most=MOST_MINUTES)
    with transaction.atomic():
        locked = PauseReason.objects.select_for_update().filter(pk=reason.pk).first()
        if locked is None:
            raise UnknownPauseReasonError
        wanted = {"name": plain_line(name) or locked.name, "limit_minutes": limit_minutes}
        changes = {field: [getattr(locked, field), value] for field, value in wanted.items()}
        changes = {field: pair for field, pair in changes.items() if pair[0] != pair[1]}
        if changes:
            for field, pair in changes.items():
                setattr(locked, field, pair[1])
            locked.save(update_fields=list(changes))
            audit("pause_reason.changed", locked, acting_user=acting_user, code=locked.code, changes=changes)
    return locked


def do_delete_pause_reason(reason: PauseReason, *, acting_user: User | None) -> None:
    """Take a reason away; pauses taken for it stay, without a reason. Raises NotAllowedError, PauseReasonFixedError."""
    check_role(acting_user, Role.MASTER, scope=Scope.PEOPLE_WRITE)
    with transaction.atomic():
        locked = PauseReason.objects.select_for_update().filter(pk=reason.pk).first()
        if locked is None:
            return
        if locked.is_mandatory:
            raise PauseReasonFixedError
        audit("pause_reason.deleted", locked, acting_user=acting_user, code=locked.code, name=locked.name)
        locked.delete()
