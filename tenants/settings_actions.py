"""What a company's own masters may change of their company. Accounts checks who acts and writes their trail."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.db import transaction
from django_tenants.utils import get_public_schema_name, schema_context

from common.plain import plain_line
from tenants.exceptions import TimezoneRefusedError, TradeNameMissingError
from tenants.models import Company

BRAZILIAN_ZONES = {
    "America/Sao_Paulo": "São Paulo, Brasília",
    "America/Bahia": "Bahia",
    "America/Fortaleza": "Fortaleza",
    "America/Recife": "Recife",
    "America/Belem": "Belém",
    "America/Manaus": "Manaus",
    "America/Cuiaba": "Cuiabá",
    "America/Campo_Grande": "Campo Grande",
    "America/Porto_Velho": "Porto Velho",
    "America/Boa_Vista": "Boa Vista",
    "America/Rio_Branco": "Rio Branco",
    "America/Noronha": "Fernando de Noronha",
}
"""The zones of Brazil that differ in law, by the city that people know them by."""


def change_company(
    company: Company, *, trade_name: str, initials: str, timezone: str, language: str
) -> dict[str, list[str]]:
    """Store a company's own settings; give what changed, each with before and after. Checks no role.

    Raises TradeNameMissingError, TimezoneRefusedError.
    """
    name = plain_line(trade_name)
    if not name:
        raise TradeNameMissingError
    if timezone not in available_timezones():
        raise TimezoneRefusedError(timezone=timezone)
    with schema_context(get_public_schema_name()), transaction.atomic():
        locked = Company.objects.select_for_update().get(pk=company.pk)
        wanted = {"trade_name": name, "initials": initials.strip()[:3].upper(), "timezone": timezone}
        wanted["language"] = language
        changes = {field: [str(getattr(locked, field)), value] for field, value in wanted.items()}
        changes = {field: pair for field, pair in changes.items() if pair[0] != pair[1]}
        for field, (_before, after) in changes.items():
            setattr(locked, field, after)
        if changes:
            locked.save(update_fields=list(changes))
    return changes
