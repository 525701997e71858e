"""What agents tell the apps above. Receivers run inside the transaction that writes the shifts.

``supervised``: sent with ``schema`` and ``steps`` (list of SupervisionStep): supervisors heard calls or took them over.
Calls keeps it with them. Seeing a step again changes nothing but its detail.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.dispatch import Signal

supervised = Signal()


@dataclass(frozen=True, slots=True)
class SupervisionStep:
    """``kind``: listen | taken_over. ``detail``: mode, supervisor (his name), user_id; seconds once it is over."""

    call_id: UUID
    at: datetime
    kind: str
    operator_id: int
    detail: dict[str, object] = field(default_factory=dict)
