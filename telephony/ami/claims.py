"""At most once: the two scripts that decide, in one step inside Redis, what becomes of an Originate command.

Whoever sets the call's mark decides its fate, and there are two: dialed (then it is in `inflight` until its end is on
the events stream) or refused (then the refusal is on the stream). A command whose mark is another's is a duplicate:
it says nothing, because the first one's fate is the call's.

The mark holds the command's stream id and the process that claimed it. The same process may thus ask again when
Redis's answer was lost; a later one can't, and leaves the call to the resynchronisation.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

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
    process: str = field(default_factory=lambda: uuid.uuid4().hex)

    def _token(self, entry_id: str) -> str:
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
