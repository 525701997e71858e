"""What a tick sees: everything about a shard's campaigns, read from Redis in two round trips. No database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from redis import Redis

from agents import live as agents_live
from agents.live import OperatorLive
from agents.states import State
from calls import live as calls_live
from calls.live import CampaignLive
from campaigns import pacing, sight
from campaigns.lines import Lines
from campaigns.running import Entry
from common.clock import to_us
from live import signs
from telephony import lineup
from telephony.nodes import parse_statuses, status_keys
from telephony.parts import parse_parts, parts_keys

_S = 1_000_000


@dataclass(frozen=True, slots=True)
class CompanyView:
    """A company's operators at work, and how long wrap-ups took lately (count, sum of seconds)."""

    operators: Sequence[OperatorLive]
    wrap_ups: int
    wrap_up_s: float


@dataclass(frozen=True, slots=True)
class View:
    """The present, as Redis has it. ``calls`` and ``today`` by entry key, ``companies`` by schema."""

    lines: Lines
    calls: Mapping[str, CampaignLive]
    today: Mapping[str, tuple[int, int]]
    """Connected and abandoned since midnight in the company's zone."""
    companies: Mapping[str, CompanyView]
    desks_away: bool
    """No web process is there for operators' pages (campaigns.sight)."""


def observe(redis: Redis, entries: Sequence[Entry], now: datetime) -> View:
    """Read all of it. Raises redis.RedisError."""
    schemas = sorted({entry.schema for entry in entries})
    open_calls = calls_live.read(redis, [(entry.schema, entry.campaign_id) for entry in entries])
    with redis.pipeline(transaction=False) as pipe:
        pipe.mget(status_keys())
        pipe.mget(parts_keys())
        pipe.get(lineup.LINEUP)
        signs.queue_read(pipe)
        agents_live.queue_read(pipe, schemas)
        for schema in schemas:
            pipe.lrange(agents_live.wrap_up_lengths_key(schema), 0, 49)
        for entry in entries:
            day = now.astimezone(ZoneInfo(entry.timezone)).date()
            pipe.hmget(calls_live.figures_key(entry.schema, entry.campaign_id, day), ["connected", "abandoned"])
        replies: list[Any] = pipe.execute()
    statuses, parts, offered, signed, *replies = replies
    operators, lengths = replies[: len(schemas)], replies[len(schemas) : 2 * len(schemas)]
    figures = replies[2 * len(schemas) :]
    return View(
        lines=Lines(parse_statuses(statuses), parse_parts(parts), lineup.read(offered), to_us(now)),
        calls=dict(zip((entry.key for entry in entries), open_calls, strict=True)),
        today={
            entry.key: (int(connected or 0), int(abandoned or 0))
            for entry, (connected, abandoned) in zip(entries, figures, strict=True)
        },
        companies={
            schema: CompanyView(agents_live.parse_read(hvals), len(wraps), sum(map(int, wraps)) / 1000)
            for schema, hvals, wraps in zip(schemas, operators, lengths, strict=True)
        },
        desks_away=sight.are_desks_away(signs.parse_read(signed), to_us(now)),
    )


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign's snapshot for pacing, and how many of its operators are at work on each node that takes calls.

    ``cut_off``: operators at work there are, but all on nodes that take none: customers couldn't meet them.
    """

    snapshot: pacing.Snapshot
    nodes: list[tuple[str, float]]
    cut_off: bool


def campaign_view(entry: Entry, view: View, running: set[int], now_us: int) -> CampaignView:
    """Describe one campaign. ``running``: ids of the company's running campaigns, among which operators are shared."""
    company, calls = view.companies[entry.schema], view.calls[entry.key]
    at_work: defaultdict[str, list[tuple[OperatorLive, float]]] = defaultdict(list)
    nodes: Counter[str] = Counter()
    away = 0
    for operator in company.operators:
        if entry.campaign_id in operator.campaigns:
            if not view.lines.takes_calls(operator.node):
                away += 1
                continue
            share = 1 / max(1, len(running.intersection(operator.campaigns)))
            at_work[operator.state].append((operator, share))
            nodes[operator.node] += 1
    connected, abandoned = view.today[entry.key]
    recent = calls.recent
    snapshot = pacing.Snapshot(
        free=sum(share for _, share in at_work[State.FREE]),
        talking=_working(at_work[State.TALKING], now_us),
        wrapping_up=_working(at_work[State.WRAP_UP], now_us),
        ringing_s=[max(0.0, (now_us - since) / _S) for since in (*calls.launched, *calls.ringing)],
        waiting=len(calls.waiting),
        open_channels=calls.open,
        desks_away=view.desks_away,
        history=pacing.History(
            attempts=recent.attempts,
            answered=recent.answered,
            ring_s=recent.ring_ms / 1000,
            talks=recent.connected,
            talk_s=recent.talk_ms / 1000,
            wrap_ups=company.wrap_ups,
            wrap_up_s=company.wrap_up_s,
            connected_today=connected,
            abandoned_today=abandoned,
        ),
        rules=pacing.Rules(
            target_abandon_rate=entry.target_abandon_rate,
            max_lines_per_operator=entry.max_lines_per_operator,
            max_channels=entry.max_channels,
            wrap_up_s=entry.wrap_up_s,
        ),
    )
    weights = [(node, float(count)) for node, count in nodes.most_common()]
    return CampaignView(snapshot, weights, cut_off=away > 0 and not nodes)


def _working(operators: Sequence[tuple[OperatorLive, float]], now_us: int) -> list[pacing.Working]:
    """Those who will take calls again: who has asked for a pause won't."""
    return [
        pacing.Working(
            elapsed_s=max(0.0, (now_us - operator.since_us) / _S),
            left_s=(operator.until_us - now_us) / _S if operator.until_us is not None else None,
            share=share,
        )
        for operator, share in operators
        if not operator.pause_asked
    ]
