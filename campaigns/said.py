"""The pacing's last word on each campaign, for the wallboard: in Redis, and to browsers when it changes.

``live:{schema}:pacing``: hash, campaign id → JSON of PacingSaid.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from redis import Redis

from campaigns.browser_events import PacingSaid
from campaigns.pacing import Decision, Limit
from live.publish import publish

_REASONS = {
    Limit.NO_OPERATORS: gettext_noop("no operator at work"),
    Limit.NO_DESKS: gettext_noop("operators' pages have no connection, dialing only for who is free"),
    Limit.RISK: gettext_noop("enough calls on their way"),
    Limit.LINES: gettext_noop("at the limit of lines per operator"),
    Limit.CHANNELS: gettext_noop("at the campaign's channel limit"),
    Limit.COMPANY_CHANNELS: gettext_noop("at the company's channel limit"),
    Limit.CPS: gettext_noop("at the company's limit of calls per second"),
    Limit.NODE: gettext_noop("the switch carries no more"),
    Limit.NO_NODE: gettext_noop("the switch is away"),
    Limit.TRUNKS: gettext_noop("the trunks carry no more"),
    Limit.NO_TRUNK: gettext_noop("no trunk is up for this company"),
    Limit.BLIND: gettext_noop("events of the switch are late, not dialing blind"),
    Limit.NO_CONTACTS: gettext_noop("no contact to call now"),
}


def pacing_key(schema: str) -> str:
    return f"live:{schema}:pacing"


def said(campaign_id: int, decision: Decision, at_us: int) -> PacingSaid:
    return PacingSaid(
        id=campaign_id,
        at_us=at_us,
        launch=decision.launch,
        free=decision.free,
        freeing=decision.freeing,
        within_s=decision.within_s,
        answer_rate=round(decision.answer_rate, 3),
        ringing=decision.ringing,
        waiting=decision.waiting,
        limit=str(decision.limit),
    )


def sentence(word: PacingSaid) -> str:
    """Say it in the active language."""
    figures = _(
        "%(free)d free + %(freeing)d free within %(within)d s, answer rate %(rate)d %% → dialing %(launch)d"
    ) % {
        "free": word.free,
        "freeing": word.freeing,
        "within": word.within_s,
        "rate": round(word.answer_rate * 100),
        "launch": word.launch,
    }
    return f"{figures} ({reason(word.limit)})" if word.limit and not word.launch else figures


def reason(limit: str) -> str:
    """Name a limit in the active language; "" for none."""
    return _(_REASONS[Limit(limit)]) if limit else ""


def tell(redis: Redis, words: Mapping[str, Sequence[PacingSaid]]) -> None:
    """Store and publish what was said by each company's campaigns, where it differs from the last time.

    Raises redis.RedisError.
    """
    schemas = [schema for schema, spoken in words.items() if spoken]
    with redis.pipeline(transaction=False) as pipe:
        for schema in schemas:
            pipe.hmget(pacing_key(schema), [str(word.id) for word in words[schema]])
        before: list[list[str | None]] = pipe.execute()
    news = {
        schema: [word for word, old in zip(words[schema], olds, strict=True) if _differs(word, old)]
        for schema, olds in zip(schemas, before, strict=True)
    }
    with redis.pipeline(transaction=False) as pipe:
        for schema, changed in news.items():
            if changed:
                pipe.hset(pacing_key(schema), mapping={str(word.id): _to_json(word) for word in changed})
        pipe.execute()
    for schema, changed in news.items():
        publish(schema, changed, redis=redis)


def read(redis: Redis, schema: str) -> dict[int, PacingSaid]:
    """Give the last word on each campaign of a company. Raises redis.RedisError."""
    texts: Any = redis.hgetall(pacing_key(schema))
    return {int(campaign_id): PacingSaid(**json.loads(text)) for campaign_id, text in texts.items()}


def forget(redis: Redis, schema: str, campaign_id: int) -> None:
    """Drop what was said of a campaign that isn't driven any more. Raises redis.RedisError."""
    redis.hdel(pacing_key(schema), str(campaign_id))


def _differs(word: PacingSaid, old: str | None) -> bool:
    return old is None or dataclasses.replace(word, at_us=0) != dataclasses.replace(
        PacingSaid(**json.loads(old)), at_us=0
    )


def _to_json(word: PacingSaid) -> str:
    return json.dumps(dataclasses.asdict(word), separators=(",", ":"))
