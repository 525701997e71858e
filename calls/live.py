"""Live state of calls in Redis: who is launched, ringing, waiting, talking, now; the day's figures; recent attempts.

Derived, all of it: calls.rebuild makes it anew from the database. Every write is absolute and may be repeated.
Instants are microseconds since the epoch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from redis import Redis
from redis.client import Pipeline

STAGES = ("launched", "ringing", "waiting", "talking", "outside")
"""``outside``: a leg to a number outside, however far it has come: a channel of the company's, and no figure's."""
RECENT_CAP = 500
"""How many of a campaign's latest attempts the pacing figures look back on."""
RECENT_TTL_S = 86_400
FIGURES_TTL_S = 3 * 86_400
_RECENT_FIELDS = ("attempts", "answered", "connected", "abandoned", "ring_ms", "talk_ms")

Campaigns = Sequence[tuple[str, int]]
"""Schema and campaign id of each."""


def stage_key(schema: str, campaign_id: int, stage: str) -> str:
    """ZSET: call id → since when in the stage. A call is in one stage at most."""
    return f"live:{schema}:calls:{campaign_id}:{stage}"


def campaigns_key(schema: str) -> str:
    """SET: ids of all campaigns that ever had a call in a stage; what a rebuild has to look through."""
    return f"live:{schema}:campaigns"


DIALING = "live:dialing"
"""ZSET: schema → when calls were last launched in it. Whom the sweep looks at often."""


def figures_key(schema: str, campaign_id: int, day: date) -> str:
    """HASH: the campaign's DayFigures of that day, copied."""
    return f"live:{schema}:day:{campaign_id}:{day.isoformat()}"


def recent_key(schema: str, campaign_id: int) -> str:
    """HASH: sums over the campaign's latest attempts (fields of Recent)."""
    return f"live:{schema}:recent:{campaign_id}"


def _recent_order_key(schema: str, campaign_id: int) -> str:
    """ZSET: call id → when its attempt was decided."""
    return f"live:{schema}:recent:{campaign_id}:order"


def _recent_values_key(schema: str, campaign_id: int) -> str:
    """HASH: call id → what the attempt adds to the sums."""
    return f"live:{schema}:recent:{campaign_id}:values"


@dataclass(frozen=True, slots=True)
class CallStage:
    """Where one call stands. ``stage`` None: it has ended, and is in no stage."""

    call_id: str
    campaign_id: int
    stage: str | None
    since_us: int = 0


@dataclass(frozen=True, slots=True)
class RecentAttempt:
    """One attempt whose answer is known: at its answer, and again with more at its end.

    ``ring_ms``: from dialing to the answer, of answered ones. ``talk_ms``: of connected ones that have ended.
    """

    call_id: str
    campaign_id: int
    decided_us: int
    answered: bool
    connected: bool = False
    abandoned: bool = False
    ring_ms: int = 0
    talk_ms: int = 0

    def addends(self) -> tuple[int, ...]:
        """What it adds to each of the sums of Recent."""
        return (1, int(self.answered), int(self.connected), int(self.abandoned), self.ring_ms, self.talk_ms)


@dataclass(frozen=True, slots=True)
class Recent:
    """Sums over a campaign's last RECENT_CAP decided attempts.

    ``connected``, ``abandoned`` and ``talk_ms`` count calls that have ended; ``ring_ms`` sums over answered ones.
    """

    attempts: int = 0
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    ring_ms: int = 0
    talk_ms: int = 0


@dataclass(frozen=True, slots=True)
class CampaignLive:
    """A campaign's open calls by stage: since when each is in it, oldest first; and its recent attempts."""

    launched: tuple[int, ...] = ()
    ringing: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    talking: tuple[int, ...] = ()
    recent: Recent = Recent()
    outside: tuple[int, ...] = ()

    @property
    def open(self) -> int:
        """Channels that the company uses."""
        stages = (self.launched, self.ringing, self.waiting, self.talking, self.outside)
        return sum(map(len, stages))


def add_launched(redis: Redis | Pipeline, schema: str, campaign_id: int, calls: Iterable[tuple[str, int]]) -> None:
    """Put calls (id, its ``created_at``) into the first stage. With a pipeline: as part of its transaction."""
    if launched := dict(calls):
        redis.zadd(stage_key(schema, campaign_id, "launched"), launched)
        redis.sadd(campaigns_key(schema), campaign_id)
        redis.zadd(DIALING, {schema: max(launched.values())})


def add_leg(redis: Redis | Pipeline, schema: str, campaign_id: int, call_id: str, since_us: int) -> None:
    """Put a leg outside into its stage. With a pipeline: as part of its transaction."""
    redis.zadd(stage_key(schema, campaign_id, "outside"), {call_id: since_us})
    redis.sadd(campaigns_key(schema), campaign_id)
    redis.zadd(DIALING, {schema: since_us})


def write(redis: Redis | Pipeline, schema: str, calls: Iterable[CallStage]) -> None:
    """Put each call into its stage and out of the others, all at once. Expects a transactional pipeline or a client."""
    if not isinstance(redis, Pipeline):
        with redis.pipeline(transaction=True) as pipe:
            write(pipe, schema, calls)
            pipe.execute()
        return
    by_campaign: dict[int, list[CallStage]] = defaultdict(list)
    for call in calls:
        by_campaign[call.campaign_id].append(call)
    if by_campaign:
        redis.sadd(campaigns_key(schema), *by_campaign)
    for campaign_id, members in by_campaign.items():
        for stage in STAGES:
            key = stage_key(schema, campaign_id, stage)
            if gone := [call.call_id for call in members if call.stage != stage]:
                redis.zrem(key, *gone)
            if here := {call.call_id: call.since_us for call in members if call.stage == stage}:
                redis.zadd(key, here)


