"""A company as the platform's table shows it."""

from __future__ import annotations

from dataclasses import dataclass

from desk.platform.companies_rollup import CompanyDay
from tenants.models import Company


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company with its day; None where nothing was gathered of it."""

    company: Company
    day: CompanyDay | None
