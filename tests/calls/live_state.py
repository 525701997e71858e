"""Everything that Redis says of a company's calls, to compare."""

from __future__ import annotations

from typing import Any


def live_state(redis: Any, schema: str) -> dict[str, Any]:
    """Give all live keys of the company's calls with their values."""
    state: dict[str, Any] = {}
    for pattern in ("calls:*", "day:*", "recent:*"):
        for key in redis.scan_iter(f"live:{schema}:{pattern}"):
            if redis.type(key) == "hash":
                state[key] = {name: value for name, value in redis.hgetall(key).items() if value != "0"}
            else:
                state[key] = redis.zrange(key, 0, -1, withscores=True)
    return state
