"""Campaigns and the switch's queues: taken at the first start, given back long after the last (telephony.queues)."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from redis import Redis

from agents.following import follow_queue
from agents.models import OperatorSession
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from common.clock import now as clock_now
from live.redis import client
from telephony import queues
from telephony.bus import keys
from telephony.exceptions import QueuesExhaustedError
from tenants.active import active_schema
from tenants.rounds import for_each
from tenants.selectors import active_schemas
from tenants.shards import shard_of

log = logging.getLogger(__name__)

RESTS_AFTER = timedelta(days=14)
"""A campaign stopped for this long gives its queue back; its next start takes another."""


def take_queue(campaign: Campaign) -> str:
    """Give a locked campaign its queue; shifts that are open on it enter it at once. Raises QueuesExhaustedError."""
    queue = queues.allot(active_schema(), campaign.pk)
    if campaign.queue != queue:
        campaign.queue = queue
        campaign.save(update_fields=["queue"])
        follow_queue(campaign.pk)
    return queue


def keep_queues(shard: int) -> None:
    """Bring a shard's companies and the pool into line; one whose database fails stops no other.

    Raises redis.RedisError.
    """
    schemas = [schema for schema in active_schemas() if shard_of(schema) == shard]
    for_each(schemas, lambda _schema: keep_company_queues(clock_now(), client()))


def keep_company_queues(now: datetime, redis: Redis) -> None:
    """In the active company: campaigns that are driven have a queue, those long over have none."""
    for campaign in Campaign.objects.filter(
        state__in=[CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.STOPPING], queue=""
    ):
        with transaction.atomic():
            try:
                take_queue(Campaign.objects.select_for_update().get(pk=campaign.pk))
            except QueuesExhaustedError as error:
                log.error("%s: campaign %s: %s", active_schema(), campaign.pk, error)  # noqa: TRY400
    give_back(now, redis)


def give_back(now: datetime, redis: Redis) -> int:
    """Free the queues of campaigns that are long over or gone, where nobody is in them; give how many."""
    schema = active_schema()
    mine = queues.allotted().get(schema, {})
    kept = Campaign.objects.filter(pk__in=mine).exclude(state=CampaignState.STOPPED, state_since__lt=now - RESTS_AFTER)
    over = mine.keys() - set(kept.values_list("pk", flat=True))
    if not over:
        return 0
    over -= _worked_on(over)
    named = _named_by_nodes(redis)
    freed = [pk for pk in over if mine[pk] not in named]
    with transaction.atomic():
        Campaign.objects.filter(pk__in=freed).update(queue="")
        count = queues.free(schema, freed)
    if count:
        log.info("%s: gave back %s", schema, ", ".join(sorted(mine[pk] for pk in freed)))
    return count


def _worked_on(campaign_ids: Collection[int]) -> set[int]:
    """Those that an open shift names: their operators may be in the queue."""
    shifts = OperatorSession.objects.filter(ended_at__isnull=True, campaign_ids__overlap=list(campaign_ids))
    return {pk for named in shifts.values_list("campaign_ids", flat=True) for pk in named}


def _named_by_nodes(redis: Redis) -> set[str]:
    """Queues that a node still puts somebody into, by its own notes."""
    named: set[str] = set()
    for node in settings.TELEPHONY_NODES:
        texts: Any = redis.hvals(keys.operators(node))
        for text in texts:
            named |= set(json.loads(text).get("queues", {}))
    return named
