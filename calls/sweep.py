"""Calls that nobody will ever report on, found and ended.

*Never sent*: its command was lost with a dying worker, or lies at a node that is away, and is past its deadline.
`ami` dials nothing without first setting the call's dialed mark, and nothing whose mark is set already: so the sweep
takes the mark for itself, and from then on the call can't be dialed, however late its command arrives.

*Lost*: dialed, but its end will never come, because Redis lost events or marks. `ami` keeps each call in its
``inflight`` hash until the call's end is on the stream. Not in there, and the stream read to its end: it is lost.

*Gone*: its node is away, and has been for so long that nobody can count on its coming back. Should it come back, it
finds what is left of its calls and tells their ends, which then change nothing.

*Stranded*: an operator who still talks, by his shift, on a call that has ended: some report of his part got lost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_tenants.utils import schema_context
from redis import Redis

from agents.actions import begin_wrap_ups
from agents.choices import OperatorState
from agents.models import OperatorSession
from agents.switch_reports import WrapUpStart
from calls import batch, held, projection
from calls.choices import CallState
from calls.companies import load_zones
from calls.models import Call
from common.clock import to_us
from live.redis import client
from telephony.bus import keys
from telephony.bus.events import CallEnded, CallEvent, CallRefused
from telephony.nodes import away_since, nodes_up, note_absences, read_statuses

log = logging.getLogger(__name__)

MARGIN = timedelta(seconds=2)
"""How long after its deadline a call is left to its command."""
LOST_AFTER = timedelta(seconds=60)
GONE_AFTER = timedelta(minutes=3)
"""Much longer than a restart of `ami` or of the switch: conversations go on without the process that reports them."""
NOTICED_WITHIN = timedelta(seconds=20)
"""How much later than it happens a node's absence is noted, at most: its status runs out, and somebody looks."""
STRANDED_AFTER = timedelta(seconds=30)
PATIENCE_S = 1.0
_LOOK_EVERY_S = 0.05
_MOST = 1000
_SWEPT = "swept"
"""What the sweep writes into the mark; an interrupted sweep knows its own by it."""


def sweep_unsent(schema: str, now: datetime, *, redis: Redis | None = None) -> int:
    """End the company's calls that can't be dialed any more; give how many. Raises redis.RedisError."""
    server = redis or client()
    with schema_context(schema):
        overdue = list(
            Call.objects.filter(state=CallState.CREATED, deadline_at__lt=now - MARGIN).order_by("id")[:_MOST]
        )
        unsent = [call for call, ours in zip(overdue, _take_marks(server, overdue), strict=True) if ours]
        events = [
            CallRefused(
                node=call.node,
                at_us=to_us(now),
                schema=schema,
                campaign_id=call.campaign_id,
                call_id=str(call.id),
                reason="never_sent",
            )
            for call in unsent
        ]
        _apply(server, schema, events)
    if unsent:
        log.warning("%s: %d calls were never sent; their contacts go back", schema, len(unsent))
    return len(unsent)


def sweep_lost(schema: str, now: datetime, *, redis: Redis | None = None, patience_s: float = PATIENCE_S) -> int:
    """End the company's calls that no node knows of any more; give how many. Raises redis.RedisError.

    ``patience_s``: how long to wait for the consumer of events, which at full load is never quite at the stream's end.
    """
    server = redis or client()
    up = set(nodes_up(read_statuses(redis=server)))
    with schema_context(schema):
        old = list(
            Call.objects.exclude(state=CallState.ENDED)
            .filter(created_at__lt=now - LOST_AFTER, node__in=up)
            .order_by("id")[:_MOST]
        )
        # In this order: an end that left `inflight` before we looked is on the stream, and the stream is read so far.
        untracked = _untracked(server, old)
        if not untracked or not _caught_up(server, patience_s) or held.waiting(server, [schema]):
            return 0
        events = [_ended(schema, call, _last_known_us(call)) for call in untracked]
        _apply(server, schema, events)
    log.error("%s: %d calls were lost: no node knows of them", schema, len(untracked))
    return len(untracked)


def _ended(schema: str, call: Call, at_us: int) -> CallEnded:
    """The end that no node has told of."""
    return CallEnded(
        node=call.node,
        at_us=at_us,
        schema=schema,
        campaign_id=call.campaign_id,
        call_id=str(call.id),
        cause=0,
        hung_up_by="switch",
        source="sweep",
    )


