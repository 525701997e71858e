"""Reads of decks and of what they leave out."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from billing.models import Rate, RateDeck
from calls.models import Call
from common.ids import uuid7_floor


def decks() -> QuerySet[RateDeck]:
    return RateDeck.objects.order_by("-is_default", "name")


def rates(deck: RateDeck) -> QuerySet[Rate]:
    return Rate.objects.filter(deck=deck)


def unrated_calls(since: datetime) -> QuerySet[Call]:
    """Answered calls since an instant that no rate fitted: somebody must complete the deck. In the active schema."""
    return Call.objects.filter(id__gte=uuid7_floor(since), answered_at__isnull=False, rate_id__isnull=True).exclude(
        price__isnull=True
    )
