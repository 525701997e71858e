"""The table of contact lists."""

from __future__ import annotations

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts import list_cells
from contacts.choices import ImportState
from contacts.list_row import ListRow
from contacts.models import ContactList, Import
from screens.columns import Column, Control, Empty
from screens.tables import Table
from tenants.letters import holding


def lists_with_imports() -> QuerySet[ContactList]:
    """All lists, each with its latest import, the campaign that has it, and who made it: what a ListRow says."""
    latest = Import.objects.filter(contact_list=OuterRef("pk")).order_by("-id")
    return ContactList.objects.annotate(
        import_id=Subquery(latest.values("pk")[:1]),
        import_state=Subquery(latest.values("state")[:1]),
        campaign=F("campaign_list__campaign_id"),
        campaign_name=F("campaign_list__campaign__name"),
        by=F("created_by__name"),
    )


class ListTable(Table[ContactList]):
    """The newest first."""

    name = "lists"
    label = _("Contact lists")
    default_sort = "-created"
    reads = ListRow._fields
    controls = (
        Control(name="search", label=_("Name"), kind="search"),
        Control(name="state", label=_("Last file"), choices=lambda: ImportState.choices),
    )
    columns = (
        Column(
            key="name", label=_("List"), draw=list_cells.name, sort=("name",), always=True,
            value=lambda row: row.name,
        ),
        Column(
            key="state", label=_("Last file"), draw=list_cells.state, bare=True,
            value=lambda row: ImportState(row.import_state).label if row.import_state else "",
        ),
        Column(
            key="contacts", label=_("Contacts"), draw=list_cells.count, numeric=True,
            sort=("contact_count",), value=lambda row: row.contact_count,
        ),
        Column(
            key="campaign", label=_("Campaign"), draw=list_cells.campaign,
            value=lambda row: row.campaign_name or "",
        ),
        Column(
            key="created", label=pgettext_lazy("list", "Created"), draw=list_cells.created,
            css="muted nw", sort=("pk",), value=lambda row: row.created_at,
        ),
        Column(
            key="by", label=_("Created by"), hidden=True, value=lambda row: row.by or "",
        ),
    )  # fmt: skip
    nothing_fits = Empty(heading=_("No list fits these filters"))

    def narrow(self, rows: QuerySet[ContactList], given: dict[str, str]) -> QuerySet[ContactList]:
        if text := given.get("search", "").replace("\x00", ""):
            rows = rows.filter(holding("name", text))
        if state := given.get("state", ""):
            wanted: dict[str, str] = {"import_state": state}
            rows = rows.filter(**wanted) if state in ImportState.values else rows.none()
        return rows
