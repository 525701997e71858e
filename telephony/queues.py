"""The switches' queues: a fixed pool ``q0001``… in queues.conf, so that a campaign gets its queue without a reload.

One slot belongs to one campaign over the whole platform. A freed slot rests behind all that were never used or freed
before it: it takes long until another company gets it. Every function works whatever schema is active: the table
lies in the public schema alone, which is in every company's search path.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from common.clock import now
from telephony.exceptions import QueuesExhaustedError
from telephony.models import QueueSlot


def queue_of(schema: str, campaign_id: int) -> str:
    """Give the name of a campaign's queue; "" where it has none (never started, or stopped long ago)."""
    return queues_of(schema, [campaign_id]).get(campaign_id, "")


def queues_of(schema: str, campaign_ids: Collection[int]) -> dict[int, str]:
    """Give the queues of campaigns by their ids; those without one are missing."""
    if not campaign_ids:
        return {}
    slots = QueueSlot.objects.filter(schema=schema, campaign_id__in=list(campaign_ids))
    return {slot.campaign_id: slot.name for slot in slots if slot.campaign_id is not None}


def allot(schema: str, campaign_id: int) -> str:
    """Give the campaign its queue, a free one where it has none yet. Raises QueuesExhaustedError.

    Holds the pool's lock until the transaction ends: two campaigns at once get two queues.
    """
    with transaction.atomic():
        _lock_pool()
        mine = QueueSlot.objects.filter(schema=schema, campaign_id=campaign_id).first()
        if mine is None:
            number = _free_number()
            mine = QueueSlot(number=number, schema=schema, campaign_id=campaign_id, changed_at=now())
            mine.save()
        return mine.name


def free(schema: str, campaign_ids: Iterable[int]) -> int:
    """Give back the queues of campaigns that need none any more; give how many.

    The caller has made sure that no operator is in them (campaigns.upkeep).
    """
    with transaction.atomic():
        _lock_pool()
        slots = QueueSlot.objects.filter(schema=schema, campaign_id__in=list(campaign_ids)).exclude(schema="")
        return slots.update(schema="", campaign_id=None, changed_at=now())


def allotted() -> dict[str, dict[int, str]]:
    """Give every campaign that has a queue: schema → campaign id → queue."""
    found: dict[str, dict[int, str]] = {}
    for slot in QueueSlot.objects.exclude(schema=""):
        if slot.campaign_id is not None:
            found.setdefault(slot.schema, {})[slot.campaign_id] = slot.name
    return found


def _free_number() -> int:
    size: int = settings.SWITCH_QUEUES
    highest = QueueSlot.objects.aggregate(highest=Max("number"))["highest"] or 0
    if highest < size:
        return highest + 1
    rested = QueueSlot.objects.filter(schema="", number__lte=size).order_by("changed_at", "number").first()
    if rested is None:
        raise QueuesExhaustedError(size=size)
    return rested.number


def _lock_pool() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('telephony.queues'))")
