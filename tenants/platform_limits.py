"""What a company may use of the platform: set by global admins, kept by the dialing tick."""

from __future__ import annotations

from django.db import transaction
from django_tenants.utils import get_public_schema_name, schema_context

from tenants import signals
from tenants.actions import Actor, check_is_platform_admin
from tenants.exceptions import LimitRefusedError
from tenants.models import Company

MOST_CHANNELS = 100_000
MOST_CPS = 10_000


def do_set_limits(company: Company, *, max_channels: int, max_cps: int, acting_user: Actor | None) -> Company:
    """Set how many channels a company may use at once and how many calls it may begin in a second.

    Running campaigns go by them within a quarter of a minute (campaigns.running.reconcile); calls that are up go on.
    Raises NotPlatformAdminError, LimitRefusedError.
    """
    check_is_platform_admin(acting_user)
    if not (0 < max_channels <= MOST_CHANNELS and 0 < max_cps <= MOST_CPS):
        raise LimitRefusedError(channels=MOST_CHANNELS, cps=MOST_CPS)
    with schema_context(get_public_schema_name()), transaction.atomic():
        locked: Company = Company.objects.select_for_update().get(pk=company.pk)
        wanted = {"max_channels": max_channels, "max_cps": max_cps}
        changes = {name: [getattr(locked, name), value] for name, value in wanted.items()}
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        for name, (_before, after) in changes.items():
            setattr(locked, name, after)
        if changes:
            locked.save(update_fields=list(changes))
            signals.company_changed.send(
                Company,
                company=locked,
                action="company.limits_set",
                acting_user=acting_user,
                detail={"changes": changes},
            )
    return locked
