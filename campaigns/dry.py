"""Campaigns that had no more contacts to call a moment ago: not asked again each second.

``dial:dry:{schema}:{campaign id}`` lives for some seconds; whatever makes contacts callable again shows then.
"""

from __future__ import annotations

from collections.abc import Sequence

from redis import Redis

from campaigns.running import Entry

DRY_FOR_S = 3


def _key(schema: str, campaign_id: int) -> str:
    return f"dial:dry:{schema}:{campaign_id}"


def mark(redis: Redis, schema: str, campaign_id: int) -> None:
    redis.set(_key(schema, campaign_id), "1", ex=DRY_FOR_S)


def clear(redis: Redis, schema: str, campaign_id: int) -> None:
    """Forget the mark: contacts have come. Raises redis.RedisError."""
    redis.delete(_key(schema, campaign_id))


def dry_among(redis: Redis, entries: Sequence[Entry]) -> set[str]:
    """Give the keys of the entries that are dry now. Raises redis.RedisError."""
    if not entries:
        return set()
    replies = redis.mget([_key(entry.schema, entry.campaign_id) for entry in entries])
    return {entry.key for entry, reply in zip(entries, replies, strict=True) if reply}
