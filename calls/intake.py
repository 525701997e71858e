"""From the entries of the events stream to events that are fit to be applied. What isn't is told apart with its reason.

The stream's types are checked here and not where it is decoded: a wrong type in one entry must not spoil a batch.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from common.clock import to_us
from telephony.bus import codec
from telephony.bus.events import EVENT_TYPES, CallEvent, CommandFailed, ConversationEvent, SwitchEvent

_EARLIEST_US = to_us(datetime(2020, 1, 1, tzinfo=UTC))
_LATEST_US = to_us(datetime(2200, 1, 1, tzinfo=UTC))
_MAX_CAUSE = 32_767
_FIELD_TYPES = {kind: typing.get_type_hints(kind) for kind in EVENT_TYPES.values()}
_CALL_EVENTS = (*typing.get_args(CallEvent), *typing.get_args(ConversationEvent))
# What a row can hold; longer values come from no switch that we know.
_MAX_LENGTHS = {"tech_cause": 20, "source": 8, "reason": 16}
_WHO = frozenset({"customer", "operator", "dialer", "switch", ""})


@dataclass(frozen=True, slots=True)
class Entry:
    """One readable entry: its stream id and its event, with the call id in canonical form."""

    id: str
    event: SwitchEvent


@dataclass(frozen=True, slots=True)
class DeadEntry:
    """One entry that can't be applied, and why."""

    id: str
    reason: str


def sort_out(entries: Iterable[tuple[str, Mapping[str, str] | None]]) -> tuple[list[Entry], list[DeadEntry]]:
    """Decode and check entries of the stream. One trimmed away while it was pending has no fields: nothing to do."""
    alive, dead = [], []
    for entry_id, fields in entries:
        if not fields:
            continue
        try:
            alive.append(Entry(entry_id, _checked(codec.decode(fields, EVENT_TYPES))))
        except ValueError as error:
            dead.append(DeadEntry(entry_id, str(error)))
    return alive, dead


def _checked(event: SwitchEvent) -> SwitchEvent:
    for name, kind in _FIELD_TYPES[type(event)].items():
        value = getattr(event, name)
        if type(value) is not kind:
            raise ValueError(f"{type(event).__name__}.{name} is {value!r}, not {kind.__name__}")
        if kind is str:
            _check_text(name, value)
        elif name.endswith("_us") and not _plausible(name, value):
            raise ValueError(f"{type(event).__name__}.{name} is {value}, no instant")
    if isinstance(event, _CALL_EVENTS):
        return _checked_call(event)
    if isinstance(event, CommandFailed) and event.call_id:
        return replace(event, call_id=str(UUID(event.call_id)))
    return event


def _check_text(name: str, value: str) -> None:
    if "\x00" in value:
        raise ValueError(f"NUL in {name}")
    if len(value) > _MAX_LENGTHS.get(name, 500):
        raise ValueError(f"{name} is too long: {value[:40]!r}…")


def _plausible(name: str, at_us: int) -> bool:
    return _EARLIEST_US <= at_us < _LATEST_US or (at_us == 0 and name != "at_us")


def _checked_call(event: CallEvent | ConversationEvent) -> CallEvent | ConversationEvent:
    call_id = str(UUID(event.call_id))
    cause = getattr(event, "cause", 0)
    if isinstance(cause, int) and not 0 <= cause <= _MAX_CAUSE:  # a verdict's cause is text
        raise ValueError(f"cause {cause}")
    if (who := getattr(event, "hung_up_by", "")) not in _WHO:
        raise ValueError(f"hung_up_by {who!r}")
    return event if call_id == event.call_id else replace(event, call_id=call_id)
