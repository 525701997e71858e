"""The calls that an operator had on one day: what the desk and the supervisor's panel both ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import BigAutoField, QuerySet, UUIDField

from calls.models import Call
from common.ids import uuid7_floor
from tenants.written import Given


def calls_of_day() -> QuerySet[Call]:
    """Give the calls of the day, for a Written that is asked with `of_day`."""
    return Call.objects.filter(
        operator_id=Given("operator", BigAutoField()),
        id__gte=Given("since", UUIDField()),
        id__lt=Given("until", UUIDField()),
    )


def of_day(operator_id: int, midnight: datetime) -> dict[str, int | UUID]:
    """Give what `calls_of_day` is asked with. With an end, the partitions of later months aren't looked at."""
    since, until = uuid7_floor(midnight), uuid7_floor(midnight + timedelta(days=2))
    return {"operator": operator_id, "since": since, "until": until}
