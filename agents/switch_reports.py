"""What the switch reports of operators, taken into their shifts; called by the consumer of calls in its transaction.

Every function may be repeated and may come late: a report about an ended shift, or about what is already known,
changes nothing (but refreshes the live state).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from agents.choices import EndReason, OperatorState, PhonePresence
from agents.models import OperatorSession, StateInterval
from agents.moves import Move, end_sessions, locked_sessions, login_command, record, shift_of
from agents.states import call_ended, connected, dial_over, leg_lost, leg_up, wrap_up_over
from common.clock import now as clock_now
from telephony.bus.commands import ControlCommand, HangUpCall, LogOutOperator
from telephony.commands import send_control, send_controls
from tenants.active import active_schema

log = logging.getLogger(__name__)


STAYS_UP = timedelta(seconds=5)
"""A leg lost sooner than this after it came up, twice in a row, isn't opened again."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A customer and an operator (his extension) talk since ``at``."""

    extension: str
    call_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class WrapUpStart:
    """A connected call that has ended. ``wrap_up`` None: until the operator ends it; zero: none."""

    operator_id: int
    call_id: UUID
    connected_at: datetime
    ended_at: datetime
    wrap_up: timedelta | None


def apply_leg_up(extension: str, session_id: str, at: datetime, *, node: str = "") -> None:
    """The standing leg is up: the operator is free, or in the pause he asked for. ``node`` "": the shift's."""
    session = _reported(extension, session_id, node)
    if session is None:
        _hang_up_orphan(extension, session_id)
        return
    record([Move(session, leg_up(shift_of(session)), at)])


def apply_leg_down(extension: str, session_id: str, at: datetime, reason: str, *, node: str = "") -> None:
    """The standing leg is gone. (That of a node which the shift has left, agents.moving, is nobody's.)

    Lost: it is opened again, and the shift connects anew, unless it never lasts (it would go on for ever). Once it may:
    a switch that restarts takes with it who has just come.
    Failed, or ended by somebody else than us: the shift is over.
    """
    session = _reported(extension, session_id, node)
    if session is None or at < session.started_at:
        return
    if reason == "lost" and session.state == OperatorState.CONNECTING:
        record([Move(session, shift_of(session), at)])  # known, or the switch side is opening it already
    elif reason == "lost" and (session.phone == PhonePresence.LOST or not _never_lasts(session, at)):
        commands = _left_alone(session)
        record([Move(session, leg_lost(shift_of(session)), at)])
        commands.append((session.node, login_command(session)))
        transaction.on_commit(lambda: send_controls(commands))
    else:
        end_reason = EndReason.LEG_FAILED if reason == "failed" else EndReason.LEG_LOST
        log.warning("%s: shift %s of %s ended: %s", active_schema(), session.pk, extension, end_reason)
        end_sessions([session], end_reason, at)


def _left_alone(session: OperatorSession) -> list[tuple[str, ControlCommand]]:
    """Give the command that ends what is dialed for him alone: nobody would be there to talk."""
    if session.state != OperatorState.RINGING or session.call_id is None:
        return []
    return [(session.node, HangUpCall(str(session.call_id), active_schema(), reason="no_operator"))]


def apply_connections(connections: Sequence[Connection]) -> None:
    """Customers talk with these operators, none of whom is named twice; those without an open shift are passed over.

    In one set: at full load connections are the most frequent thing that happens to operators.
    """
    by_extension = {connection.extension: connection for connection in connections}
    sessions = list(locked_sessions(operator__extension__in=list(by_extension)))
    known = StateInterval.objects.filter(
        session__in=sessions, call_id__in=[one.call_id for one in connections], state=OperatorState.TALKING
    )
    last: dict[tuple[int, UUID | None], datetime] = {}
    for session_id, call_id, started_at in known.order_by("id").values_list("session_id", "call_id", "started_at"):
        last[session_id, call_id] = started_at
    moves, consulted = [], []
    for session in sessions:
        connection, before = by_extension[session.operator.extension], shift_of(session)
        talked_since = last.get((session.pk, connection.call_id))
        # Not after the talk with this customer began: the same report again. After it: he has come back.
        repeated = talked_since is not None and connection.at <= talked_since
        if connection.at < session.started_at or repeated:
            moves.append(Move(session, before, connection.at))
            continue
        after = connected(before, connection.call_id, again=talked_since is not None)
        moves.append(Move(session, after, connection.at))
        if after == before and session.consult is not None and session.consult["kind"] == "asked":
            consulted.append(session.pk)  # asked by a colleague until now, the customer is his from here on
    record(moves)
    if consulted:
        OperatorSession.objects.filter(pk__in=consulted).update(consult=None, held_since=None)


