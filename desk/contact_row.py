"""A contact as the table of contacts shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import F

from contacts.choices import PhoneState
from contacts.models import Phone
from tenants.written import GivenKeys, IsOneOf, Written

_PHONES = Written(
    lambda: (
        Phone.objects.filter(IsOneOf(F("contact_id"), GivenKeys("ids")))
        .order_by("position")
        .values_list("contact_id", "e164", "state")
    )
)


class ReadContact(NamedTuple):
    """What the table reads of a contact: its fields, and the name of its list."""

    pk: int
    name: str
    document: str
    external_id: str
    state: str
    attempts: int
    last_outcome: str
    contact_list__name: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    """``phones`` in E.164, in the order of the file; ``suppressed``: those of them that must not be called."""

    contact: ReadContact
    phones: Sequence[str]
    suppressed: Sequence[str] = ()


def rows_of(found: Sequence[ReadContact]) -> list[ContactRow]:
    """Give the rows of some contacts: one query for all their phones."""
    phones: defaultdict[int, list[str]] = defaultdict(list)
    suppressed: defaultdict[int, list[str]] = defaultdict(list)
    for contact_id, e164, state in _PHONES(ids=[contact.pk for contact in found]) if found else ():
        phones[contact_id].append(e164)
        if state == PhoneState.SUPPRESSED:
            suppressed[contact_id].append(e164)
    return [ContactRow(contact, phones[contact.pk], suppressed[contact.pk]) for contact in found]
