"""`manage.py generate_browser_types [--check]`: TypeScript types of all browser events."""

from __future__ import annotations

from argparse import ArgumentParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from live.event import REGISTRY
from live.typescript import generate

TARGET = Path("web/src/generated/events.ts")


class Command(BaseCommand):
    help = f"Writes {TARGET} from every app's browser_events.py; with --check, only says whether it is up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        declared = import_declarations()
        events = [event for event in REGISTRY.values() if event.__module__ in declared]
        text = generate(events)
        target = settings.BASE_DIR / TARGET
        present = target.read_text(encoding="utf-8") if target.exists() else ""
        if options["check"]:
            if present != text:
                raise CommandError(f"{TARGET} is out of date: run `manage.py generate_browser_types`.")
            return
        if present != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        self.stdout.write(f"{TARGET}: {len(events)} events")


def import_declarations() -> set[str]:
    """Import the ``browser_events`` module of each app that has one; give the modules' names."""
    names = {f"{app.name}.browser_events" for app in apps.get_app_configs()}
    found = {name for name in names if find_spec(name) is not None}
    for name in found:
        import_module(name)
    return found
