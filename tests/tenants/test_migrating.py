"""Migrating companies."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django_tenants.utils import schema_exists

from tenants.actions import do_register_company
from tenants.models import Company


def test_a_company_that_waits_for_approval_does_not_stop_the_migration_of_others(
    acme: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    do_register_company(slug="waiting", legal_name="Espera Ltda.", acting_user=None)

    call_command("migrate_schemas", tenant=True, verbosity=1)

    told = capsys.readouterr().out
    assert "acme" in told
    assert "beta" in told
    assert "waiting" not in told
    assert not schema_exists("waiting")
