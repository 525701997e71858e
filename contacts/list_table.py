"""The table of contact lists."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.choices import ImportState
from contacts.models import ContactList, Import
from contacts.selectors import lists
from screens.columns import Column, Control, Empty
from screens.tables import Table


def lists_with_imports() -> QuerySet[ContactList]:
    """All lists, each with its latest import (``import_id``, ``import_state``) and the campaign that has it."""
    latest = Import.objects.filter(contact_list=OuterRef("pk")).order_by("-id")
    return (
        lists()
        .annotate(import_id=Subquery(latest.values("pk")[:1]), import_state=Subquery(latest.values("state")[:1]))
        .select_related("campaign_list__campaign")
    )


class ListTable(Table[ContactList]):
    """The newest first."""

    name = "lists"
    label = _("Contact lists")
    default_sort = "-created"
    controls = (
        Control(name="search", label=_("Name"), kind="search"),
        Control(name="state", label=_("Last file"), choices=lambda: ImportState.choices),
    )
    columns = (
        Column(
            key="name", label=_("List"), template="contacts/cells/name.html", sort=("name",), always=True,
            value=lambda row: row.name,
        ),
        Column(
            key="state", label=_("Last file"), template="contacts/cells/state.html", bare=True,
            value=lambda row: ImportState(row.import_state).label if row.import_state else "",
        ),
        Column(
            key="contacts", label=_("Contacts"), template="contacts/cells/count.html", numeric=True,
            sort=("contact_count",), value=lambda row: row.contact_count,
        ),
        Column(
            key="campaign", label=_("Campaign"), template="contacts/cells/campaign.html",
            value=lambda row: row.campaign_list.campaign.name if hasattr(row, "campaign_list") else "",
        ),
        Column(
            key="created", label=pgettext_lazy("list", "Created"), template="contacts/cells/created.html",
            css="muted nw", sort=("pk",), value=lambda row: row.created_at,
        ),
        Column(
            key="by", label=_("Created by"), hidden=True,
            value=lambda row: row.created_by.name if row.created_by else "",
        ),
    )  # fmt: skip
    nothing_fits = Empty(heading=_("No list fits these filters"))

    def narrow(self, rows: QuerySet[ContactList], given: dict[str, str]) -> QuerySet[ContactList]:
        if text := given.get("search", "").replace("\x00", ""):
            rows = rows.filter(name__icontains=text)
        if state := given.get("state", ""):
            wanted: dict[str, str] = {"import_state": state}
            rows = rows.filter(**wanted) if state in ImportState.values else rows.none()
        return rows
