"""Which dialing task drives a company: its campaigns share one shard, so its limits are kept in one place."""

from __future__ import annotations

from zlib import crc32

from django.conf import settings


def shard_of(schema: str) -> int:
    """Give the shard of a company, 0 to DIAL_SHARDS − 1; the same in every process."""
    return crc32(schema.encode()) % settings.DIAL_SHARDS
