"""The table of companies on the platform's own site."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from desk.templatetags import cadencia
from screens.columns import Column, Control, Empty
from screens.tables import Table
from tenants.choices import CompanyStatus
from tenants.models import Company


def host_of(company: Company) -> str:
    return f"{company.slug}.{settings.PUBLIC_DOMAIN}"


class CompanyTable(Table[Company]):
    """Those that are decided, by name."""

    name = "companies"
    label = _("All other companies")
    default_sort = "company"
    controls = (
        Control(name="search", label=_("Name, CNPJ or address"), kind="search"),
        Control(
            name="status", label=_("State"),
            choices=lambda: [choice for choice in CompanyStatus.choices if choice[0] != CompanyStatus.PENDING],
        ),
    )  # fmt: skip
    columns = (
        Column(
            key="company", label=_("Company"), template="platform/cells/company.html", always=True,
            sort=("legal_name",), value=str,
        ),
        Column(
            key="status", label=_("State"), template="platform/cells/status.html", bare=True, sort=("status",),
            value=lambda row: str(row.get_status_display()),
        ),
        Column(key="address", label=_("Address"), css="mono", sort=("slug",), value=host_of),
        Column(
            key="channels", label=_("Channels"), numeric=True, sort=("max_channels",),
            text=lambda row: cadencia.whole(row.max_channels), value=lambda row: row.max_channels,
        ),
        Column(
            key="cps", label=_("Calls a second"), numeric=True, sort=("max_cps",),
            text=lambda row: cadencia.whole(row.max_cps), value=lambda row: row.max_cps,
        ),
        Column(
            key="approved", label=_("Approved"), css="muted nw", sort=("approved_at",),
            text=lambda row: cadencia.moment(row.approved_at), value=lambda row: row.approved_at,
        ),
        Column(key="cnpj", label="CNPJ", hidden=True, css="tel", value=lambda row: row.cnpj or ""),
        Column(key="zone", label=_("Time zone"), hidden=True, value=lambda row: row.timezone),
    )  # fmt: skip
    nothing_fits = Empty(heading=_("No company fits these filters"))

    def narrow(self, rows: QuerySet[Company], given: dict[str, str]) -> QuerySet[Company]:
        if text := given.get("search", "").replace("\x00", ""):
            bare = "".join(sign for sign in text if sign.isalnum()).upper()
            match = Q(legal_name__icontains=text) | Q(trade_name__icontains=text) | Q(slug__icontains=text)
            rows = rows.filter(match | Q(cnpj=bare) if bare else match)
        if status := given.get("status", ""):
            rows = rows.filter(status=status) if status in CompanyStatus.values else rows.none()
        return rows
