"""A customer to try a script on: the first of the chosen lists, or an invented one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.script import FIELDS
from contacts.models import Contact, Phone
from tenants.figures import table

# Of each list the first by its own index: among a million contacts of others it would be looked for long.
_FIRST = """
SELECT first.extra FROM unnest(%s::bigint[]) AS list(id) CROSS JOIN LATERAL (
    SELECT id, extra FROM contacts_contact WHERE contact_list_id = list.id ORDER BY id LIMIT 1
) AS first ORDER BY first.id LIMIT 1
"""
_INVENTED = {
    "nome": "Maria Aparecida dos Santos",
    "primeiro_nome": "Maria",
    "documento": "123.456.789-09",
    "telefone": "(11) 98765-4321",
    "codigo": "A-1042",
    "operador": "Patrícia Lima",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """``values``: by field; ``columns``: the lists' own columns."""

    name: str
    values: Mapping[str, str]
    columns: Sequence[str]


def sample_for(list_ids: Sequence[int], *, campaign: str, company: str) -> Sample:
    """Give a customer of these lists, in the active schema; what he lacks is invented, but for his own columns."""
    contact = Contact.objects.filter(contact_list_id__in=list_ids).order_by("pk").first()
    values = _INVENTED | {"campanha": campaign, "empresa": company}
    columns: list[str] = []
    if contact is not None:
        phone = Phone.objects.filter(contact=contact).order_by("position").values_list("e164", flat=True).first()
        real = {
            "nome": contact.name,
            "primeiro_nome": contact.name.split(" ")[0],
            "documento": contact.document,
            "telefone": phone or "",
            "codigo": contact.external_id,
        }
        values |= {name: value for name, value in real.items() if value}
        values |= {name: str(value) for name, value in contact.extra.items()}
        columns = list(contact.extra)
    return Sample(values["nome"], values, columns)


def insertable(list_ids: Sequence[int]) -> list[str]:
    """The fields that the form offers: every customer's, and the lists' own columns."""
    found = table(_FIRST, [list(list_ids)]) if list_ids else []
    return [*FIELDS, *(json.loads(found[0][0]) if found else ())]
