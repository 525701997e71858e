"""`manage.py check_figures`: hold every company's calls, contacts and figures against each other."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import schema_context

from campaigns.consistency import check_figures
from tenants.selectors import active_schemas, company_for


class Command(BaseCommand):
    help = "Checks that calls, contacts and day figures agree, company by company; fails when they don't."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--schema", help="only this company")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for schema in [options["schema"]] if options["schema"] else active_schemas():
            timezone = company_for(schema).timezone
            with schema_context(schema):
                results = check_figures(timezone)
            for result in results:
                broken += not result.holds
                self.stdout.write(f"{schema}: {'ok ' if result.holds else 'NOT'} {result.name}")
                for example in result.examples:
                    self.stdout.write(f"    {example}")
        if broken:
            raise CommandError(f"{broken} check(s) failed.")
