"""The cells of the table of companies that are more than words."""

from __future__ import annotations

from django.http import HttpRequest

from desk import formats
from desk.company_row import CompanyRow
from desk.templatetags import cadencia
from screens.columns import NOTHING, Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge
from tenants.choices import CompanyStatus

TONES: dict[str, str] = {
    CompanyStatus.APPROVED: "free",
    CompanyStatus.SUSPENDED: "bad",
    CompanyStatus.PENDING: "ring",
}


def name(_request: HttpRequest) -> Drawing:
    """The name, with the CNPJ."""
    address = addresses_of("platform:company")

    def draw(row: CompanyRow) -> str:
        company = row.company
        link = f'<a class="strong" href="{address(company.pk)}">{escaped(row.name)}</a>'
        if not company.cnpj:
            return link
        return f'{link}<div class="micro muted tel">{escaped(formats.document(company.cnpj))}</div>'

    return draw


def status(_request: HttpRequest) -> Drawing:
    badges: dict[str, str] = {value: badge(TONES.get(value, "off"), label) for value, label in CompanyStatus.choices}

    def draw(row: CompanyRow) -> str:
        return badges[row.company.status]

    return draw


def abandoned(_request: HttpRequest) -> Drawing:
    """The day's share, in red where it is near the limit."""

    def draw(row: CompanyRow) -> str:
        if row.day is None:
            return NOTHING
        css = ' class="bad-ink strong"' if row.day.is_near_limit else ""
        return f"<span{css}>{escaped(cadencia.percent_sign(row.day.abandon_rate))}</span>"

    return draw
