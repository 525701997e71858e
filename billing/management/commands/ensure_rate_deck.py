"""`manage.py ensure_rate_deck`: a platform without prices would count every call as free."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from billing.defaults import ensure_default_deck


class Command(BaseCommand):
    help = "Makes the default rate deck, with example prices, where the platform has none. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        deck = ensure_default_deck()
        self.stdout.write(f"default rate deck: {deck.name}, {deck.rates.count()} destinations")
