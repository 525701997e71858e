"""A company as the platform's table shows it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from desk.platform.companies_rollup import CompanyDay


class ReadCompany(NamedTuple):
    """What the table reads of a company. ``status``: a CompanyStatus; ``cnpj`` without its mask."""

    pk: int
    schema_name: str
    slug: str
    legal_name: str
    trade_name: str
    cnpj: str | None
    status: str
    timezone: str
    max_channels: int
    max_cps: int
    approved_at: datetime | None


class CompanyRow(NamedTuple):
    """A company with its day; None where nothing was gathered of it."""

    company: ReadCompany
    day: CompanyDay | None

    @property
    def name(self) -> str:
        return self.company.trade_name or self.company.legal_name
