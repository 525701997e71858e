"""What the switch reports within conversations: to each event whoever knows what it means.

Runs in the transaction of calls.batch, with the calls' rows locked. Everything may come twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from agents import conversing
from agents.selectors import ids_by_extension
from agents.supervising import apply_phone_events
from agents.supervision_reports import tell_taken
from calls.amd import apply_verdicts
from calls.choices import StepKind
from calls.models import Call, CallStep
from calls.recordings import apply_recordings
from calls.signals import call_arrived, operator_released
from common.clock import from_us
from telephony.bus.events import (
    AmdVerdict,
    CallArrived,
    CallConnected,
    CallHeld,
    CallResumed,
    CallTransferred,
    CommandFailed,
    ConsultChanged,
    ConversationEvent,
    ListenChanged,
    OperatorReleased,
    PhoneChanged,
    PhoneEvent,
    RecordingChanged,
)

log = logging.getLogger(__name__)

Calls = Mapping[str, Call]
"""The calls that a batch speaks of, by id."""

_WITHOUT = frozenset({"node", "at_us", "schema", "campaign_id", "call_id", "operator", "session"})
_KINDS: Mapping[type, StepKind] = {
    CallHeld: StepKind.HELD,
    CallResumed: StepKind.RESUMED,
    CallTransferred: StepKind.TRANSFER,
    ConsultChanged: StepKind.CONSULT,
    OperatorReleased: StepKind.RELEASED,
    CommandFailed: StepKind.FAILED,
}
_HOLDING = (StepKind.HELD, StepKind.RESUMED, StepKind.RELEASED, StepKind.RECONNECTED, StepKind.CONFERENCE)


def arrive(schema: str, events: Sequence[object]) -> set[str]:
    """Have rows made for calls that came in; give the ids of those that are new, which no figure counts yet.

    Before any call is locked: those rows must be there by then.
    """
    new = set()
    for event in events:
        if isinstance(event, CallArrived) and not Call.objects.filter(pk=UUID(event.call_id)).exists():
            call_arrived.send(sender=Call, schema=schema, event=event)
            new.add(event.call_id)
    return new


def take_verdicts(events: Sequence[object], calls: Calls) -> None:
    """Note answering machine detection before the calls are folded: their outcomes depend on it."""
    verdicts = [event for event in events if isinstance(event, AmdVerdict) and event.call_id in calls]
    if verdicts:
        apply_verdicts(verdicts)
        judged = Call.objects.filter(pk__in=[UUID(verdict.call_id) for verdict in verdicts])
        for call_id, status in judged.values_list("pk", "amd_status"):
            calls[str(call_id)].amd_status = status


def apply(schema: str, event: ConversationEvent | PhoneEvent, calls: Calls, open_before: Collection[str]) -> None:
    """Note one event on the shift that it is about, in the order in which the switch reported it.

    An event of a call that was over before the batch is over for its operators too.
    """
    match event:
        case PhoneChanged() | CommandFailed() if _is_operators(event):
            _apply_phone(event)
        case PhoneChanged() | ListenChanged() | CommandFailed():
            apply_phone_events([event])
        case OperatorReleased() if event.call_id in open_before:
            operator_released.send(sender=Call, schema=schema, call=calls[event.call_id], event=event)
        case CallHeld() if event.call_id in open_before:
            conversing.apply_held(event)
            tell_taken(UUID(event.call_id))
        case CallResumed() if event.call_id in open_before:
            conversing.apply_resumed(event)
            tell_taken(UUID(event.call_id))
        case ConsultChanged() if event.call_id in open_before:
            conversing.apply_consult(event)
        case _:
            pass  # steps and recordings are kept with the call (keep)


def keep(events: Sequence[object], calls: Calls) -> None:
    """Write what happened within the calls, which are folded by now, and how long their customers were on hold."""
    if recordings := [event for event in events if isinstance(event, RecordingChanged) and event.call_id in calls]:
        apply_recordings(recordings)
    if steps := _steps(events, calls):
        CallStep.objects.bulk_create(steps, ignore_conflicts=True)
    _sum_holds({step.call_id for step in steps}, calls)


def _steps(events: Sequence[object], calls: Calls) -> list[CallStep]:
    told: list[Any] = [event for event in events if getattr(event, "call_id", None) in calls]
    kinds = [(event, kind) for event in told if (kind := _kind_of(event, calls[event.call_id])) is not None]
    operators = ids_by_extension({event.operator for event, _kind in kinds}) if kinds else {}
    return [
        CallStep(
            call_id=UUID(event.call_id),
            at=from_us(event.at_us),
            kind=kind,
            operator_id=operators.get(event.operator),
            detail={name: getattr(event, name) for name in event.__slots__ if name not in _WITHOUT},
        )
        for event, kind in kinds
    ]


def _kind_of(event: object, call: Call) -> StepKind | None:
    if isinstance(event, CallConnected):
        again = call.connected_at is not None and from_us(event.at_us) > call.connected_at
        return StepKind.RECONNECTED if again else None
    if isinstance(event, ConsultChanged) and event.state == "conference":
        return StepKind.CONFERENCE
    return _KINDS.get(type(event))


def _sum_holds(changed: Collection[UUID], calls: Calls) -> None:
    """Sum up the stretches on hold of calls in which something happened, and of those that have ended."""
    wanted = {call.id: call for call in calls.values() if call.connected_at and (call.ended_at or call.id in changed)}
    held: dict[UUID, list[CallStep]] = defaultdict(list)
    for step in CallStep.objects.filter(call_id__in=list(wanted), kind__in=_HOLDING) if wanted else ():
        held[step.call_id].append(step)
    for call_id, steps in held.items():
        hold_ms = held_ms(steps, wanted[call_id].ended_at)
        if hold_ms != wanted[call_id].hold_ms:
            wanted[call_id].hold_ms = hold_ms
            Call.objects.filter(pk=call_id).update(hold_ms=hold_ms)


def held_ms(steps: Sequence[CallStep], ended_at: datetime | None) -> int:
    """Give for how long the customer was on hold, by the call's steps; a hold that runs counts once it is over."""
    total, since = timedelta(), None
    for step in sorted(steps, key=lambda step: step.at):
        if step.kind == StepKind.HELD:
            since = since or step.at
        elif since is not None:
            total, since = total + (step.at - since), None
    if since is not None and ended_at is not None:
        total += max(timedelta(), ended_at - since)
    return total // timedelta(milliseconds=1)


def held_since(call_id: UUID) -> datetime | None:
    """Since when the customer is on hold; None: he isn't."""
    last = CallStep.objects.filter(call_id=call_id, kind__in=_HOLDING).order_by("-at", "-id").first()
    return last.at if last is not None and last.kind == StepKind.HELD else None


def let_colleagues_go(ended: Sequence[Call]) -> None:
    """Free who was only consulted in calls that have ended."""
    if over := {call.id: call.ended_at for call in ended if call.ended_at and call.connected_at}:
        conversing.let_go(over)


def _is_operators(event: PhoneChanged | CommandFailed) -> bool:
    extension = event.phone if isinstance(event, PhoneChanged) else event.operator
    return bool(ids_by_extension({extension}))


def _apply_phone(event: PhoneChanged | CommandFailed) -> None:
    if isinstance(event, PhoneChanged):
        conversing.apply_phone(event)
    else:
        conversing.apply_failure(event)