def sweep_gone(schema: str, now: datetime, *, redis: Redis | None = None, patience_s: float = PATIENCE_S) -> int:
    """End the company's calls on nodes that are gone; give how many. Their operators wrap up as after any call.

    Raises redis.RedisError.
    """
    server = redis or client()
    up = nodes_up(read_statuses(redis=server))
    note_absences(up, now, redis=server)
    with schema_context(schema):
        left = Call.objects.exclude(state=CallState.ENDED).filter(created_at__lt=now - GONE_AFTER).exclude(node__in=up)
        since = {node: away_since(node, now, redis=server) for node in set(left.values_list("node", flat=True))}
        gone = [node for node, at in since.items() if now - at >= GONE_AFTER]
        calls = list(left.filter(node__in=gone).order_by("id")[:_MOST])
        if not calls or not _caught_up(server, patience_s) or held.waiting(server, [schema]):
            return 0
        events = [
            _ended(schema, call, max(_last_known_us(call), to_us(since[call.node] - NOTICED_WITHIN))) for call in calls
        ]
        _apply(server, schema, events)
    log.error("%s: %d calls ended with their node: %s", schema, len(calls), ", ".join(sorted(gone)))
    return len(calls)


def free_stranded(schema: str, now: datetime) -> int:
    """Free the company's operators who talk, by their shifts, on calls that have ended; give how many."""
    with schema_context(schema), transaction.atomic():
        talking = OperatorSession.objects.filter(
            ended_at__isnull=True,
            state__in=(OperatorState.TALKING, OperatorState.RINGING),
            call_id__isnull=False,
            state_since__lt=now - STRANDED_AFTER,
        )
        sessions = {session.call_id: session for session in talking}
        over = Call.objects.filter(
            pk__in=list(sessions), state=CallState.ENDED, ended_at__lt=now - STRANDED_AFTER
        ).values_list("pk", flat=True)
        ends = [
            WrapUpStart(sessions[pk].operator_id, pk, sessions[pk].state_since, now, wrap_up=timedelta(0))
            for pk in over
        ]
        begin_wrap_ups(ends)
    if ends:
        log.error("%s: %d operators talked on calls that had ended: freed", schema, len(ends))
    return len(ends)


def _last_known_us(call: Call) -> int:
    """When the call was last heard of: nobody pays for time in which it may have been over."""
    instants = (call.created_at, call.dialed_at, call.ringing_at, call.answered_at, call.connected_at)
    return max(to_us(instant) for instant in instants if instant)


def _apply(redis: Redis, schema: str, events: Sequence[CallEvent]) -> None:
    if events:
        applied = batch.apply(schema, load_zones()[schema], events)
        projection.write(redis, schema, applied.calls, applied.figures)


def _take_marks(redis: Redis, calls: Sequence[Call]) -> list[bool]:
    """Try to take each call's mark; say which are ours, now or since an earlier sweep."""
    with redis.pipeline(transaction=False) as pipe:
        for call in calls:
            mark = keys.dialed_mark(str(call.id))
            pipe.set(mark, _SWEPT, nx=True, ex=keys.DIALED_TTL_S)
            pipe.get(mark)
        return [owner == _SWEPT for owner in pipe.execute()[1::2]]


def _untracked(redis: Redis, calls: Sequence[Call]) -> list[Call]:
    with redis.pipeline(transaction=False) as pipe:
        for call in calls:
            pipe.hexists(keys.inflight(call.node), str(call.id))
        return [call for call, tracked in zip(calls, pipe.execute(), strict=True) if not tracked]


def _caught_up(redis: Redis, patience_s: float) -> bool:
    """Wait until every event that is on the stream now is applied; False when it isn't in time."""
    if not redis.exists(keys.EVENTS):
        return False
    stream: Any = redis.xinfo_stream(keys.EVENTS)
    last = _instant_of(stream["last-generated-id"])
    until_s = time.monotonic() + patience_s
    while not _applied(redis, last):
        if time.monotonic() >= until_s:
            return False
        time.sleep(_LOOK_EVERY_S)
    return True


def _applied(redis: Redis, last: tuple[int, int]) -> bool:
    groups: Any = redis.xinfo_groups(keys.EVENTS)
    group = next((group for group in groups if group["name"] == keys.EVENTS_GROUP), None)
    if group is None or _instant_of(group["last-delivered-id"]) < last:
        return False
    pending: Any = redis.xpending(keys.EVENTS, keys.EVENTS_GROUP)
    return not pending["pending"] or _instant_of(pending["min"]) > last


def _instant_of(entry_id: str) -> tuple[int, int]:
    """Give a stream id in the order of its stream: milliseconds, and the number within."""
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number)
