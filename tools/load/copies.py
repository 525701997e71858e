"""Companies by the dozen: the migrations run once, what they said to the database is said again for each other schema.

Through the product's own action a company takes seconds, nearly all of it in Django's migrations; what they leave in
the database is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django_tenants.utils import schema_context

from common.clock import now
from tenants import signals
from tenants.actions import do_register_company
from tenants.choices import CompanyStatus
from tenants.models import Company, Domain

Said = list[tuple[str, Any]]
_READING = ("SELECT", "SHOW", "SET SEARCH_PATH", "SAVEPOINT", "RELEASE")


def make(names: Sequence[str]) -> None:
    """Make companies of these addresses, approved, with schema, host and defaults. The public schema is active."""
    said: Said = []
    for number, name in enumerate(names):
        company = do_register_company(slug=name, legal_name=f"Empresa {name} Ltda.", acting_user=None)
        company.status, company.approved_at = CompanyStatus.APPROVED, now()
        company.extension_prefix = 200 + number
        company.save()
        Domain.objects.create(domain=f"{name}.{settings.PUBLIC_DOMAIN}", tenant=company)
        with transaction.atomic():
            _make_schema(company, said)


def _make_schema(company: Company, said: Said) -> None:
    schema = company.schema_name
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {connection.ops.quote_name(schema)}")
    if not said:
        with connection.execute_wrapper(_listener(said)):
            call_command("migrate_schemas", schema_name=schema, tenant=True, interactive=False, verbosity=0)
    else:
        with schema_context(schema), connection.cursor() as cursor:
            for statement, parameters in said:
                cursor.execute(statement, parameters)
    with schema_context(schema):
        signals.company_approved.send(Company, company=company, schema=schema)


def _listener(said: Said) -> Callable[..., Any]:
    def listen(execute: Callable[..., Any], statement: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        result = execute(statement, parameters, many, context)
        if not statement.lstrip().upper().startswith(_READING):
            said.append((statement, parameters))
        return result

    return listen
