"""Telling browsers how campaigns stand: at most once a second for each company, always from what Redis says then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from redis import Redis

from calls import live
from calls.browser_events import CampaignFigures
from calls.figures import FIGURES
from calls.live import CampaignLive
from live.publish import publish

INTERVAL_S = 1.0


class FiguresPublisher:
    """Remembers which campaigns have changed, and tells each company's browsers once its second is over."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._changed: dict[str, set[int]] = defaultdict(set)
        self._told_s: dict[str, float] = {}

    def changed(self, schema: str, campaign_ids: Iterable[int]) -> None:
        self._changed[schema].update(campaign_ids)

    def due(self, now_s: float) -> list[str]:
        """Give the companies that are to be told now. ``now_s``: a monotonic clock's seconds."""
        return [
            schema
            for schema, campaign_ids in self._changed.items()
            if campaign_ids and now_s - self._told_s.get(schema, float("-inf")) >= INTERVAL_S
        ]

    def tell(self, schema: str, today: date, now_s: float) -> None:
        """Publish the company's changed campaigns. Raises redis.RedisError, having forgotten nothing."""
        campaign_ids = sorted(self._changed[schema])
        publish(schema, figures_events(self._redis, schema, campaign_ids, today), redis=self._redis)
        del self._changed[schema]
        self._told_s[schema] = now_s


def figures_events(redis: Redis, schema: str, campaign_ids: list[int], today: date) -> list[CampaignFigures]:
    """Read the campaigns as they stand in Redis. Raises redis.RedisError."""
    states = live.read(redis, [(schema, campaign_id) for campaign_id in campaign_ids])
    figures = live.read_figures(redis, schema, campaign_ids, today)
    return [
        _event(campaign_id, today, state, row)
        for campaign_id, state, row in zip(campaign_ids, states, figures, strict=True)
    ]


def _event(campaign_id: int, today: date, state: CampaignLive, row: dict[str, str]) -> CampaignFigures:
    counts = {name: int(row.get(name, 0)) for name in FIGURES if name != "price"}
    return CampaignFigures(
        campaign_id=campaign_id,
        day=today.isoformat(),
        launched=len(state.launched),
        ringing=len(state.ringing),
        waiting=len(state.waiting),
        talking=len(state.talking),
        waiting_since_us=state.waiting[0] if state.waiting else None,
        price=row.get("price", "0.000000"),
        **counts,
    )
