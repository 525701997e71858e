"""One company's share of a batch of events, applied in one transaction.

Whatever is applied here may be applied again: rows are locked and folded, figures are kept by differences of rows.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from agents import actions as agents
from agents.selectors import ids_by_extension
from agents.switch_reports import Connection
from calls import conversation, day_figures, legs, records, slot_figures
from calls.choices import CallState
from calls.day_figures import Differences
from calls.lifecycle import CallFacts, Outcome, fold
from calls.models import Call, DayFigures
from calls.signals import calls_ended, calls_ending, calls_returned
from common.clock import from_us
from telephony.bus.events import (
    CallConnected,
    CallEvent,
    CommandFailed,
    ConversationEvent,
    OperatorEvent,
    OperatorLegDown,
    OperatorLegUp,
    PhoneEvent,
)

log = logging.getLogger(__name__)

CompanyEvent = CallEvent | ConversationEvent | OperatorEvent | PhoneEvent


@dataclass(slots=True)
class Applied:
    """What the database says after a batch: every call that an event spoke of, changed or not, and the figures of
    their campaigns and days. It is all copied to Redis, so that a crash between the two is healed by redelivery."""

    calls: list[Call] = field(default_factory=list)
    figures: list[DayFigures] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    """Ids of calls that this company doesn't have."""


@dataclass(slots=True)
class _Changes:
    changed: list[Call] = field(default_factory=list)
    ended: list[Call] = field(default_factory=list)
    returned: list[Call] = field(default_factory=list)


def apply(schema: str, zone: ZoneInfo, events: Sequence[CompanyEvent]) -> Applied:
    """Apply events of the company whose schema is active, and whose time zone is ``zone``. Its own transaction.

    Locks, in this order: calls by id, then what the receivers and operators' shifts lock.
    """
    with transaction.atomic():
        return _apply(schema, zone, events)


def _apply(schema: str, zone: ZoneInfo, events: Sequence[CompanyEvent]) -> Applied:
    arrived = conversation.arrive(schema, events)
    by_call: dict[str, list[CallEvent]] = defaultdict(list)
    for event in events:
        if isinstance(event, CallEvent):
            by_call[event.call_id].append(event)
        elif isinstance(event, ConversationEvent):
            by_call[event.call_id]  # its row is locked too
    failed = {event.call_id for event in events if isinstance(event, CommandFailed) and event.call_id}
    calls = _locked(by_call.keys() | failed)
    known = {str(call.id): call for call in calls}
    open_before = {call_id for call_id, call in known.items() if call.state != CallState.ENDED}
    conversation.take_verdicts(events, known)

    differences = Differences(zone)
    for call_id in arrived & known.keys():
        differences.add(known[call_id])
    changes = _fold_all(schema, calls, by_call, differences)
    if changes.ended:
        calls_ending.send(sender=Call, schema=schema, calls=changes.ended)
    for call in changes.changed:
        differences.add(call)
    records.save(changes.changed)
    day_figures.add(differences.result())
    slot_figures.add(differences.slots())
    _tell_agents(schema, events, known, open_before)
    conversation.keep(events, known)
    _free_operators(changes)
    # A leg outside has its price; contacts, operators and recordings are its parent's affair.
    if ended := legs.without(changes.ended):
        newly = {call.id for call in ended if str(call.id) in open_before}
        calls_ended.send(sender=Call, schema=schema, calls=ended, newly=newly)
    if returned := legs.without(changes.returned):
        calls_returned.send(sender=Call, schema=schema, calls=returned)
    touched = {(call.campaign_id, day_figures.day_of(call.dialed_at, zone)) for call in calls if call.dialed_at}
    return Applied(calls, day_figures.read(touched), unknown=set(by_call) - set(known))


def _locked(call_ids: Collection[str]) -> list[Call]:
    if not call_ids:
        return []
    ids = [UUID(call_id) for call_id in call_ids]
    return list(Call.objects.select_for_update().filter(id__in=ids).order_by("id"))


def _fold_all(
    schema: str, calls: Sequence[Call], by_call: dict[str, list[CallEvent]], differences: Differences
) -> _Changes:
    """Fold each call's events into its row, in memory; subtract from the figures what changed rows added so far."""
    folded = []
    for call in calls:
        before = records.facts_of(call)
        after = fold(before, by_call[str(call.id)])
        if after != before:
            folded.append((call, before, after))
    operator_ids = _operator_ids(schema, [(before, after) for _call, before, after in folded])
    changes = _Changes()
    for call, before, after in folded:
        differences.subtract(call)
        records.assign(call, after, operator_ids.get(after.operator))
        changes.changed.append(call)
        if before.refused_us and after.dialed:
            log.error("%s: call %s was taken as not dialed, but it was", schema, call.id)
        if after.outcome == Outcome.NOT_DIALED:
            if not before.refused_us:
                changes.returned.append(call)
        elif after.outcome is not None:
            changes.ended.append(call)
    return changes


def _operator_ids(schema: str, folded: Sequence[tuple[CallFacts, CallFacts]]) -> dict[str, int]:
    """Give the ids of the extensions that came new into calls."""
    extensions = {after.operator for before, after in folded if after.operator != before.operator}
    if not extensions:
        return {}
    found = ids_by_extension(extensions)
    for extension in extensions - set(found):
        log.error("%s: no operator has the extension %s", schema, extension)
    return found


def _free_operators(changes: _Changes) -> None:
    """Free those for whom a customer was dialed who wasn't reached, and colleagues who were only consulted."""
    unreached = {
        call.id: call.ended_at
        for call in legs.without([*changes.ended, *changes.returned])
        if call.operator_id is not None and call.connected_at is None and call.ended_at is not None
    }
    if unreached:
        agents.end_dialing(unreached)
    conversation.let_colleagues_go(legs.without(changes.ended))


def _tell_agents(schema: str, events: Sequence[CompanyEvent], known: dict[str, Call], open_before: set[str]) -> None:
    """Report legs, connections and conversations in the order of the switch, connections together where that allows.

    A call that was over before this batch is over for its operator too, who may be on another by now.
    """
    connections: dict[str, Connection] = {}

    def flush() -> None:
        if connections:
            agents.apply_connections(list(connections.values()))
            connections.clear()

    for event in events:
        match event:
            case OperatorLegUp():
                flush()
                agents.apply_leg_up(event.operator, event.session, from_us(event.at_us), node=event.node)
            case OperatorLegDown():
                flush()
                agents.apply_leg_down(
                    event.operator, event.session, from_us(event.at_us), event.reason, node=event.node
                )
            case CallConnected() if event.call_id in open_before:
                if event.operator in connections:
                    flush()
                connections[event.operator] = Connection(event.operator, UUID(event.call_id), from_us(event.at_us))
            case _ if isinstance(event, ConversationEvent | PhoneEvent):
                flush()
                conversation.apply(schema, event, known, open_before)
    flush()
