"""Reads of companies worth a name. All of them read the public schema, whatever schema is active."""

from __future__ import annotations

from typing import Any, cast

from django.db import connection
from django.db.models import QuerySet
from django_tenants.utils import get_public_schema_name, schema_context

from tenants.choices import CompanyStatus
from tenants.models import Company


def active_companies() -> QuerySet[Company]:
    """Companies that may work: approved, with a schema."""
    companies = Company.objects.filter(status=CompanyStatus.APPROVED).exclude(schema_name=get_public_schema_name())
    return cast("QuerySet[Company]", companies)


def active_schemas() -> list[str]:
    """Schema names of all companies that may work."""
    with schema_context(get_public_schema_name()):
        return list(active_companies().values_list("schema_name", flat=True))


def may_work(schema: str) -> bool:
    """Whether the company of a schema may work now; a suspended one may not."""
    with schema_context(get_public_schema_name()):
        return active_companies().filter(schema_name=schema).exists()


def company_for(schema: str) -> Company:
    """The company of a schema. Raises Company.DoesNotExist."""
    with schema_context(get_public_schema_name()):
        return cast(Company, Company.objects.get(schema_name=schema))


def entered_company(schema: str) -> Company:
    """The company of a schema; the one that a request was sent to as it was when the request began, without a query.

    For what is only read, before anything is changed. Raises Company.DoesNotExist.
    """
    entered = cast(Any, connection).tenant
    if isinstance(entered, Company) and entered.schema_name == schema:
        return entered
    return company_for(schema)
