"""The table of all companies' people, from the platform's directory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_tenants.utils import get_public_schema_name

from accounts.choices import COMPANY_ROLES, Role
from desk.platform import people_cells
from desk.platform.people_row import STATES, EntryRow, NamedCompany, ReadEntry
from screens.columns import Column, Control, Empty, Words
from screens.tables import Table
from tenants.letters import holding
from tenants.models import Company, PersonEntry
from tenants.written import Written

_COMPANIES = Written(
    lambda: Company.objects.exclude(schema_name=get_public_schema_name()).values_list(
        "schema_name", "pk", "trade_name", "legal_name"
    )
)


def company_choices() -> list[tuple[str, str]]:
    """Schema and name of every company."""
    return [(schema, company.name) for schema, company in named_companies().items()]


def named_companies() -> dict[str, NamedCompany]:
    """Give every company by its schema."""
    return {schema: NamedCompany(pk, trade_name or legal_name) for schema, pk, trade_name, legal_name in _COMPANIES()}


class Everybody(Table[PersonEntry]):
    name = "everybody"
    label = _("People of all companies")
    default_sort = "name"
    reads = ReadEntry._fields
    columns = (
        Column(
            key="name", label=_("Name"), draw=people_cells.name, always=True, css="cell-who",
            sort=("name",), value=lambda row: row.entry.name,
        ),
        Column(key="email", label=_("E-mail"), sort=("email",), hidden=True, value=lambda row: row.entry.email),
        Column(
            key="company", label=_("Company"), draw=people_cells.company, sort=("schema", "name"),
            value=lambda row: row.company.name if row.company else row.entry.schema,
        ),
        Column(key="role", label=_("Role"), sort=("role", "name"), value=lambda row: row.role_words),
        Column(
            key="state", label=_("State"), draw=people_cells.state,
            value=lambda row: str(row.state_words),
        ),
        Column(
            key="seen", label=_("Last log-in"), draw=people_cells.seen, sort=("last_login",),
            css="nw", value=lambda row: row.entry.last_login,
        ),
    )  # fmt: skip
    controls = (
        Control(name="q", label=_("Search"), kind="search", placeholder=_("Name or e-mail")),
        Control(name="company", label=_("Company")),
        Control(name="role", label=_("Role"), choices=lambda: [(r, Role(r).label) for r in COMPANY_ROLES]),
        Control(name="state", label=_("State"), choices=STATES.items),
    )
    nothing_fits = Empty(heading=_("Nobody fits these filters"), words=_("Take a filter away to see more people."))

    def narrow(self, rows: QuerySet[PersonEntry], given: dict[str, str]) -> QuerySet[PersonEntry]:
        if text := given.get("q", "").replace("\x00", ""):
            rows = rows.filter(holding("name", text) | Q(email__contains=text.lower()))
        if schema := given.get("company", "").replace("\x00", ""):
            rows = rows.filter(schema=schema)
        if role := given.get("role", "").replace("\x00", ""):
            rows = rows.filter(role=role)
        if state := given.get("state", ""):
            rows = rows.filter(is_active=state != "inactive")
            rows = rows if state == "inactive" else rows.filter(is_invited=state == "invited")
        return rows

    def choices_of(self, control: Control) -> Iterable[tuple[Any, Words]]:
        if control.name == "company":
            return [(schema, company.name) for schema, company in self._companies.items()]
        return super().choices_of(control)

    def decorate(self, found: Sequence[ReadEntry]) -> Sequence[EntryRow]:
        return [EntryRow(entry, self._companies.get(entry.schema)) for entry in found]

    @cached_property
    def _companies(self) -> dict[str, NamedCompany]:
        return named_companies()
