"""Legs outside: calls to numbers that an operator makes out of a conversation, by a transfer or by asking first.

Each is a Call of its own beside its customer's (``parent_id``), written before its command goes out, so that it has
its instants, its cause and its price as every call. It counts nowhere but in costs and in the channels in use: it has
no contact (0, as nobody has), spends no attempt, and is left out of what is told of ended calls (calls.signals).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from calls import live
from calls.choices import DialingMode
from calls.models import Call
from common.clock import to_us
from live.redis import client
from tenants.active import active_schema

LIFETIME = timedelta(seconds=15)
"""A leg whose command hasn't been begun by then never is: its operator's earlier commands are done before it."""
NOBODY = 0
"""No contact, phone or list."""


@dataclass(frozen=True, slots=True)
class Route:
    """A number outside with the line to it. ``number`` E.164, ``kind`` its destination class (PhoneKind)."""

    number: str
    kind: str
    trunk: str
    caller_id: str


def add_leg(parent: Call, route: Route, *, operator_id: int, now: datetime) -> Call:
    """Write the row of a leg of the active company. Within a transaction, with which its command is to go out."""
    leg = Call(
        parent_id=parent.pk,
        campaign_id=parent.campaign_id,
        contact_list_id=NOBODY,
        contact_id=NOBODY,
        phone_id=NOBODY,
        number=route.number,
        kind=route.kind,
        node=parent.node,
        trunk=route.trunk,
        caller_id=route.caller_id,
        mode=DialingMode.TRANSFER,
        attempt=0,
        operator_id=operator_id,
        created_at=now,
        deadline_at=now + LIFETIME,
    )
    leg.save(force_insert=True)
    schema, since_us = active_schema(), to_us(now)
    transaction.on_commit(lambda: live.add_leg(client(), schema, leg.campaign_id, str(leg.pk), since_us))
    return leg


def without(calls: Iterable[Call]) -> list[Call]:
    """Give the customers' calls among them."""
    return [call for call in calls if call.parent_id is None]


def customers(calls: QuerySet[Call]) -> QuerySet[Call]:
    """As `without`, of a query."""
    return calls.filter(parent_id__isnull=True)


def legs_of(call: Call) -> QuerySet[Call]:
    """The legs outside that were made in a call, in their order."""
    return Call.objects.filter(parent_id=call.pk).order_by("id")
