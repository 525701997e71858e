"""The only writer of shifts' states: any number of them in three statements, then the news after the commit.

Callers hold the row locks of the sessions (`locked_sessions`), inside a transaction of the company's schema.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from agents import assignments, live, phones
from agents.browser_events import OperatorChanged, OperatorGone
from agents.choices import EndReason, OperatorState
from agents.models import OperatorSession, PauseReason
from agents.states import Shift, State
from live.publish import publish
from telephony.bus.commands import ControlCommand, LogInOperator, LogOutOperator, SetOperatorFree
from telephony.commands import send_controls
from telephony.naming import operator_endpoint
from telephony.queues import queues_of
from tenants.active import active_schema

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Move:
    """What a locked session becomes, and when that happened."""

    session: OperatorSession
    after: Shift
    at: datetime


def locked_sessions(**filters: object) -> QuerySet[OperatorSession]:
    """Open sessions, locked in the order of their keys, with operator and person."""
    return (
        OperatorSession.objects.filter(ended_at__isnull=True, **filters)
        .select_related("operator__user")
        .select_for_update(of=("self",))
        .order_by("pk")
    )


def shift_of(session: OperatorSession) -> Shift:
    return Shift(
        state=State(session.state),
        call_id=session.call_id,
        wrap_up_until=session.wrap_up_until,
        pause_asked=session.pause_asked,
        pause_reason_id=session.pause_reason_id,
    )


def login_command(session: OperatorSession) -> LogInOperator:
    """Give the command that opens the standing leg of a shift, in its campaigns' queues with his present penalties.

    Raises redis.RedisError.
    """
    schema, extension = active_schema(), session.operator.extension
    return LogInOperator(
        schema=schema,
        operator=extension,
        session=str(session.pk),
        endpoint=operator_endpoint(extension),
        queues=wished_queues([session])[session.pk],
        free=shift_of(session).may_take_calls,
        secret=phones.secret_for(schema, session),
        name=session.operator.user.name,
    )


def wished_queues(sessions: Collection[OperatorSession]) -> dict[int, dict[str, int]]:
    """Give the queues that each shift (by its id) should be in, with its penalty there."""
    penalties = assignments.penalties([session.operator_id for session in sessions])
    queues = queues_of(active_schema(), {pk for session in sessions for pk in session.campaign_ids})
    return {
        session.pk: {
            queues[pk]: penalties.get((session.operator_id, pk), 0) for pk in session.campaign_ids if pk in queues
        }
        for session in sessions
    }


def record(moves: Sequence[Move]) -> None:
    """Write the moves, tell the switch whom to offer calls, and everybody who watches.

    A move that changes nothing still refreshes the live state: it may be a repetition after a crash between commit
    and Redis. Instants of a shift never run backwards, whatever the clocks of switch and product say.
    """
    changed = [move for move in moves if move.after != shift_of(move.session)]
    turned = [move for move in changed if _is_other_stretch(shift_of(move.session), move.after)]
    commands = _switch_commands(changed)
    wrap_ups_ms = _wrap_up_lengths(turned)
    starts = {move.session.pk: max(move.at, move.session.state_since + _TICK) for move in turned}
    for move in changed:
        _assign(move.session, move.after, starts.get(move.session.pk))
    _save_sessions([move.session for move in changed])
    _save_intervals([move.session for move in turned])
    _tell_on_commit([move.session for move in moves], commands, wrap_ups_ms)


def end_sessions(sessions: Sequence[OperatorSession], reason: EndReason, at: datetime) -> None:
    """Close locked sessions, have their legs hung up and the node's wish for them forgotten."""
    schema = active_schema()
    for session in sessions:
        session.ended_at = max(at, session.state_since)
        session.end_reason = reason
        session.save(update_fields=["ended_at", "end_reason"])
        session.intervals.filter(ended_at__isnull=True).update(ended_at=session.ended_at)
    commands: list[tuple[str, ControlCommand]] = [
        (s.node, LogOutOperator(schema=schema, operator=s.operator.extension, session=str(s.pk))) for s in sessions
    ]
    ended = [(session.operator_id, session.pk) for session in sessions]
    gone = [OperatorGone(id=session.operator_id, user_id=session.operator.user_id) for session in sessions]

    def tell() -> None:
        send_controls(commands)
        phones.forget(schema, [session_id for _operator_id, session_id in ended])
        live.remove(schema, ended)
        publish(schema, gone)

    transaction.on_commit(tell)


def tell_changed(sessions: Sequence[OperatorSession], commands: Sequence[tuple[str, ControlCommand]]) -> None:
    """Announce new shifts after the commit, and send the switch what opens them there."""
    _tell_on_commit(sessions, commands, ())


