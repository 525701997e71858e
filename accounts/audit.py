"""Writing the audit trail: inside the transaction of the change it tells of."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User


def record(action: str, target: Model, *, acting_user: User | None, **detail: object) -> AuditEntry:
    """Append one entry in the active schema. ``acting_user`` None: the platform acted by itself.

    Of what an API key did, the entry names its owner and, as ``api_key``, its prefix.
    """
    if acting_user is not None and acting_user.credential:
        detail["api_key"] = acting_user.credential
    return AuditEntry.objects.create(
        actor_id=acting_user.pk if acting_user else None,
        actor_name=acting_user.name if acting_user else _("Platform"),
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        detail=detail,
    )
