"""At most once: the two scripts that decide, in one step inside Redis, what becomes of an Originate command.

Whoever sets the call's mark decides its fate, and there are two: dialed (then it is in `inflight` until its end is on
the events stream) or refused (then the refusal is on the stream). A command whose mark is another's is a duplicate:
it says nothing, because the first one's fate is the call's.

The mark holds the command's stream id and the process that claimed it. The same process may thus ask again when
Redis's answer was lost; a later one can't, and leaves the call to the resynchronisation. A process's name begins with
the instant since which it claims: nothing it claimed was sent before, so the switch's log need not reach further back.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from telephony.bus import keys
from telephony.bus.codec import encode
from telephony.bus.commands import Originate
from telephony.bus.events import CallRefused

CLAIM = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
  return 1
end
return 0
"""

REFUSE = """
local mine = redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[1]
if mine then
  redis.call('HDEL', KEYS[2], ARGV[3])
  redis.call('XADD', KEYS[3], '*', 't', ARGV[4], 'd', ARGV[5])
end
redis.call('XACK', KEYS[4], ARGV[6], ARGV[7])
redis.call('XDEL', KEYS[4], ARGV[7])
return mine and 1 or 0
"""


@dataclass(slots=True)
class Claims:
    """One process's claims on calls of one node. Every method raises redis.RedisError, and may be tried again."""

    redis: Redis
    node: str
    process: str = ""

    def begin(self, now_us: int) -> None:
        """Name this process; before its first claim."""
        self.process = f"{now_us}.{uuid.uuid4().hex}"

    async def claimed_after_us(self, call_ids: Sequence[str]) -> dict[str, int]:
        """For calls in flight, the instant before which they were not claimed; 0 where nobody knows."""
        if not call_ids:
            return {}
        marks = await self.redis.mget([keys.dialed_mark(call_id) for call_id in call_ids])
        return {call_id: _begun_us(str(mark or "")) for call_id, mark in zip(call_ids, marks, strict=True)}

    def _token(self, entry_id: str) -> str:
        assert self.process, "begin() comes first"
        return f"{self.process}:{entry_id}"

    async def claim(self, entries: Sequence[tuple[str, Originate, str]]) -> list[bool]:
        """Mark calls as dialed and in flight, given as (entry id, order, its JSON); False for a duplicate."""
        async with self.redis.pipeline(transaction=False) as pipe:
            for entry_id, order, body in entries:
                call_keys = (keys.dialed_mark(order.call_id), keys.inflight(self.node))
                pipe.eval(CLAIM, 2, *call_keys, self._token(entry_id), str(keys.DIALED_TTL_S), order.call_id, body)
            return [bool(mine) for mine in await pipe.execute()]

    async def refuse(self, refusals: Sequence[tuple[str, CallRefused]]) -> list[bool]:
        """Report calls as never dialed, and settle their commands; False where the call's fate was another's."""
        stream = keys.dial_stream(self.node)
        async with self.redis.pipeline(transaction=False) as pipe:
            for entry_id, refusal in refusals:
                message = encode(refusal)
                call_keys = (keys.dialed_mark(refusal.call_id), keys.inflight(self.node), keys.EVENTS, stream)
                pipe.eval(
                    REFUSE, 4, *call_keys, self._token(entry_id), str(keys.DIALED_TTL_S), refusal.call_id,
                    message["t"], message["d"], keys.COMMANDS_GROUP, entry_id,
                )  # fmt: skip
            return [bool(mine) for mine in await pipe.execute()]


def _begun_us(mark: str) -> int:
    begun, _, _ = mark.partition(".")
    return int(begun) if begun.isascii() and begun.isdigit() else 0
