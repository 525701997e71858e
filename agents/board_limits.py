"""From when on the wallboard calls for somebody: kept for the company, changed by its supervisors and masters."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from django.db import transaction
from redis.exceptions import RedisError

from accounts.audit import record as audit
from accounts.models import User
from agents.browser_events import BoardLimitsChanged
from agents.exceptions import BoardLimitRefusedError
from agents.models import BoardLimits
from agents.supervising import check_supervising
from live.publish import publish
from tenants.active import active_schema
from tenants.written import Written

logger = logging.getLogger(__name__)

RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "waiting_s": (1, 120),
        "talk_minutes": (1, 240),
        "wrap_up_s": (5, 3600),
        "nobody_free_s": (5, 3600),
        "near_percent": (10, 100),
    }
)
"""Field → least and most."""
_ONLY = 1
_KEPT = Written(lambda: BoardLimits.objects.filter(pk=_ONLY).values_list(*RANGES))


def board_limits() -> BoardLimitsChanged:
    """Give the active company's limits, as browsers get them."""
    kept = _KEPT.first() or [getattr(BoardLimits(), name) for name in RANGES]
    return BoardLimitsChanged(**dict(zip(RANGES, kept, strict=True)))


def do_change_board_limits(*, acting_user: User | None, **limits: int) -> BoardLimitsChanged:
    """Change some of the limits or all; every wallboard of the company follows at once.

    Raises NotAllowedError, BoardLimitRefusedError.
    """
    check_supervising(acting_user)
    for name, value in limits.items():
        least, most = RANGES[name]
        if not least <= value <= most:
            raise BoardLimitRefusedError(field=name, least=least, most=most)
    with transaction.atomic():
        BoardLimits.objects.get_or_create(pk=_ONLY)
        kept = BoardLimits.objects.select_for_update().get(pk=_ONLY)
        changes = {name: [getattr(kept, name), value] for name, value in limits.items() if getattr(kept, name) != value}
        if changes:
            for name, (_before, value) in changes.items():
                setattr(kept, name, value)
            kept.save(update_fields=list(changes))
            audit("board_limits.changed", kept, acting_user=acting_user, changes=changes)
            transaction.on_commit(partial(_tell, active_schema(), board_limits()))
    return board_limits()


def _tell(schema: str, limits: BoardLimitsChanged) -> None:
    try:
        publish(schema, [limits])
    except RedisError as error:  # the next snapshot has them
        logger.warning("%s: wallboards could not be told of their limits: %s", schema, error)
