"""Make the live state in Redis anew from the database; safe at any time, while calls go on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calls.companies import load_zones
from calls.rebuild import rebuild


class Command(BaseCommand):
    help = "Rebuilds live state in Redis from the database: open calls, figures, recent attempts, operators at work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schema", help="Only this company; otherwise all of them.")

    def handle(self, *args: Any, **options: Any) -> None:
        known = load_zones()
        if options["schema"] and options["schema"] not in known:
            raise CommandError(f"No company has the schema {options['schema']!r}.")
        for schema in [options["schema"]] if options["schema"] else sorted(known):
            wrong = rebuild(schema, full=True)
            self.stdout.write(f"{schema}: {wrong} calls stood wrong")
