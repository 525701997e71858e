"""A customer to try a script on: the first of the chosen lists, or an invented one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.script import FIELDS
from contacts.models import Contact, Phone

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
    found = Contact.objects.filter(contact_list_id__in=list_ids).order_by("pk").values_list("extra", flat=True).first()
    return [*FIELDS, *(found or {})]
