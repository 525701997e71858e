"""Keeping SlotFigures: differences of calls added by ten minutes, campaign, list, operator and disposition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection

from calls import past_figures
from calls.figures import SLOT_FIGURES, Contribution

if TYPE_CHECKING:
    from calls.models import Call

SLOT = timedelta(minutes=10)

Key = tuple[datetime, int, int, int, int]
"""Slot, campaign id, list id, operator id or 0, disposition id or 0."""

_KEY = ("at", "campaign_id", "contact_list_id", "operator_id", "disposition_id")
_KEY_TYPES = ("timestamptz", "bigint", "bigint", "bigint", "bigint")
_FIGURE_TYPES = tuple("numeric" if name == "price" else "bigint" for name in SLOT_FIGURES)
# Inserted in the key's order, so that two writers lock in the same one.
_ADD = f"""
INSERT INTO calls_slotfigures AS kept ({", ".join(_KEY + SLOT_FIGURES)})
SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for kind in _KEY_TYPES + _FIGURE_TYPES)})
ORDER BY 1, 2, 3, 4, 5
ON CONFLICT ({", ".join(_KEY)}) DO UPDATE
SET {", ".join(f"{name} = kept.{name} + excluded.{name}" for name in SLOT_FIGURES)}
"""  # noqa: S608


def slot_of(instant: datetime) -> datetime:
    """Give the beginning of the ten minutes that an instant lies in."""
    return instant.replace(minute=instant.minute - instant.minute % 10, second=0, microsecond=0)


def key_of(call: Call) -> Key:
    """Where a call counts, dialed or come in."""
    assert call.dialed_at is not None
    slot = slot_of(call.dialed_at)
    return (slot, call.campaign_id, call.contact_list_id, call.operator_id or 0, call.disposition_id or 0)


def add(differences: Mapping[Key, Contribution]) -> None:
    """Add differences to the active schema's figures, in the caller's transaction, which holds the calls' rows."""
    if not differences:
        return
    keys = sorted(differences)
    columns = [[key[at] for key in keys] for at in range(len(_KEY))]
    columns += [[getattr(differences[key], name) for key in keys] for name in SLOT_FIGURES]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, columns)
    past_figures.doubt(key[0] for key in keys)
