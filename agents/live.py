"""Operators' live state in Redis: derived from the open shifts, rebuilt from them at any time.

``live:{schema}:operators``: hash, operator id → JSON of OperatorLive.
``dial:wrap_ups:{shard}``: sorted set over the shard's companies, ``{schema}:{operator id}`` by the instant (µs) at
which wrap-up ends by itself, or a shift without its browser; the dialing tick looks at it each second instead of
asking every company's database.
``live:{schema}:wrap_up_ms``: list of the last wrap-ups' lengths, for pacing.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis import Redis
from redis.client import Pipeline

from agents.choices import OperatorState, PhonePresence
from agents.models import OperatorSession
from common.clock import to_us
from live.redis import client
from tenants.shards import shard_of

WRAP_UPS_KEPT = 200
RETURNS_WITHIN = timedelta(seconds=20)
"""A browser that was lost and isn't back by then has been closed; a reload takes a second."""

# Two processes may write after their commits in the other order: the shift's own order decides, not the arrival's.
_WRITE = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old then
  local entry = cjson.decode(old)
  local session, since = tonumber(ARGV[2]), tonumber(ARGV[3])
  if entry.session > session or (entry.session == session and entry.since_us > since) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
return 1
"""
_REMOVE = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old and cjson.decode(old).session <= tonumber(ARGV[2]) then return redis.call('HDEL', KEYS[1], ARGV[1]) end
return 0
"""


@dataclass(frozen=True, slots=True)
class OperatorLive:
    """One operator at work."""

    id: int
    user_id: int
    name: str
    extension: str
    session: int
    node: str
    state: str
    since_us: int
    until_us: int | None
    campaigns: list[int]
    call_id: str | None
    pause: str | None
    pause_asked: bool
    phone: str = ""
    """agents.choices.PhonePresence"""
    held_since_us: int | None = None
    started_us: int = 0

    @property
    def due_us(self) -> int | None:
        """When this stretch of the shift ends by itself."""
        if self.state == OperatorState.CONNECTING and self.phone == PhonePresence.LOST:
            return self.since_us + RETURNS_WITHIN // timedelta(microseconds=1)
        return self.until_us


def operators_key(schema: str) -> str:
    return f"live:{schema}:operators"


def wrap_ups_key(shard: int) -> str:
    return f"dial:wrap_ups:{shard}"


def wrap_up_lengths_key(schema: str) -> str:
    return f"live:{schema}:wrap_up_ms"


def entry_of(session: OperatorSession, pause_codes: Mapping[int, str]) -> OperatorLive:
    """Describe an open shift. ``pause_codes``: pause reason id → code."""
    return OperatorLive(
        id=session.operator_id,
        user_id=session.operator.user_id,
        name=session.operator.user.name,
        extension=session.operator.extension,
        session=session.pk,
        node=session.node,
        state=session.state,
        since_us=to_us(session.state_since),
        until_us=to_us(session.wrap_up_until) if session.wrap_up_until else None,
        campaigns=list(session.campaign_ids),
        call_id=str(session.call_id) if session.call_id else None,
        pause=pause_codes.get(session.pause_reason_id) if session.pause_reason_id else None,
        pause_asked=session.pause_asked,
        phone=session.phone,
        held_since_us=to_us(session.held_since) if session.held_since else None,
        started_us=to_us(session.started_at),
    )


def write(schema: str, entries: Iterable[OperatorLive], *, redis: Redis | None = None) -> None:
    """Store operators at work. Raises redis.RedisError."""
    key, shard = operators_key(schema), shard_of(schema)
    with (redis or client()).pipeline(transaction=False) as pipe:
        for entry in entries:
            pipe.eval(_WRITE, 1, key, str(entry.id), str(entry.session), str(entry.since_us), _to_json(entry))
            member = f"{schema}:{entry.id}"
            if entry.due_us is not None:
                pipe.zadd(wrap_ups_key(shard), {member: entry.due_us})
            else:
                pipe.zrem(wrap_ups_key(shard), member)
        pipe.execute()


def remove(schema: str, sessions: Iterable[tuple[int, int]], *, redis: Redis | None = None) -> None:
    """Forget operators whose shift has ended, given as (operator id, session id). Raises redis.RedisError."""
    with (redis or client()).pipeline(transaction=False) as pipe:
        for operator_id, session_id in sessions:
            pipe.eval(_REMOVE, 1, operators_key(schema), str(operator_id), str(session_id))
            pipe.zrem(wrap_ups_key(shard_of(schema)), f"{schema}:{operator_id}")
        pipe.execute()


def note_wrap_ups(schema: str, lengths_ms: Sequence[int], *, redis: Redis | None = None) -> None:
    """Remember how long wrap-ups really took. Raises redis.RedisError."""
    if lengths_ms:
        with (redis or client()).pipeline() as pipe:
            pipe.lpush(wrap_up_lengths_key(schema), *lengths_ms)
            pipe.ltrim(wrap_up_lengths_key(schema), 0, WRAP_UPS_KEPT - 1)
            pipe.execute()


def rebuild_wrap_ups(schema: str, lengths_ms: Sequence[int], *, redis: Redis | None = None) -> None:
    """Make Redis remember exactly these lengths, the newest first. Raises redis.RedisError."""
    with (redis or client()).pipeline() as pipe:
        pipe.delete(wrap_up_lengths_key(schema))
        if lengths_ms:
            pipe.rpush(wrap_up_lengths_key(schema), *lengths_ms)
        pipe.execute()


def queue_read(pipe: Pipeline, schemas: Iterable[str]) -> None:
    """Put one command per company into ``pipe``; `parse_read` takes each reply."""
    for schema in schemas:
        pipe.hvals(operators_key(schema))


def parse_read(reply: Iterable[str]) -> list[OperatorLive]:
    """Give one company's operators at work from a reply to `queue_read`."""
    return [OperatorLive(**json.loads(text)) for text in reply]


def read(redis: Redis, schemas: Sequence[str]) -> dict[str, list[OperatorLive]]:
    """Give the operators at work of each company, in one round trip. Raises redis.RedisError."""
    with redis.pipeline(transaction=False) as pipe:
        queue_read(pipe, schemas)
        return {schema: parse_read(reply) for schema, reply in zip(schemas, pipe.execute(), strict=True)}


def rebuild(schema: str, entries: Sequence[OperatorLive], *, redis: Redis | None = None) -> None:
    """Make Redis say exactly what ``entries`` say: stores them all, forgets everyone else.

    An entry that has meanwhile moved on stays as it is (`write` compares). Raises redis.RedisError.
    """
    server = redis or client()
    known: Any = server.hgetall(operators_key(schema))
    present = {entry.id for entry in entries}
    gone = [(int(field), json.loads(text)["session"]) for field, text in known.items() if int(field) not in present]
    remove(schema, gone, redis=server)
    write(schema, entries, redis=server)


def _to_json(entry: OperatorLive) -> str:
    return json.dumps(dataclasses.asdict(entry), ensure_ascii=False, separators=(",", ":"))