# Adds attempts (id, decided, six addends each) to the sums, replacing what an id added before, and drops the oldest.
_REMEMBER = """
local function add(values, sign)
  local i = 0
  for number in string.gmatch(values, '%S+') do
    i = i + 1
    if number ~= '0' then redis.call('HINCRBY', KEYS[1], ARGV[2 + i], sign * tonumber(number)) end
  end
end
for i = 9, #ARGV, 3 do
  local id, decided, values = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known = redis.call('HGET', KEYS[3], id)
  if known ~= values then
    if known then add(known, -1) end
    add(values, 1)
    redis.call('HSET', KEYS[3], id, values)
  end
  redis.call('ZADD', KEYS[2], decided, id)
end
while redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[1]) do
  local oldest = redis.call('ZPOPMIN', KEYS[2])[1]
  add(redis.call('HGET', KEYS[3], oldest), -1)
  redis.call('HDEL', KEYS[3], oldest)
end
for i = 1, 3 do redis.call('EXPIRE', KEYS[i], ARGV[2]) end
"""


def remember(redis: Redis | Pipeline, schema: str, attempts: Iterable[RecentAttempt]) -> None:
    """Count attempts among the campaign's recent ones; one that is there already is replaced."""
    by_campaign: dict[int, list[RecentAttempt]] = defaultdict(list)
    for attempt in attempts:
        by_campaign[attempt.campaign_id].append(attempt)
    for campaign_id, members in by_campaign.items():
        arguments = chain.from_iterable(
            (item.call_id, str(item.decided_us), " ".join(map(str, item.addends()))) for item in members
        )
        redis.eval(
            _REMEMBER,
            3,
            recent_key(schema, campaign_id),
            _recent_order_key(schema, campaign_id),
            _recent_values_key(schema, campaign_id),
            str(RECENT_CAP),
            str(RECENT_TTL_S),
            *_RECENT_FIELDS,
            *arguments,
        )


def forget_recent(redis: Redis | Pipeline, schema: str, campaign_id: int) -> None:
    """Drop a campaign's recent attempts, to count them anew."""
    redis.delete(
        recent_key(schema, campaign_id),
        _recent_order_key(schema, campaign_id),
        _recent_values_key(schema, campaign_id),
    )


def write_figures(
    redis: Redis | Pipeline, schema: str, campaign_id: int, day: date, figures: Mapping[str, int | str]
) -> None:
    """Copy a campaign's DayFigures (absolute values; money as a decimal string)."""
    key = figures_key(schema, campaign_id, day)
    redis.hset(key, mapping={name: str(value) for name, value in figures.items()})
    redis.expire(key, FIGURES_TTL_S)


def read(redis: Redis, campaigns: Campaigns) -> list[CampaignLive]:
    """Give the open calls and recent attempts of the campaigns, in their order, in one round trip."""
    with redis.pipeline(transaction=False) as pipe:
        for schema, campaign_id in campaigns:
            for stage in STAGES:
                pipe.zrange(stage_key(schema, campaign_id, stage), 0, -1, withscores=True)
            pipe.hgetall(recent_key(schema, campaign_id))
        replies = pipe.execute()
    width = len(STAGES) + 1
    return [_campaign_live(replies[at : at + width]) for at in range(0, len(replies), width)]


def _campaign_live(replies: Sequence[Any]) -> CampaignLive:
    launched, ringing, waiting, talking, outside, recent = replies
    return CampaignLive(
        launched=_instants(launched),
        ringing=_instants(ringing),
        waiting=_instants(waiting),
        talking=_instants(talking),
        outside=_instants(outside),
        recent=Recent(**{name: int(recent.get(name, 0)) for name in _RECENT_FIELDS}),
    )


def _instants(members: Iterable[tuple[str, float]]) -> tuple[int, ...]:
    return tuple(int(score) for _call_id, score in members)


def read_members(redis: Redis, schema: str, campaign_id: int) -> dict[str, tuple[str, int]]:
    """Give every open call of a campaign as Redis has it: id → stage, since."""
    with redis.pipeline(transaction=True) as pipe:
        for stage in STAGES:
            pipe.zrange(stage_key(schema, campaign_id, stage), 0, -1, withscores=True)
        replies = pipe.execute()
    return {
        call_id: (stage, int(score))
        for stage, members in zip(STAGES, replies, strict=True)
        for call_id, score in members
    }


def read_campaigns(redis: Redis, schema: str) -> set[int]:
    """Give the ids of the campaigns that may have calls in a stage."""
    members: Any = redis.smembers(campaigns_key(schema))
    return {int(member) for member in members}


def dialing_since(redis: Redis, since_us: int) -> list[str]:
    """Give the schemas in which calls were launched since then."""
    members: Any = redis.zrangebyscore(DIALING, since_us, "+inf")
    return list(members)


def read_figures(redis: Redis, schema: str, campaign_ids: Sequence[int], day: date) -> list[dict[str, str]]:
    """Give the campaigns' figures of a day, in their order; empty where there are none yet."""
    with redis.pipeline(transaction=False) as pipe:
        for campaign_id in campaign_ids:
            pipe.hgetall(figures_key(schema, campaign_id, day))
        return list(pipe.execute())
