"""Health of one part, for Docker: ``python deploy/health.py web|calls|dial|worker|webhooks|beat|ami``; 0 is healthy.

Asks Redis for the traces that a working part leaves, with the bare parser: loading Django every few seconds would cost
more than the part itself, and the whole Redis client in six containers a sixth of a core.
"""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import hiredis

MOST_IDLE_MS = 15_000
MOST_SILENT_S = 15
MOST_WAITING = 500
TIMEOUT_S = 3


def _redis(*command: str | int) -> Any:
    """Log in, choose the database of REDIS_URL, give the reply to one command. Raises OSError, hiredis.HiredisError."""
    url = urlsplit(os.environ["REDIS_URL"])
    asked: list[Any] = [("SELECT", url.path.strip("/") or 0), command]
    if url.password:
        asked.insert(0, ("AUTH", unquote(url.username or "default"), unquote(url.password)))
    with socket.create_connection((url.hostname or "", url.port or 6379), timeout=TIMEOUT_S) as connection:
        connection.sendall(b"".join(hiredis.pack_command(one) for one in asked))
        reader = hiredis.Reader(encoding="utf-8")
        return [_reply(connection, reader) for _one in asked][-1]


def _reply(connection: socket.socket, reader: hiredis.Reader) -> Any:
    while (reply := reader.gets()) is False:
        received = connection.recv(65_536)
        if not received:
            raise ConnectionError("the connection was ended")
        reader.feed(received)
    if isinstance(reply, hiredis.ReplyError):
        raise reply
    return reply


def _web() -> bool:
    with urllib.request.urlopen("http://127.0.0.1:8000/healthz", timeout=4) as response:
        return bool(response.status == 200)


def _lives(part: str) -> bool:
    """This container's own process has gone round its loop lately (live.signs).

    The stream's consumer tells less: Redis 7.0 counts one as idle for as long as its reads find nothing.
    """
    since_us = int((time.time() - MOST_SILENT_S) * 1_000_000)
    signs: list[str] = _redis("ZRANGEBYSCORE", "platform:signs", since_us, "+inf")
    return any(sign.startswith(f"{part} {socket.gethostname()}:") for sign in signs)


def _backlog(queue: str) -> int:
    return int(_redis("LLEN", queue))


def _calls() -> bool:
    return _lives("calls")


def _beat() -> bool:
    return _lives("beat")


def _dial() -> bool:
    """A tick a second, also where nothing is to be dialed; without beat there is none."""
    newest: Any = _redis("XREVRANGE", "dial:ticks", "+", "-", "COUNT", 1)
    return bool(newest) and time.time() * 1000 - int(newest[0][0].partition("-")[0]) < MOST_IDLE_MS


def _worker() -> bool:
    """Lives, and takes tasks from its queue: a backlog that nobody touches would grow."""
    return _lives("worker") and _backlog("default") < MOST_WAITING


def _webhooks() -> bool:
    """The same; the tick of each second expires, but without a worker the queue grows."""
    return _lives("webhooks") and _backlog("webhooks") < MOST_WAITING


def _ami() -> bool:
    """Writes its node's status each second, also while the switch is away."""
    return bool(_redis("EXISTS", f"tel:node:{os.environ['AMI_NODE']}:status"))


PARTS: dict[str, Callable[[], bool]] = {
    "web": _web,
    "calls": _calls,
    "dial": _dial,
    "worker": _worker,
    "webhooks": _webhooks,
    "beat": _beat,
    "ami": _ami,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PARTS:
        sys.stderr.write(f"usage: health.py {'|'.join(PARTS)}\n")
        return 2
    try:
        return 0 if PARTS[arguments[0]]() else 1
    except (hiredis.HiredisError, OSError, KeyError) as error:
        sys.stderr.write(f"{arguments[0]}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
