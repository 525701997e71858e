"""Supervisors' phones: opened by a page, with a secret of its own, and closed when the page is left.

``live:{schema}:supervisor_phones``: hash, user id → JSON of SupervisorPhoneLive.
``live:{schema}:supervisor_secret:{user id}``: string, JSON of the open phone's session and SIP password. In Redis only,
and no longer than a day. Whoever opens the phone anew takes it from the page that had it before.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from redis import Redis

from accounts.models import User
from common.clock import now, to_us
from live.redis import client
from telephony.bus.commands import OpenPhone
from tenants.active import active_schema

SECRET_KEPT_S = 86_400

# The events of one phone are applied by one process; only another opening may come in between.
_SWAP = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old or cjson.decode(old).session ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('DEL', KEYS[2])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
"""


@dataclass(frozen=True, slots=True)
class SupervisorPhoneLive:
    """One supervisor's phone. ``state``: opening | ready (may register now) | registered | unregistered | failed"""

    user_id: int
    name: str
    extension: str
    session: str
    """Of this opening: comes back in every event about the phone."""
    browser: str
    """Digest of the browser session that opened it."""
    node: str
    state: str
    since_us: int
    opened_us: int
    heard_us: int = 0
    """When the switch said so, by its own clock; 0 before it said anything."""
    detail: str = ""


def phones_key(schema: str) -> str:
    return f"live:{schema}:supervisor_phones"


def secret_key(schema: str, user_id: int) -> str:
    return f"live:{schema}:supervisor_secret:{user_id}"


def browser_digest(session_key: str) -> str:
    """What is kept of a browser's session: enough to know it again, nothing to log in with."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:24]


def open_anew(user: User, extension: str, node: str, browser: str, *, redis: Redis | None = None) -> OpenPhone:
    """Note a phone that is being opened; give the command that makes it. Raises redis.RedisError."""
    schema, opened_us = active_schema(), to_us(now())
    phone = SupervisorPhoneLive(
        user_id=user.pk,
        name=user.name,
        extension=extension,
        session=f"s-{secrets.token_hex(8)}",
        browser=browser,
        node=node,
        state="opening",
        since_us=opened_us,
        opened_us=opened_us,
    )
    secret = secrets.token_urlsafe(32)
    with (redis or client()).pipeline(transaction=True) as pipe:
        pipe.hset(phones_key(schema), str(user.pk), _to_json(phone))
        kept = json.dumps({"session": phone.session, "secret": secret})
        pipe.set(secret_key(schema, user.pk), kept, ex=SECRET_KEPT_S)
        pipe.execute()
    return open_command(phone, secret)


def open_command(phone: SupervisorPhoneLive, secret: str) -> OpenPhone:
    return OpenPhone(
        schema=active_schema(), phone=phone.extension, session=phone.session, secret=secret, name=phone.name
    )


def secret_of(phone: SupervisorPhoneLive, *, redis: Redis | None = None) -> str | None:
    """Give the phone's password, None when it is gone or belongs to another opening. Raises redis.RedisError."""
    text: Any = (redis or client()).get(secret_key(active_schema(), phone.user_id))
    kept = json.loads(text) if text else {}
    return str(kept["secret"]) if kept.get("session") == phone.session else None


def phone_of(user_id: int, *, redis: Redis | None = None) -> SupervisorPhoneLive | None:
    """Give a supervisor's open phone. Raises redis.RedisError."""
    text: Any = (redis or client()).hget(phones_key(active_schema()), str(user_id))
    return SupervisorPhoneLive(**json.loads(text)) if text else None


def open_phones(*, redis: Redis | None = None) -> list[SupervisorPhoneLive]:
    """Give all open phones of the active company. Raises redis.RedisError."""
    texts: Any = (redis or client()).hvals(phones_key(active_schema()))
    return [SupervisorPhoneLive(**json.loads(text)) for text in texts]


def note_state(
    user_id: int, session: str, state: str, at_us: int, *, detail: str = "", redis: Redis | None = None
) -> SupervisorPhoneLive | None:
    """Note what the switch says of a phone; give it as it is now.

    None when this opening is over, or when something later is known. Raises redis.RedisError.
    """
    known = phone_of(user_id, redis=redis)
    if known is None or known.session != session or known.heard_us > at_us:
        return None
    since_us = known.since_us if known.state == state else at_us
    after = dataclasses.replace(known, state=state, since_us=since_us, heard_us=at_us, detail=detail)
    return after if _swap(known, after, redis or client()) else None


def forget(user_id: int, session: str, *, redis: Redis | None = None) -> SupervisorPhoneLive | None:
    """Forget one opening of a phone and its secret; give it, None when it was over. Raises redis.RedisError."""
    known = phone_of(user_id, redis=redis)
    if known is None or known.session != session:
        return None
    return known if _swap(known, None, redis or client()) else None


def _swap(before: SupervisorPhoneLive, after: SupervisorPhoneLive | None, server: Redis) -> bool:
    """Replace one opening's entry, or remove it; not if another opening stands there by now."""
    schema, user_id = active_schema(), before.user_id
    text = _to_json(after) if after else ""
    done = server.eval(_SWAP, 2, phones_key(schema), secret_key(schema, user_id), str(user_id), before.session, text)
    return bool(done)


def _to_json(phone: SupervisorPhoneLive) -> str:
    return json.dumps(dataclasses.asdict(phone), ensure_ascii=False, separators=(",", ":"))
