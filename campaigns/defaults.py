"""What new campaigns of a company begin with, until somebody says otherwise for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from campaigns.exceptions import DefaultRefusedError
from campaigns.models import Campaign, CampaignDefaults

FIELDS = (
    "target_abandon_rate",
    "max_lines_per_operator",
    "max_channels",
    "ring_timeout_s",
    "max_attempts",
    "wrap_up_s",
)
"""Of Campaign, which a company may choose its own defaults for."""
_ROW = 1


def defaults() -> dict[str, Any]:
    """Give the company's own defaults; what it hasn't set is missing. Active schema."""
    row = CampaignDefaults.objects.filter(pk=_ROW).first()
    kept: Mapping[str, Any] = row.settings if row is not None else {}
    return {name: _field(name).to_python(value) for name, value in kept.items() if name in FIELDS}


def lock_defaults() -> None:
    """Have whoever else would set them wait for the end of the caller's transaction."""
    CampaignDefaults.objects.get_or_create(pk=_ROW)
    CampaignDefaults.objects.select_for_update().get(pk=_ROW)


def do_set_defaults(values: Mapping[str, Any], *, acting_user: User | None) -> dict[str, Any]:
    """Set the defaults; campaigns that exist stay as they are. Raises NotAllowedError, DefaultRefusedError."""
    check_role(acting_user, Role.MASTER, scope=Scope.SETTINGS_WRITE)
    clean = {name: _checked(name, values[name]) for name in FIELDS if name in values}
    with transaction.atomic():
        lock_defaults()
        row = CampaignDefaults.objects.select_for_update().get(pk=_ROW)
        after = row.settings | {name: str(value) for name, value in clean.items()}
        begin = {name: str(_field(name).get_default()) for name in after}
        changes = {
            name: [(begin | row.settings)[name], value]
            for name, value in after.items()
            if (begin | row.settings)[name] != value
        }
        row.settings = after
        row.save(update_fields=["settings"])
        if changes:
            audit("campaign.defaults_set", row, acting_user=acting_user, changes=changes)
    return defaults()


def _checked(name: str, value: Any) -> Any:
    try:
        return _field(name).clean(value, None)
    except ValidationError as error:
        raise DefaultRefusedError(field=_field(name).verbose_name, reason=" ".join(error.messages)) from error


def _field(name: str) -> Any:
    return Campaign._meta.get_field(name)
