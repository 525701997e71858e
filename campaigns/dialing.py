"""One second of dialing for one shard of companies: look, decide, allot lines, claim, launch, say.

Whatever dies in the middle is healed by the next tick, or by calls.sweep (see claim.py and launch.py); the shard's
lock then runs out by itself.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import Error as DatabaseError
from django.db import connection
from django_tenants.utils import schema_context
from redis import Redis

from agents import live as agents_live
from agents.healing import end_due
from agents.live import wrap_ups_key
from campaigns import budget, callback_dialing, callback_keys, dry, pacing, said, sight, ticks
from campaigns.browser_events import PacingSaid
from campaigns.drain import finish_drained
from campaigns.launch import launch
from campaigns.lines import Allotment, Order, assign
from campaigns.observe import CampaignView, View, campaign_view, observe
from campaigns.pacing import Decision, Limit
from campaigns.reserve import reserve_starts
from campaigns.running import Entry
from campaigns.running import read as read_running
from common.clock import from_us, now, to_us
from live.redis import client
from telephony.commands import unrepeating_client

log = logging.getLogger(__name__)

LOCK_MS = 4_000
BUDGET_US = 2_500_000
"""A tick that takes longer stops launching: its lock must not run out under it."""

_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(slots=True)
class _Plan:
    """A campaign's decision, the nodes that its operators are on, and the lines that its calls get."""

    entry: Entry
    decision: Decision
    nodes: list[tuple[str, float]]
    lines: list[Allotment] = field(default_factory=list)


def dial(shard: int, *, sent_us: int = 0) -> ticks.Tick | None:
    """Do one tick of a shard; None when another is still at it. Raises redis.RedisError."""
    redis, token = client(), uuid.uuid4().hex
    started_us = to_us(now())
    if not redis.set(f"dial:lock:{shard}", token, nx=True, px=LOCK_MS):
        log.warning("shard %d: the tick before this one is still at work", shard)
        return None
    try:
        _end_wrap_ups(redis, shard, started_us)
        entries = read_running(shard, redis=redis)
        _keep_promises(redis, shard, started_us)
        plans = decide_all(redis, entries, started_us) if entries else []
        decided_us = to_us(now())
        launched = _launch_all(plans, started_us, lambda: to_us(now()) - started_us < BUDGET_US)
        _say(redis, plans, started_us)
        finish_drained(redis, [entry for entry in entries if entry.state == "stopping"])
        tick = ticks.Tick(shard, sent_us, started_us, decided_us, to_us(now()), len(entries), launched)
        ticks.note(redis, tick)
        return tick
    finally:
        redis.eval(_UNLOCK, 1, f"dial:lock:{shard}", token)


def decide_all(redis: Redis, entries: Sequence[Entry], now_us: int) -> list[_Plan]:
    """Decide for every running campaign, within all limits. Reads Redis only. Raises redis.RedisError."""
    view = observe(redis, entries, from_us(now_us))
    blind = sight.is_blind(redis, now_us)
    dry_keys = dry.dry_among(redis, [entry for entry in entries if entry.dials_ahead])
    by_company: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_company[entry.schema].append(entry)
    plans: list[_Plan] = []
    for company_entries in by_company.values():
        plans += _decide_company(company_entries, view, now_us, blind=blind, dry_keys=dry_keys)
    _reserve(redis, plans, now_us)
    _allot(redis, plans, view)
    return plans


def _decide_company(
    entries: Sequence[Entry], view: View, now_us: int, *, blind: bool, dry_keys: set[str]
) -> list[_Plan]:
    running = [entry for entry in entries if entry.dials_ahead]
    running_ids = {entry.campaign_id for entry in running}
    plans = []
    for entry in running:
        seen = campaign_view(entry, view, running_ids, now_us)
        decision = pacing.decide(seen.snapshot)
        if obstacle := _obstacle(entry, decision, view, seen, blind=blind, dry=entry.key in dry_keys):
            decision = budget.forbid(decision, obstacle)
        plans.append(_Plan(entry, decision, seen.nodes))
    open_channels = sum(view.calls[entry.key].open for entry in entries)
    _cut(plans, entries[0].company_max_channels - open_channels, entries[0].company_max_cps)
    return plans


