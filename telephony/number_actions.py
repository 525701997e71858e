"""Writes of numbers: those that companies may show, and those at which they are called.

Global admins give them; a company's master says which campaign takes the calls of a number (campaigns.numbers).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from common.phone import NumberKind, PhoneNumber, parse_phone
from common.plain import plain_line
from telephony.actions import check_may_manage
from telephony.exceptions import NumberRefusedError, NumberTakenError
from telephony.models import CallerId, InboundNumber, Trunk
from telephony.provisioning import publish_on_commit
from tenants.active import active_schema
from tenants.models import Company

Row = TypeVar("Row", CallerId, InboundNumber)

_NEVER_OURS = frozenset({NumberKind.PREMIUM})


def clean_number(text: str) -> str:
    """Give E.164, however it was typed. Raises NumberRefusedError."""
    parsed = parse_phone(text)
    if not isinstance(parsed, PhoneNumber) or parsed.kind in _NEVER_OURS:
        raise NumberRefusedError(number=text.strip()[:40])
    return parsed.e164


def do_create_caller_id(
    *,
    company: Company,
    number: str,
    acting_user: User | None,
    trunk: Trunk | None = None,
    label: str = "",
    is_active: bool = True,
) -> CallerId:
    """Let a company show a number. Raises NotAllowedError, NumberRefusedError, NumberTakenError."""
    check_may_manage(acting_user)
    row = CallerId(
        company=company, number=clean_number(number), trunk=trunk, label=plain_line(label), is_active=is_active
    )
    return _create(row, "caller_id.created", acting_user)


def do_update_caller_id(caller_id: CallerId, *, acting_user: User | None, **values: Any) -> CallerId:
    """Change ``trunk``, ``label`` or ``is_active``; the number and its company stay.

    Raises NotAllowedError.
    """
    check_may_manage(acting_user)
    return _update(caller_id, {"trunk", "label", "is_active"}, values, "caller_id.changed", acting_user)


def do_delete_caller_id(caller_id: CallerId, *, acting_user: User | None) -> None:
    """Take a number away from its company; campaigns that show it go on with their others. Raises NotAllowedError."""
    check_may_manage(acting_user)
    _delete(caller_id, "caller_id.deleted", acting_user)


def do_create_inbound_number(
    *, company: Company, number: str, acting_user: User | None, label: str = "", is_active: bool = True
) -> InboundNumber:
    """Give a company a number to be called at. Raises NotAllowedError, NumberRefusedError, NumberTakenError."""
    check_may_manage(acting_user)
    row = InboundNumber(company=company, number=clean_number(number), label=plain_line(label), is_active=is_active)
    return _create(row, "inbound_number.created", acting_user)


def do_update_inbound_number(number: InboundNumber, *, acting_user: User | None, **values: Any) -> InboundNumber:
    """Change ``label`` or ``is_active``. Raises NotAllowedError."""
    check_may_manage(acting_user)
    return _update(number, {"label", "is_active"}, values, "inbound_number.changed", acting_user)


def do_delete_inbound_number(number: InboundNumber, *, acting_user: User | None) -> None:
    """Take a number away: who calls it hears that it doesn't exist. Raises NotAllowedError."""
    check_may_manage(acting_user)
    _delete(number, "inbound_number.deleted", acting_user)


def do_lead_to_campaign(number: InboundNumber, campaign_id: int | None, *, acting_user: User | None) -> InboundNumber:
    """Have a campaign of the active company take the calls of its number; None: nobody.

    The caller has looked that number and campaign are the active company's. Audited in the company's own trail.
    Raises NotAllowedError.
    """
    check_role(acting_user, Role.MASTER, scope=Scope.CAMPAIGNS_WRITE)
    with transaction.atomic():
        locked = InboundNumber.objects.select_for_update().get(pk=number.pk, company__schema_name=active_schema())
        if locked.campaign_id != campaign_id:
            locked.campaign_id = campaign_id
            locked.save(update_fields=["campaign_id"])
            audit("inbound_number.led", locked, acting_user=acting_user, number=locked.number, campaign=campaign_id)
            publish_on_commit()
    return locked


def _create(row: Row, verb: str, acting_user: User | None) -> Row:
    with _public(), transaction.atomic():
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise _taken(type(row), row.number) from error
        audit(verb, row, acting_user=acting_user, number=row.number, company=row.company.schema_name)
        publish_on_commit()
    return row


def _update(row: Row, known: set[str], values: dict[str, Any], verb: str, acting_user: User | None) -> Row:
    with _public(), transaction.atomic():
        locked: Row = type(row).objects.select_for_update().get(pk=row.pk)
        changed = {name: value for name, value in values.items() if name in known and getattr(locked, name) != value}
        if changed:
            for name, value in changed.items():
                setattr(locked, name, value)
            locked.save()
            told = {name: value.name if isinstance(value, Trunk) else value for name, value in changed.items()}
            audit(verb, locked, acting_user=acting_user, number=locked.number, changes=told)
            publish_on_commit()
    return locked


def _delete(row: Row, verb: str, acting_user: User | None) -> None:
    with _public(), transaction.atomic():
        audit(verb, row, acting_user=acting_user, number=row.number, company=row.company.schema_name)
        row.delete()
        publish_on_commit()


def _taken(kind: type[CallerId] | type[InboundNumber], number: str) -> Exception:
    owner = kind.objects.select_related("company").filter(number=number).first()
    return NumberTakenError(number=number, company=owner.company if owner else "")


def _public() -> AbstractContextManager[None]:
    """Where the platform's audit trail lies."""
    context: AbstractContextManager[None] = schema_context(get_public_schema_name())
    return context
