"""A company's deck, kept in the process: pricing a call must not read the database.

Editing a deck raises a number in Redis; who holds an older one loads anew. With Redis away a deck serves up to a
minute more than its last reading.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from django.db.models import QuerySet
from django_tenants.utils import get_public_schema_name, schema_context
from redis.exceptions import RedisError

from billing.models import CompanyDeck, Rate, RateDeck
from billing.rating import Deck, DeckRate
from live.redis import client

VERSION_KEY = "billing:decks:version"
"""Decks are the platform's, not one company's: the one key without a schema."""
KEPT_S = 60
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    deck: Deck
    version: str
    until: float


_kept: dict[str, _Kept] = {}


def deck_for(schema: str) -> Deck:
    """Give the deck that a company's calls are priced by: its own, else the default one, else an empty one."""
    version = _version()
    kept = _kept.get(schema)
    if kept is not None and time.monotonic() < kept.until and version in {kept.version, None}:
        return kept.deck
    deck = load_deck(schema)
    _kept[schema] = _Kept(deck, version or "", time.monotonic() + KEPT_S)
    return deck


def load_deck(schema: str) -> Deck:
    """Read a company's deck from the database, whatever schema is active."""
    with schema_context(get_public_schema_name()):
        rates = _rates_of(schema)
        return Deck(
            DeckRate(
                id=rate.pk,
                kind=rate.kind,
                prefix=rate.prefix,
                price_per_min=rate.price_per_min,
                free_s=rate.free_s,
                min_s=rate.min_s,
                step_s=rate.step_s,
            )
            for rate in rates
        )


def changed() -> None:
    """Make every process load its decks anew. Call on commit of an edit."""
    _kept.clear()
    client().incr(VERSION_KEY)


def forget() -> None:
    """Forget what this process holds (tests)."""
    _kept.clear()


def _rates_of(schema: str) -> QuerySet[Rate]:
    own = CompanyDeck.objects.filter(company__schema_name=schema).values_list("deck_id", flat=True).first()
    deck_id = own or RateDeck.objects.filter(is_default=True).values_list("pk", flat=True).first()
    if deck_id is None:
        log.error("%s: there is no rate deck; its calls cost nothing until there is one", schema)
    return Rate.objects.filter(deck_id=deck_id)


def _version() -> str | None:
    """Give the number of the last edit, None with Redis away."""
    try:
        return str(client().get(VERSION_KEY) or "0")
    except RedisError:
        return None