def _obstacle(
    entry: Entry, decision: Decision, view: View, seen: CampaignView, *, blind: bool, dry: bool
) -> Limit | None:
    """What forbids launching at all."""
    if blind:
        return Limit.BLIND
    if not view.lines.nodes() or seen.cut_off:
        return Limit.NO_NODE
    if not decision.launch:
        return None
    if not any(view.lines.trunks(entry.schema, node) for node, _ in seen.nodes):
        return Limit.NO_TRUNK
    return Limit.NO_CONTACTS if dry else None


def _cut(plans: Sequence[_Plan], channels: int, cps: int) -> None:
    """Hold a company's plans within what it may carry."""
    limits = budget.CompanyBudget(channels=channels, cps=cps)
    for plan, decision in zip(plans, budget.apply([plan.decision for plan in plans], limits), strict=True):
        plan.decision = decision


def _reserve(redis: Redis, plans: Sequence[_Plan], now_us: int) -> None:
    """Reserve the companies' starts; what a tick just before has taken is cut off."""
    wanting = [plan for plan in plans if plan.decision.launch]
    wanted = [(plan.entry.schema, plan.decision.launch, plan.entry.company_max_cps) for plan in wanting]
    for plan, granted in zip(wanting, reserve_starts(redis, wanted, now_us // 1_000_000), strict=True):
        plan.decision = budget.cut(plan.decision, granted, Limit.CPS)


def _allot(redis: Redis, plans: Sequence[_Plan], view: View) -> None:
    """Give the calls their nodes and trunks; what these carry no more is cut off."""
    wanting = [plan for plan in plans if plan.decision.launch]
    orders = [Order(plan.entry.schema, plan.decision.launch, plan.nodes) for plan in wanting]
    assign(redis, view.lines, orders)
    for plan, order in zip(wanting, orders, strict=True):
        plan.lines = order.allotments
        limit = Limit.TRUNKS if order.refused == "trunks" else Limit.NODE
        plan.decision = budget.cut(plan.decision, order.allotted, limit)


def _launch_all(plans: Sequence[_Plan], now_us: int, in_time: Callable[[], bool]) -> int:
    """Launch what was decided; a company whose database fails doesn't hold up the others."""
    launched = 0
    for plan in plans:
        if not plan.decision.launch:
            continue
        if not in_time():
            log.warning("%s: out of time, not launching %d", plan.entry.key, plan.decision.launch)
            continue
        try:
            done = launch(plan.entry, plan.lines, now=from_us(now_us), redis=unrepeating_client())
        except DatabaseError:
            log.exception("%s: could not claim", plan.entry.key)
            connection.close()
            continue
        if done < plan.decision.launch:
            plan.decision = budget.cut(plan.decision, done, Limit.NO_CONTACTS)
        launched += done
    return launched


def _say(redis: Redis, plans: Sequence[_Plan], now_us: int) -> None:
    words: defaultdict[str, list[PacingSaid]] = defaultdict(list)
    for plan in plans:
        words[plan.entry.schema].append(said.said(plan.entry.campaign_id, plan.decision, now_us))
    if words:
        said.tell(redis, words)


def _keep_promises(redis: Redis, shard: int, now_us: int) -> None:
    """Dial operators' own callbacks that are due. Before anything else: they are busy then."""
    due = callback_keys.due(shard, now_us, redis=redis)
    if due and not sight.is_blind(redis, now_us):
        operators = agents_live.read(redis, sorted({one.schema for one in due}))
        callback_dialing.dial_due(due, operators, from_us(now_us))


def _end_wrap_ups(redis: Redis, shard: int, now_us: int) -> None:
    """End the wrap-ups, and shifts without a browser, that are over, by company; Redis says which have any."""
    due = redis.zrangebyscore(wrap_ups_key(shard), "-inf", now_us)
    schemas: Mapping[str, list[str]] = _by_schema(due)  # type: ignore[arg-type]
    for schema, members in schemas.items():
        try:
            with schema_context(schema):
                if not end_due(from_us(now_us)):
                    redis.zrem(wrap_ups_key(shard), *members)  # nobody's: left over from a shift that has ended
        except DatabaseError:
            log.exception("%s: could not end wrap-ups", schema)
            connection.close()


def _by_schema(members: Sequence[str]) -> dict[str, list[str]]:
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for member in members:
        grouped[member.partition(":")[0]].append(member)
    return grouped
