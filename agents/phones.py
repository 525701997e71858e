"""The secrets of shifts' phones: in Redis only, each for one tab of one browser session, gone with the shift.

``desk:{schema}:phone:{shift id}``: JSON of Held. The node gets the secret in LogInOperator; the browser gets it in the
desk's state, and only the browser that it belongs to. A page that has it can answer for the operator: it never goes
into the database, a log or an event.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis import Redis

from agents.models import OperatorSession
from live.redis import client
from telephony.nodes import read_statuses

LIVES_S = 16 * 3600
"""Longer than any shift may last; a secret that nobody has cleared away ends by itself."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Who asks: the key of the browser's session, and the tab's own token ("" for what has no tabs)."""

    session: str = field(repr=False)
    tab: str = ""

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.session.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """A shift's phone and the browser it belongs to ("" while to none)."""

    secret: str = field(repr=False)
    browser: str = field(default="", repr=False)
    tab: str = ""

    def belongs_to(self, browser: Browser) -> bool:
        return self.is_session_of(browser) and self.tab in {"", browser.tab}

    def is_session_of(self, browser: Browser) -> bool:
        return bool(self.browser) and secrets.compare_digest(self.browser, browser.fingerprint)


def key(schema: str, session_id: int) -> str:
    return f"desk:{schema}:phone:{session_id}"


def make(schema: str, session_id: int, browser: Browser | None, *, redis: Redis | None = None) -> Held:
    """Give the shift a new secret, for this browser. Raises redis.RedisError."""
    fingerprint, tab = (browser.fingerprint, browser.tab) if browser else ("", "")
    return _store(schema, session_id, Held(secrets.token_urlsafe(32), fingerprint, tab), redis or client())


def move_to_tab(schema: str, session_id: int, held: Held, tab: str, *, redis: Redis | None = None) -> Held:
    """Let another tab of the same browser session have the phone, secret and all. Raises redis.RedisError."""
    return _store(schema, session_id, dataclasses.replace(held, tab=tab), redis or client())


def read(schema: str, session_id: int, *, redis: Redis | None = None) -> Held | None:
    """Raises redis.RedisError."""
    text: Any = (redis or client()).get(key(schema, session_id))
    return Held(**json.loads(text)) if text else None


def secrets_of(schema: str, session_ids: Sequence[int], *, redis: Redis | None = None) -> dict[int, str]:
    """Give the secrets of the shifts' phones, by shift, in one round trip. Raises redis.RedisError."""
    if not session_ids:
        return {}
    texts: Any = (redis or client()).mget([key(schema, session_id) for session_id in session_ids])
    return {pk: Held(**json.loads(text)).secret for pk, text in zip(session_ids, texts, strict=True) if text}


def forget(schema: str, session_ids: Iterable[int], *, redis: Redis | None = None) -> None:
    """Raises redis.RedisError."""
    if names := [key(schema, session_id) for session_id in session_ids]:
        (redis or client()).delete(*names)


def secret_for(schema: str, session: OperatorSession) -> str:
    """Give the secret for the node: "" where it makes no phones.

    One that was lost with Redis is made anew; no browser has that yet, and the operator takes the phone over.
    Raises redis.RedisError.
    """
    if held := read(schema, session.pk):
        return held.secret
    status = read_statuses().get(session.node)
    return make(schema, session.pk, None).secret if status and status.phone_url else ""


def _store(schema: str, session_id: int, held: Held, redis: Redis) -> Held:
    redis.set(key(schema, session_id), json.dumps(dataclasses.asdict(held)), ex=LIVES_S)
    return held
