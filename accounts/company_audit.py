"""The audit trail of companies: tenants lies below this app and tells by signal."""

from __future__ import annotations

from typing import Any

from accounts import audit
from accounts.models import User
from tenants.models import Company


def record_company_change(
    sender: Any, *, company: Company, action: str, acting_user: User | None, detail: dict[str, object], **kwargs: Any
) -> None:
    """Receiver of tenants.signals.company_changed, in the public schema and the change's transaction."""
    audit.record(action, company, acting_user=acting_user, **detail)
