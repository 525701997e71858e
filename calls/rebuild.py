"""Live state made anew from the database, while everybody goes on working.

The same code heals small differences each minute and fills an empty Redis. It never locks: it writes what the
database says, then looks whether the database still says so. The consumer writes to Redis after each of its commits;
so a commit before that last look is seen by it, and one after it is written after us.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django_tenants.utils import schema_context
from redis import Redis

from agents import live as agents_live
from agents.selectors import last_wrap_ups_ms, live_entries
from calls import day_figures, live, projection
from calls.choices import CallState, DialingMode
from calls.companies import load_zones
from calls.live import CallStage, RecentAttempt
from calls.models import Call, DayFigures
from common.clock import now
from live.redis import client

log = logging.getLogger(__name__)

T = TypeVar("T")
_ROUNDS = 5
_FIGURE_DAYS = timedelta(days=2)


def rebuild_all(*, full: bool = True) -> None:
    """Rebuild every company's live state of calls. Raises django.db.Error, redis.RedisError."""
    for schema in load_zones():
        rebuild(schema, full=full)


def rebuild(schema: str, *, full: bool, redis: Redis | None = None, at: datetime | None = None) -> int:
    """Make Redis say what the company's database says; give how many calls stood wrong.

    ``full`` counts recent attempts anew too, otherwise only for campaigns that have none in Redis; and rebuilds the
    operators at work (agents.healing does that by itself every few seconds). ``at``: the present.
    """
    server = redis or client()
    with schema_context(schema):
        wrong = _rebuild_stages(server, schema)
        campaign_ids = _rebuild_figures(server, schema, at or now())
        _rebuild_recent(server, schema, campaign_ids, full=full)
        if full:
            agents_live.rebuild(schema, live_entries(), redis=server)
            agents_live.rebuild_wrap_ups(schema, last_wrap_ups_ms(), redis=server)
    if wrong:
        log.warning("%s: %d calls stood wrong in the live state", schema, wrong)
    return wrong


def _rebuild_stages(redis: Redis, schema: str) -> int:
    kept: dict[str, CallStage] = {}
    for campaign_id in live.read_campaigns(redis, schema):
        for call_id, (stage, since_us) in live.read_members(redis, schema, campaign_id).items():
            kept[call_id] = CallStage(call_id, campaign_id, stage, since_us)
    wanted = _stages(Call.objects.exclude(state=CallState.ENDED))
    wrong = [kept.get(call_id) or wanted[call_id] for call_id in kept.keys() | wanted.keys()]
    wrong = [stage for stage in wrong if kept.get(stage.call_id) != wanted.get(stage.call_id)]
    if wrong:
        _settle(lambda: _stages_now(wrong), lambda stages: live.write(redis, schema, stages))
    return len(wrong)


def _stages_now(members: Iterable[CallStage]) -> list[CallStage]:
    """Give the calls' stages by the database; a call that it doesn't know is in none."""
    before = {member.call_id: member for member in members}
    found = _stages(Call.objects.filter(id__in=[UUID(call_id) for call_id in before]))
    return [
        found.get(call_id) or CallStage(call_id, member.campaign_id, None) for call_id, member in sorted(before.items())
    ]


def _stages(calls: Iterable[Call]) -> dict[str, CallStage]:
    return {str(call.id): projection.stage_of(call) for call in calls}


def _rebuild_figures(redis: Redis, schema: str, at: datetime) -> set[int]:
    """Copy the last days' figures; give the campaigns that have any."""
    since = (at - _FIGURE_DAYS).date()

    def read() -> list[tuple[day_figures.Key, dict[str, int | str]]]:
        rows = DayFigures.objects.filter(day__gte=since)
        return [((row.campaign_id, row.day), day_figures.as_text(row)) for row in rows]

    def write(figures: list[tuple[day_figures.Key, dict[str, int | str]]]) -> None:
        with redis.pipeline(transaction=True) as pipe:
            for (campaign_id, day), values in figures:
                live.write_figures(pipe, schema, campaign_id, day, values)
            pipe.execute()

    return {campaign_id for (campaign_id, _day), _values in _settle(read, write)}


def _rebuild_recent(redis: Redis, schema: str, campaign_ids: set[int], *, full: bool) -> None:
    for campaign_id in sorted(campaign_ids):
        if not full and redis.exists(live.recent_key(schema, campaign_id)):
            continue

        def write(attempts: list[RecentAttempt], campaign_id: int = campaign_id) -> None:
            with redis.pipeline(transaction=True) as pipe:
                live.forget_recent(pipe, schema, campaign_id)
                live.remember(pipe, schema, attempts)
                pipe.execute()

        def read(campaign_id: int = campaign_id) -> list[RecentAttempt]:
            return _recent_attempts(campaign_id)

        _settle(read, write)


def _recent_attempts(campaign_id: int) -> list[RecentAttempt]:
    """Give the campaign's latest decided attempts. Looked for among twice as many: they were not decided in order."""
    dialed = Call.objects.filter(
        campaign_id=campaign_id, dialed_at__isnull=False, mode=DialingMode.PREDICTIVE
    ).order_by("-id")
    attempts = projection.attempts_of(dialed[: 2 * live.RECENT_CAP])
    return sorted(attempts, key=lambda attempt: (attempt.decided_us, attempt.call_id))[-live.RECENT_CAP :]


def _settle(read: Callable[[], T], write: Callable[[T], None]) -> T:
    """Write what is read, until it has not changed while it was written."""
    said = read()
    for _round in range(_ROUNDS):
        write(said)
        again = read()
        if again == said:
            break
        said = again
    return said