def describe(sessions: Iterable[OperatorSession]) -> list[live.OperatorLive]:
    """Give the live entries of open sessions of the active schema (with operator and person loaded)."""
    sessions = list(sessions)
    wanted = {session.pause_reason_id for session in sessions if session.pause_reason_id is not None}
    codes = dict(PauseReason.objects.filter(pk__in=wanted).values_list("pk", "code")) if wanted else {}
    return [live.entry_of(session, codes) for session in sessions]


def event_of(entry: live.OperatorLive) -> OperatorChanged:
    return OperatorChanged(
        id=entry.id,
        user_id=entry.user_id,
        name=entry.name,
        extension=entry.extension,
        state=entry.state,
        since_us=entry.since_us,
        until_us=entry.until_us,
        campaigns=entry.campaigns,
        call_id=entry.call_id,
        pause=entry.pause,
        pause_asked=entry.pause_asked,
        phone=entry.phone,
        held_since_us=entry.held_since_us,
        started_us=entry.started_us,
    )


def _tell_on_commit(
    sessions: Sequence[OperatorSession],
    commands: Sequence[tuple[str, ControlCommand]],
    wrap_ups_ms: Sequence[int],
) -> None:
    schema, entries = active_schema(), describe(sessions)

    def tell() -> None:
        if commands:
            send_controls(commands)
        live.write(schema, entries)
        live.note_wrap_ups(schema, wrap_ups_ms)
        publish(schema, [event_of(entry) for entry in entries])

    transaction.on_commit(tell)


def _is_other_stretch(before: Shift, after: Shift) -> bool:
    """Whether a new interval begins: another state, another call, or another reason of a running pause."""
    pause_changed = after.state == State.PAUSED and before.pause_reason_id != after.pause_reason_id
    return before.state != after.state or before.call_id != after.call_id or pause_changed


def _switch_commands(moves: Sequence[Move]) -> list[tuple[str, ControlCommand]]:
    """Free or occupied, for those whose readiness for calls changes.

    Not at a connection: there the dialplan has occupied him already, and the node remembers him as occupied. A lost
    command to free him thus shows as a difference between node and shift, and is repaired (agents.healing).
    """
    return [
        (
            move.session.node,
            SetOperatorFree(
                schema=active_schema(),
                operator=move.session.operator.extension,
                session=str(move.session.pk),
                free=move.after.may_take_calls,
                reason="" if move.after.may_take_calls else move.after.state.value,
            ),
        )
        for move in moves
        if move.after.may_take_calls != shift_of(move.session).may_take_calls and move.after.state != State.TALKING
    ]


def _wrap_up_lengths(moves: Sequence[Move]) -> list[int]:
    return [
        max(0, (move.at - move.session.state_since) // timedelta(milliseconds=1))
        for move in moves
        if move.session.state == OperatorState.WRAP_UP and move.after.state in {State.FREE, State.PAUSED}
    ]


def _assign(session: OperatorSession, after: Shift, since: datetime | None) -> None:
    session.state = after.state.value
    session.call_id = after.call_id
    session.wrap_up_until = after.wrap_up_until
    session.pause_asked = after.pause_asked
    session.pause_reason_id = after.pause_reason_id
    if since is not None:
        session.state_since = since
        session.held_since, session.consult = None, None  # both belong to the conversation that was


def _save_sessions(sessions: Sequence[OperatorSession]) -> None:
    if not sessions:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE agents_operatorsession AS s
            SET state = u.state, state_since = u.since, call_id = u.call_id, wrap_up_until = u.until,
                pause_asked = u.asked, pause_reason_id = u.reason,
                held_since = CASE WHEN s.state_since = u.since THEN s.held_since END,
                consult = CASE WHEN s.state_since = u.since THEN s.consult END
            FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::uuid[], %s::timestamptz[], %s::bool[],
                        %s::bigint[]) AS u(id, state, since, call_id, until, asked, reason)
            WHERE s.id = u.id
            """,
            [
                [session.pk for session in sessions],
                [session.state for session in sessions],
                [session.state_since for session in sessions],
                [session.call_id for session in sessions],
                [session.wrap_up_until for session in sessions],
                [session.pause_asked for session in sessions],
                [session.pause_reason_id for session in sessions],
            ],
        )


def _save_intervals(sessions: Sequence[OperatorSession]) -> None:
    if not sessions:
        return
    ids = [session.pk for session in sessions]
    since = [session.state_since for session in sessions]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE agents_stateinterval AS i SET ended_at = u.at
            FROM unnest(%s::bigint[], %s::timestamptz[]) AS u(id, at)
            WHERE i.session_id = u.id AND i.ended_at IS NULL
            """,
            [ids, since],
        )
        cursor.execute(
            """
            INSERT INTO agents_stateinterval (session_id, operator_id, state, pause_reason_id, call_id, started_at)
            SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::uuid[], %s::timestamptz[])
            """,
            [
                ids,
                [session.operator_id for session in sessions],
                [session.state for session in sessions],
                [session.pause_reason_id if session.state == OperatorState.PAUSED else None for session in sessions],
                [session.call_id for session in sessions],
                since,
            ],
        )
