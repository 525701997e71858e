"""The table of companies on the platform's own site."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from redis.exceptions import RedisError

from desk import company_cells
from desk.company_row import CompanyRow, ReadCompany
from desk.platform import companies_rollup
from desk.platform.companies_rollup import AllCompanies
from desk.templatetags import cadencia
from live.redis import client
from screens.columns import Column, Control, Empty
from screens.tables import Table
from tenants.choices import CompanyStatus
from tenants.letters import holding
from tenants.models import Company

log = logging.getLogger(__name__)


def _host(row: CompanyRow) -> str:
    return f"{row.company.slug}.{settings.PUBLIC_DOMAIN}"


class CompanyTable(Table[Company]):
    """Those that are decided, by name."""

    name = "companies"
    label = _("All other companies")
    default_sort = "company"
    reads = ReadCompany._fields
    empty = Empty(
        heading=_("No other company yet"),
        words=_("A company stands here once you have decided about it."),
        icon="building",
    )
    controls = (
        Control(name="search", label=_("Name, CNPJ or address"), kind="search"),
        Control(
            name="status", label=_("State"),
            choices=lambda: [choice for choice in CompanyStatus.choices if choice[0] != CompanyStatus.PENDING],
        ),
        Control(name="noisy", label=pgettext_lazy("figure", "Abandoned"), choices=lambda: [("1", _("above 2.5 %"))]),
    )  # fmt: skip
    columns = (
        Column(
            key="company", label=_("Company"), draw=company_cells.name, always=True,
            sort=("legal_name",), value=lambda row: row.name,
        ),
        Column(
            key="status", label=_("State"), draw=company_cells.status, bare=True, sort=("status",),
            value=lambda row: str(CompanyStatus(row.company.status).label),
        ),
        Column(key="address", label=_("Address"), css="mono", sort=("slug",), value=_host),
        Column(
            key="channels", label=_("Channels"), numeric=True, sort=("max_channels",),
            text=lambda row: cadencia.whole(row.company.max_channels), value=lambda row: row.company.max_channels,
        ),
        Column(
            key="cps", label=_("Calls a second"), numeric=True, sort=("max_cps",),
            text=lambda row: cadencia.whole(row.company.max_cps), value=lambda row: row.company.max_cps,
        ),
        Column(
            key="running", label=_("Campaigns at work"), numeric=True, value=lambda row: row.day and row.day.running,
            text=lambda row: cadencia.whole(row.day.running if row.day else None),
        ),
        Column(
            key="attempts", label=_("Attempts today"), numeric=True, value=lambda row: row.day and row.day.attempts,
            text=lambda row: cadencia.whole(row.day.attempts if row.day else None),
        ),
        Column(
            key="abandoned", label=pgettext_lazy("figure", "Abandoned"), numeric=True,
            draw=company_cells.abandoned,
            value=lambda row: cadencia.percent_sign(row.day.abandon_rate) if row.day else None,
        ),
        Column(
            key="approved", label=_("Approved"), hidden=True, css="muted nw", sort=("approved_at",),
            text=lambda row: cadencia.moment(row.company.approved_at), value=lambda row: row.company.approved_at,
        ),
        Column(key="cnpj", label="CNPJ", hidden=True, css="tel", value=lambda row: row.company.cnpj or ""),
        Column(key="zone", label=_("Time zone"), hidden=True, value=lambda row: row.company.timezone),
    )  # fmt: skip
    nothing_fits = Empty(heading=_("No company fits these filters"))

    def narrow(self, rows: QuerySet[Company], given: dict[str, str]) -> QuerySet[Company]:
        if text := given.get("search", "").replace("\x00", ""):
            bare = "".join(sign for sign in text if sign.isalnum()).upper()
            match = holding("legal_name", text) | holding("trade_name", text) | Q(slug__icontains=text)
            rows = rows.filter(match | Q(cnpj=bare) if bare else match)
        if status := given.get("status", ""):
            rows = rows.filter(status=status) if status in CompanyStatus.values else rows.none()
        if given.get("noisy"):
            rows = rows.filter(schema_name__in=[day.schema for day in self._days.days if day.is_near_limit])
        return rows

    def decorate(self, found: Sequence[ReadCompany]) -> Sequence[CompanyRow]:
        days = {day.schema: day for day in self._days.days}
        return [CompanyRow(company, days.get(company.schema_name)) for company in found]

    @cached_property
    def _days(self) -> AllCompanies:
        try:
            return companies_rollup.read_all(client())
        except RedisError as error:
            log.warning("the companies' figures can't be read: %s", error)
            return AllCompanies(0, ())