def begin_wrap_ups(ends: Sequence[WrapUpStart]) -> None:
    """Connected calls have ended: their operators wrap up, or are free at once where the campaign has no wrap-up."""
    if not ends:
        return
    by_operator = {end.operator_id: end for end in sorted(ends, key=lambda end: end.ended_at)}
    moves = []
    for session in locked_sessions(operator_id__in=list(by_operator)):
        end, shift = by_operator[session.operator_id], shift_of(session)
        missed_connection = shift.call_id is None
        if missed_connection and (
            end.connected_at < session.started_at  # that was an earlier shift's
            or session.state_since > end.ended_at
            or not _never_had(session, end.call_id)
        ):
            continue  # he has moved on since
        until = end.ended_at + end.wrap_up if end.wrap_up is not None else None
        after = call_ended(shift, end.call_id, until=until, wraps_up=end.wrap_up != timedelta(0))
        moves.append(Move(session, after, end.ended_at))
    record(moves)


def end_due_wrap_ups(now: datetime | None = None) -> int:
    """End all wrap-ups of the active schema whose time is over, in one set; give how many. Its own transaction.

    Sessions that somebody else is writing are left for the next second.
    """
    at = now or clock_now()
    with transaction.atomic():
        due = (
            OperatorSession.objects.filter(ended_at__isnull=True, state=OperatorState.WRAP_UP, wrap_up_until__lte=at)
            .select_related("operator__user")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("pk")
        )
        moves = [Move(session, wrap_up_over(shift_of(session)), at) for session in due]
        if moves:
            record(moves)
    return len(moves)


def end_dialing(ends: Mapping[UUID, datetime]) -> None:
    """Calls that were dialed for one operator each, by id, have ended without a conversation: he is free again."""
    sessions = locked_sessions(state=OperatorState.RINGING, call_id__in=list(ends))
    moves = []
    for session in sessions:
        assert session.call_id is not None
        moves.append(Move(session, dial_over(shift_of(session), session.call_id), ends[session.call_id]))
    if moves:
        record(moves)


def _never_had(session: OperatorSession, call_id: UUID) -> bool:
    return not session.intervals.filter(call_id=call_id, state=OperatorState.TALKING).exists()


def _reported(extension: str, session_id: str, node: str) -> OperatorSession | None:
    if not session_id.isdecimal():
        return None
    session = locked_sessions(pk=int(session_id), operator__extension=extension).first()
    return session if session is None or node in ("", session.node) else None


def _never_lasts(session: OperatorSession, at: datetime) -> bool:
    """Whether the leg that is gone now, and the one before it, had only just come up."""
    stretches = session.intervals.filter(state=OperatorState.CONNECTING, ended_at__isnull=False).order_by("-pk")[:2]
    lost_at = [at, *(stretch.started_at for stretch in stretches)]
    lasted = [lost - stretch.ended_at for lost, stretch in zip(lost_at, stretches, strict=False) if stretch.ended_at]
    return len(lasted) == 2 and all(span < STAYS_UP for span in lasted)


def _hang_up_orphan(extension: str, session_id: str) -> None:
    """A leg came up for a shift that has ended meanwhile: have it hung up."""
    ended = OperatorSession.objects.filter(operator__extension=extension, ended_at__isnull=False)
    session = ended.filter(pk=int(session_id)).first() if session_id.isdecimal() else None
    if session is not None:
        log_out = LogOutOperator(schema=active_schema(), operator=extension, session=session_id)
        node = session.node
        transaction.on_commit(lambda: send_control(node, log_out))
