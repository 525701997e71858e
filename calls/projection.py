"""From rows to live state: what of a call, and of a day's figures, is copied to Redis."""

from __future__ import annotations

from collections.abc import Iterable

from redis import Redis

from calls import day_figures, live
from calls.choices import CallState, DialingMode, Outcome
from calls.live import CallStage, RecentAttempt
from calls.models import Call, DayFigures
from common.clock import to_us


def stage_of(call: Call) -> CallStage:
    """Say where the call stands. Launched counts from the row's birth: the command was on its way since then."""
    call_id, campaign_id = str(call.id), call.campaign_id
    if call.parent_id is not None:
        stage = None if call.state == CallState.ENDED else "outside"
        return CallStage(call_id, campaign_id, stage, to_us(call.created_at) if stage else 0)
    match call.state:
        case CallState.CREATED | CallState.DIALING:
            return CallStage(call_id, campaign_id, "launched", to_us(call.created_at))
        case CallState.RINGING if call.ringing_at:
            return CallStage(call_id, campaign_id, "ringing", to_us(call.ringing_at))
        case CallState.WAITING if call.answered_at:
            return CallStage(call_id, campaign_id, "waiting", to_us(call.answered_at))
        case CallState.TALKING if call.connected_at:
            return CallStage(call_id, campaign_id, "talking", to_us(call.connected_at))
        case _:
            return CallStage(call_id, campaign_id, None)


def attempt_of(call: Call) -> RecentAttempt | None:
    """Give the call as a recent attempt, None while nobody knows whether it will be answered, or if never dialed."""
    decided = call.answered_at or call.ended_at
    if decided is None or call.dialed_at is None or call.outcome == Outcome.NOT_DIALED:
        return None
    if call.mode != DialingMode.PREDICTIVE:
        return None  # says nothing about how many of a list's people answer, and who waits for them
    talked = call.connected_at and call.ended_at
    return RecentAttempt(
        call_id=str(call.id),
        campaign_id=call.campaign_id,
        decided_us=to_us(decided),
        answered=call.answered_at is not None,
        connected=call.outcome == Outcome.CONNECTED,
        abandoned=call.outcome == Outcome.ABANDONED,
        ring_ms=(to_us(call.answered_at) - to_us(call.dialed_at)) // 1000 if call.answered_at else 0,
        talk_ms=(to_us(call.ended_at) - to_us(call.connected_at)) // 1000 if talked else 0,  # type: ignore[arg-type]
    )


def attempts_of(calls: Iterable[Call]) -> list[RecentAttempt]:
    return [attempt for call in calls if (attempt := attempt_of(call)) is not None]


def write(redis: Redis, schema: str, calls: Iterable[Call], figures: Iterable[DayFigures]) -> None:
    """Copy the calls and figures to Redis, all at once. Raises redis.RedisError."""
    members = list(calls)
    with redis.pipeline(transaction=True) as pipe:
        live.write(pipe, schema, [stage_of(call) for call in members])
        live.remember(pipe, schema, attempts_of(members))
        for row in figures:
            live.write_figures(pipe, schema, row.campaign_id, row.day, day_figures.as_text(row))
        pipe.execute()
