"""A callback as the table of callbacks shows it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class ReadCallback(NamedTuple):
    """What the table reads of a callback."""

    pk: int
    due_at: datetime
    state: str
    note: str
    contact_id: int
    contact__name: str
    phone__e164: str | None
    campaign_id: int
    campaign__name: str
    operator__user__name: str | None
