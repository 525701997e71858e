"""What a company has on the switches now: its phones and its campaigns' queues, and nothing of anybody else's."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from redis.exceptions import RedisError

from telephony.bus.parts import NodeParts, PhoneState
from telephony.parts import read_parts
from telephony.queues import allotted

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CampaignQueue:
    """One campaign's queue, summed over the nodes."""

    campaign_id: int
    waiting: int
    talking: int
    members: int
    free: int


@dataclass(frozen=True, slots=True)
class OwnParts:
    phones: list[PhoneState]
    queues: list[CampaignQueue]


def own_parts(schema: str) -> OwnParts:
    """Read it. Never fails: without Redis there is nothing to tell."""
    try:
        parts = list(read_parts().values())
    except RedisError as error:
        log.warning("The nodes' parts can't be read: %s", error)
        parts = []
    phones = [phone for part in parts for phone in part.phones if phone.schema == schema]
    return OwnParts(sorted(phones, key=lambda phone: phone.phone), _queues(schema, parts))


def _queues(schema: str, parts: Iterable[NodeParts]) -> list[CampaignQueue]:
    mine = {queue: campaign_id for campaign_id, queue in allotted().get(schema, {}).items()}
    sums: dict[int, list[int]] = {}
    for part in parts:
        for queue in part.queues:
            if (campaign_id := mine.get(queue.name)) is not None:
                counted = sums.setdefault(campaign_id, [0, 0, 0, 0])
                for index, count in enumerate((queue.waiting, queue.talking, queue.members, queue.free)):
                    counted[index] += count
    return [CampaignQueue(campaign_id, *counted) for campaign_id, counted in sorted(sums.items())]
