"""A campaign's figures of now and of today, for pages and snapshots."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from redis.exceptions import RedisError

from calls import live as calls_live
from calls.models import DayFigures
from campaigns.models import Campaign
from live.redis import client
from tenants.row import Row

_OF_DAY = Row(DayFigures, "day = %s AND campaign_id = ANY(%s)")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CampaignNow:
    """``live`` is None while Redis is away: the page then says so instead of showing zeros."""

    campaign: Campaign
    day: DayFigures
    live: calls_live.CampaignLive | None

    @property
    def ringing(self) -> int:
        """Calls on their way to an answer: launched, dialing or ringing."""
        return len(self.live.launched) + len(self.live.ringing) if self.live else 0

    @property
    def answer_rate(self) -> Decimal | None:
        return share(self.day.answered, self.day.attempts)

    @property
    def abandon_rate(self) -> Decimal | None:
        """Abandoned among the live answers of ended calls (docs/glossary.md)."""
        return share(self.day.abandoned, self.day.connected + self.day.abandoned)


def share(part: int, of: int) -> Decimal | None:
    """``part / of`` as 0..1; None while there is nothing to share."""
    return Decimal(part) / Decimal(of) if of else None


def read_now(schema: str, campaigns: Sequence[Campaign], day: date) -> list[CampaignNow]:
    """Read the figures of campaigns of the active schema: one query and one round trip to Redis.

    Raises redis.RedisError.
    """
    lives = calls_live.read(client(), [(schema, campaign.pk) for campaign in campaigns])
    return _put_together(campaigns, day, lives)


def read(schema: str, campaigns: Sequence[Campaign], day: date) -> list[CampaignNow]:
    """As `read_now`, for pages that are worth showing without live figures too."""
    try:
        return read_now(schema, campaigns, day)
    except RedisError:
        logger.warning("%s: live figures can't be read, Redis is away.", schema)
        return _put_together(campaigns, day, [None] * len(campaigns))


def _put_together(
    campaigns: Sequence[Campaign], day: date, lives: Sequence[calls_live.CampaignLive | None]
) -> list[CampaignNow]:
    found = _OF_DAY.all(day, [campaign.pk for campaign in campaigns])
    by_campaign = {figures.campaign_id: figures for figures in found}
    return [
        CampaignNow(campaign, by_campaign.get(campaign.pk) or DayFigures(campaign_id=campaign.pk, day=day), live)
        for campaign, live in zip(campaigns, lives, strict=True)
    ]
