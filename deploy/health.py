"""Health of one part, for Docker: ``python deploy/health.py web|calls|dial|worker|webhooks|ami``; 0 is healthy.

Asks Redis for the traces that a working part leaves, as loading Django every few seconds would cost more than the
part itself.
"""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

MOST_IDLE_MS = 15_000


def _redis() -> Redis:
    return Redis.from_url(os.environ["REDIS_URL"], decode_responses=True, socket_timeout=3, socket_connect_timeout=3)


def _web() -> bool:
    with urllib.request.urlopen("http://127.0.0.1:8000/healthz", timeout=4) as response:
        return bool(response.status == 200)


def _calls() -> bool:
    """The consumer reads the stream of events at least twice a second."""
    consumers: Any = _redis().xinfo_consumers("tel:events", "calls")
    return any(consumer["idle"] < MOST_IDLE_MS for consumer in consumers)


def _dial() -> bool:
    """A tick a second, also where nothing is to be dialed; without beat there is none."""
    newest: Any = _redis().xrevrange("dial:ticks", count=1)
    return bool(newest) and time.time() * 1000 - int(newest[0][0].partition("-")[0]) < MOST_IDLE_MS


def _worker() -> bool:
    """Takes tasks from its queue: a backlog that nobody touches would grow."""
    return int(_redis().llen("default")) < 500


def _webhooks() -> bool:
    """Takes the tick of each second, which expires: without a worker the queue grows all the same."""
    return int(_redis().llen("webhooks")) < 500


def _ami() -> bool:
    """Writes its node's status each second, also while the switch is away."""
    return bool(_redis().exists(f"tel:node:{os.environ['AMI_NODE']}:status"))


PARTS: dict[str, Callable[[], bool]] = {
    "web": _web,
    "calls": _calls,
    "dial": _dial,
    "worker": _worker,
    "webhooks": _webhooks,
    "ami": _ami,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PARTS:
        sys.stderr.write(f"usage: health.py {'|'.join(PARTS)}\n")
        return 2
    try:
        return 0 if PARTS[arguments[0]]() else 1
    except (RedisError, OSError, KeyError) as error:
        sys.stderr.write(f"{arguments[0]}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
