"""The table of calls: what a row shows, filters by and exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from calls.choices import DialingMode, Outcome
from calls.filters import CallFilter
from calls.models import Call, Disposition
from calls.selectors import names_of
from campaigns.models import Campaign
from desk import call_cells
from desk.call_names import Names, all_names
from desk.call_row import CallRow, ReadCall, recordings_of, rows_of
from desk.templatetags import cadencia
from screens.columns import Column, Control, Empty, Words
from screens.paging import Page
from screens.tables import Table
from tenants.postgresql.prepared import any_values
from tenants.written import Written

ONE_INDEX = frozenset({"campaign", "operator", "outcome", "disposition", "number"})
"""Filters of which each, given alone, has an index of all that it may find, in the table's order."""
_DISPOSITIONS = Written(lambda: Disposition.objects.values_list("code", "name"))


def _disposition(row: CallRow) -> str:
    return row.call.disposition__name or ""


class CallTable(Table[Call]):
    """Newest first. A table without end: paged by its key, never counted."""

    name = "calls"
    label = _("Calls")
    paging = "key"
    css = "calls"
    filter_set = CallFilter
    reads = ReadCall._fields
    default_sort = "-dialed"
    controls = (
        Control(name="number", kind="search", placeholder="(11) 98765-4321", inputmode="tel"),
        Control(name="campaign"),
        Control(name="outcome", choices=lambda: Outcome.choices),
        Control(name="operator"),
        Control(name="disposition", choices=_DISPOSITIONS),
        Control(name="since", kind="instant"),
        Control(name="until", kind="instant"),
        Control(name="direction", rare=True),
        Control(name="mode", rare=True),
        Control(name="amd", rare=True),
        Control(name="recording", rare=True),
    )
    columns = (
        Column(
            key="number", label=_("Number"), draw=call_cells.number, css="nw", always=True,
            value=lambda row: row.call.number,
        ),
        Column(
            key="result", label=_("Result"), draw=call_cells.result, bare=True,
            value=lambda row: row.result,
        ),
        Column(
            key="dialed", label=_("Dialed at"), draw=call_cells.dialed, css="nw", sort=("pk",),
            value=lambda row: row.call.dialed_at or row.call.created_at,
        ),
        Column(key="contact", label=_("Contact"), css="cell-name ell", value=lambda row: row.contact),
        Column(key="campaign", label=_("Campaign"), css="cell-name ell", value=lambda row: row.campaign),
        Column(key="operator", label=_("Operator"), css="cell-name ell", value=lambda row: row.operator),
        Column(key="disposition", label=_("Disposition"), css="cell-name ell", value=_disposition),
        Column(
            key="talk", label=_("Talk"), numeric=True, text=lambda row: cadencia.duration(row.talk),
            value=lambda row: row.talk,
        ),
        Column(
            key="price", label=_("Price"), numeric=True, text=lambda row: cadencia.price(row.call.price),
            value=lambda row: row.call.price,
        ),
        Column(
            key="mode", label=_("Mode"), hidden=True, value=lambda row: str(DialingMode(row.call.mode).label),
        ),
        Column(key="attempt", label=_("Attempt"), hidden=True, numeric=True, value=lambda row: row.call.attempt),
        Column(
            key="billed", label=_("Billed seconds"), hidden=True, numeric=True, value=lambda row: row.call.billed_s
        ),
        Column(key="cause", label=_("Hangup cause"), hidden=True, numeric=True, value=lambda row: row.call.cause),
        Column(key="trunk", label=_("Trunk"), hidden=True, css="mono", value=lambda row: row.call.trunk),
        Column(key="note", label=_("Note"), hidden=True, css="cell-name ell", value=lambda row: row.call.note),
        Column(key="id", label=_("Call"), hidden=True, css="mono nw", value=lambda row: str(row.call.pk)),
    )  # fmt: skip
    nothing_fits = Empty(
        heading=_("No call fits these filters"),
        words=_("Widen the time, or take a filter away."),
        action=_("Show all calls"),
    )

    def choices_of(self, control: Control) -> Iterable[tuple[Any, Words]]:
        names = {"campaign": self._campaigns, "operator": self._operators}.get(control.name)
        return super().choices_of(control) if names is None else names.items()

    @cached_property
    def page(self) -> Page:
        given = self.address.filters.keys()
        with any_values() if len(given) == 1 and given <= ONE_INDEX else nullcontext():
            return super().page

    def decorate(self, found: Sequence[ReadCall]) -> Sequence[CallRow]:
        names = names_of(found, operators=self._operators)
        return rows_of(found, names, self._campaigns_of(found), recordings_of(found))

    def _campaigns_of(self, found: Sequence[ReadCall]) -> Mapping[int, str]:
        """Names by id; a file takes minutes, and campaigns are made meanwhile."""
        unknown = {call.campaign_id for call in found} - self._campaigns.keys()
        if unknown:
            self._campaigns.update(Campaign.objects.filter(pk__in=unknown).values_list("pk", "name"))
        return self._campaigns

    @cached_property
    def _names(self) -> Names:
        return all_names()

    @property
    def _campaigns(self) -> dict[int, str]:
        return self._names[0]

    @property
    def _operators(self) -> dict[int, str]:
        return self._names[1]
