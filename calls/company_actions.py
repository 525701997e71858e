"""What masters change of their own company. Here, because the days of figures are counted in its zone."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from calls.exceptions import ZoneInUseError
from calls.models import DayFigures
from tenants.models import Company
from tenants.settings_actions import change_company


def do_change_company(
    company: Company, *, trade_name: str, initials: str, timezone: str, language: str, acting_user: User | None
) -> Company:
    """Change the company's own settings; its schema is active. A zone is fixed once calls were counted by its days.

    Raises NotAllowedError, TradeNameMissingError, TimezoneRefusedError, ZoneInUseError.
    """
    check_role(acting_user, Role.MASTER, scope=Scope.SETTINGS_WRITE)
    if timezone != company.timezone and zone_is_fixed():
        raise ZoneInUseError
    with transaction.atomic():
        changes = change_company(
            company, trade_name=trade_name, initials=initials, timezone=timezone, language=language
        )
        if changes:
            audit("company.changed", company, acting_user=acting_user, changes=changes)
    return company


def zone_is_fixed() -> bool:
    """Whether the company has dialed: its days are counted by now."""
    return DayFigures.objects.exists()
