"""A list as its table shows it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class ListRow(NamedTuple):
    """``import_id`` and ``import_state`` (an ImportState) are those of the latest file; ``by``: who made the list."""

    pk: int
    name: str
    contact_count: int
    created_at: datetime
    import_id: int | None
    import_state: str | None
    campaign: int | None
    campaign_name: str | None
    by: str | None
