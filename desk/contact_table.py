"""The table of contacts over all lists: searched by index only, whatever it holds."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calls.choices import Outcome
from contacts.choices import ContactState
from contacts.models import Contact, ContactList
from contacts.search import matching
from desk import contact_cells, formats
from desk.contact_row import ContactRow, ReadContact, rows_of
from desk.contact_states import STATES
from screens.columns import Column, Control, Empty
from screens.tables import Table
from tenants.written import Written

OUTCOMES: dict[str, Promise | str] = dict(Outcome.choices)


_LISTS = Written(lambda: ContactList.objects.values_list("pk", "name")[:500])


def _phones(row: ContactRow) -> str:
    return ", ".join(map(formats.phone, row.phones))


def _last(row: ContactRow) -> str:
    return str(OUTCOMES.get(row.contact.last_outcome, row.contact.last_outcome))


class Contacts(Table[Contact]):
    name = "contacts"
    label = _("Contacts")
    paging = "key"
    reads = ReadContact._fields
    columns = (
        Column(
            key="name",
            label=_("Name"),
            draw=contact_cells.name,
            value=lambda row: row.contact.name,
            always=True,
            css="cell-who",
        ),
        Column(key="phones", label=_("Phones"), draw=contact_cells.phones, value=_phones, css="tel"),
        Column(
            key="list", label=_("Contact list"), value=lambda row: row.contact.contact_list__name, css="cell-name ell"
        ),
        Column(
            key="state",
            label=_("State"),
            draw=contact_cells.state,
            value=lambda row: str(STATES[row.contact.state]),
        ),
        Column(key="attempts", label=_("Attempts"), value=lambda row: row.contact.attempts, numeric=True),
        Column(key="outcome", label=_("Last call"), value=_last),
        Column(key="code", label=_("External code"), value=lambda row: row.contact.external_id, hidden=True),
    )
    controls = (
        Control(name="q", label=_("Search"), kind="search", placeholder=_("Name, CPF, CNPJ or phone")),
        Control(name="list", label=_("Contact list"), choices=_LISTS, holds_keys=True),
        Control(name="state", label=_("State"), choices=STATES.items),
    )
    nothing_fits = Empty(
        heading=_("No contact fits"),
        words=_("Words of names are found by their beginnings; documents and phones as a whole, with the area code."),
    )

    def narrow(self, rows: QuerySet[Contact], given: dict[str, str]) -> QuerySet[Contact]:
        if text := given.get("q", ""):
            rows = matching(rows, text)
        if (contact_list := given.get("list", "")).isdecimal():
            rows = rows.filter(contact_list_id=min(int(contact_list), 2**62))
        if (state := given.get("state", "")) in ContactState.values:
            rows = rows.filter(state=state)
        return rows

    def decorate(self, found: Sequence[ReadContact]) -> Sequence[ContactRow]:
        return rows_of(found)
