"""The table of contacts over all lists: searched by index only, whatever it holds."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calls.choices import Outcome
from contacts.choices import ContactState
from contacts.models import Contact, ContactList
from contacts.search import matching
from desk import contact_cells, formats
from desk.contact_states import STATES
from screens.columns import Column, Control, Empty
from screens.tables import Table

OUTCOMES: dict[str, Promise | str] = dict(Outcome.choices)


def _lists() -> list[tuple[int, str]]:
    return list(ContactList.objects.values_list("pk", "name")[:500])


def _phones(contact: Contact) -> str:
    return ", ".join(formats.phone(phone.e164) for phone in contact.phones.all())


def _last(contact: Contact) -> str:
    return str(OUTCOMES.get(contact.last_outcome, contact.last_outcome))


class Contacts(Table[Contact]):
    name = "contacts"
    label = _("Contacts")
    paging = "key"
    columns = (
        Column(
            key="name",
            label=_("Name"),
            draw=contact_cells.name,
            value=lambda row: row.name,
            always=True,
            css="cell-who",
        ),
        Column(key="phones", label=_("Phones"), draw=contact_cells.phones, value=_phones, css="tel"),
        Column(key="list", label=_("Contact list"), value=lambda row: row.contact_list.name, css="cell-name ell"),
        Column(
            key="state",
            label=_("State"),
            draw=contact_cells.state,
            value=lambda row: str(STATES[row.state]),
        ),
        Column(key="attempts", label=_("Attempts"), value=lambda row: row.attempts, numeric=True),
        Column(key="outcome", label=_("Last call"), value=_last),
        Column(key="code", label=_("External code"), value=lambda row: row.external_id, hidden=True),
    )
    controls = (
        Control(name="q", label=_("Search"), kind="search", placeholder=_("Name, CPF, CNPJ or phone")),
        Control(name="list", label=_("Contact list"), choices=_lists),
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


def contacts() -> QuerySet[Contact]:
    return Contact.objects.select_related("contact_list").prefetch_related("phones")
