"""From a decision to commands: claim, commit, then one Redis transaction with the live state and the originates.

Never repeated: when the answer of the transaction is lost, it may have been done. Calls whose command never came into
the stream are given back by calls.sweep, after the deadline that their command would have had.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django_tenants.utils import schema_context
from redis import Redis

from calls import live as calls_live
from calls.models import Call
from campaigns import dry
from campaigns.call_variables import call_variables
from campaigns.claim import claim_contacts
from campaigns.lines import Allotment, next_turn
from campaigns.models import Campaign
from campaigns.running import Entry
from common.clock import to_us
from telephony.bus.commands import Originate
from telephony.commands import send_dial

log = logging.getLogger(__name__)


def launch(entry: Entry, lines: Sequence[Allotment], *, now: datetime, redis: Redis) -> int:
    """Launch up to as many calls of a campaign as its lines carry; give how many.

    ``redis`` must not repeat commands (telephony.commands.unrepeating_client).
    Raises redis.RedisError, django.db.Error.
    """
    turn = next_turn(redis, entry.schema, entry.campaign_id, sum(line.count for line in lines))
    with schema_context(entry.schema):
        claim = claim_contacts(entry.campaign_id, lines, turn=turn, now=now)
        if claim.short:
            dry.mark(redis, entry.schema, entry.campaign_id)
        if not claim.calls or claim.campaign is None:
            return 0
        variables = {call.pk: call_variables(claim.campaign, call) for call in claim.calls}
    send(entry, claim.calls, claim.campaign, variables, redis=redis)
    return len(claim.calls)


def send(
    entry: Entry, calls: Sequence[Call], campaign: Campaign, variables: Mapping[UUID, dict[str, str]], *, redis: Redis
) -> None:
    """Put committed calls on their nodes' streams, and into the live state, in one step."""
    by_node: defaultdict[str, list[Originate]] = defaultdict(list)
    for call in calls:
        by_node[call.node].append(_originate(entry.schema, call, campaign, variables[call.pk]))
    with redis.pipeline(transaction=True) as pipe:
        calls_live.add_launched(
            pipe, entry.schema, entry.campaign_id, [(str(call.id), to_us(call.created_at)) for call in calls]
        )
        for node, commands in by_node.items():
            send_dial(pipe, node, commands)
        pipe.execute()


def _originate(schema: str, call: Call, campaign: Campaign, variables: dict[str, str]) -> Originate:
    return Originate(
        call_id=str(call.id),
        schema=schema,
        campaign_id=call.campaign_id,
        number=call.number,
        trunk=call.trunk,
        caller_id=call.caller_id,
        queue=campaign.queue,
        ring_timeout_s=campaign.ring_timeout_s,
        issued_us=to_us(call.created_at),
        deadline_us=to_us(call.deadline_at),
        variables=variables,
    )
