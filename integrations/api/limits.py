"""How often a program may ask: counted in Redis in windows of a minute, by credential and, for programs, by company.

Headers as the IETF draft "RateLimit header fields for HTTP" says: ``RateLimit-Policy`` names the quotas, ``RateLimit``
what is left of each. A session counts by itself only: a company's pages never wait for its integrations.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from redis.exceptions import RedisError

from live.redis import client

logger = logging.getLogger(__name__)

WINDOW_S = 60

# Count in every window and give each its end in one step: a count without an end would hold somebody back for ever.
_COUNT = """
local found = {}
for i = 1, #KEYS do
  local count = redis.call('INCR', KEYS[i])
  if count == 1 then redis.call('EXPIRE', KEYS[i], ARGV[1]) end
  local left = redis.call('TTL', KEYS[i])
  if left < 0 then redis.call('EXPIRE', KEYS[i], ARGV[1]); left = tonumber(ARGV[1]) end
  found[#found + 1] = count
  found[#found + 1] = left
end
return found
"""


@dataclass(frozen=True, slots=True)
class Quota:
    """``name``: as the headers call it; ``limit``: requests a window."""

    name: str
    key: str
    limit: int


@dataclass(frozen=True, slots=True)
class Use:
    quota: Quota
    count: int
    resets_s: int

    @property
    def left(self) -> int:
        return max(0, self.quota.limit - self.count)


def quotas(*, schema: str, kind: str, ident: str) -> list[Quota]:
    """Give what counts for a caller. ``kind``: key, token, session or address; ``ident`` names him in his schema."""
    limits = settings.API_LIMITS
    own = Quota(kind, f"api:rate:{schema}:{ident}", limits[kind])
    if kind in {"key", "token"}:
        return [own, Quota("company", f"api:rate:{schema}:company", limits["company"])]
    return [own]


def count(asked: list[Quota]) -> list[Use]:
    """Count one request; empty with Redis away: limits protect the platform, they must not be what stops it."""
    try:
        found = client().eval(_COUNT, len(asked), *(quota.key for quota in asked), WINDOW_S)
    except RedisError as error:
        logger.warning("requests are not counted: Redis is away: %s", error)
        return []
    return [Use(quota, int(found[2 * index]), max(1, int(found[2 * index + 1]))) for index, quota in enumerate(asked)]


def exceeded(uses: list[Use]) -> Use | None:
    """Give the quota that is used up for longest."""
    over = [use for use in uses if use.count > use.quota.limit]
    return max(over, key=lambda use: use.resets_s, default=None)


def headers(uses: list[Use]) -> dict[str, str]:
    if not uses:
        return {}
    return {
        "RateLimit-Policy": ", ".join(f'"{use.quota.name}";q={use.quota.limit};w={WINDOW_S}' for use in uses),
        "RateLimit": ", ".join(f'"{use.quota.name}";r={use.left};t={use.resets_s}' for use in uses),
    }
