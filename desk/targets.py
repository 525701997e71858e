"""Where an operator may send his customer, or whom he may ask: colleagues on shift, other campaigns, any number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain

from agents.choices import OperatorState
from agents.models import Operator, OperatorSession
from calls.models import Call
from calls.talking import Destination
from campaigns.choices import CampaignState
from campaigns.exceptions import CampaignNotRunningError
from campaigns.models import Campaign
from campaigns.outside import route_for
from common.clock import now
from common.letters import folded
from common.phone import PhoneNumber, parse_phone
from desk.exceptions import TargetBusyError, UnknownTargetError
from desk.formats import phone as shown
from telephony.queues import queue_of
from tenants.active import active_schema
from tenants.letters import holding

MOST = 30


@dataclass(frozen=True, slots=True)
class Target:
    """One destination as the desk offers it; ``target`` as the API takes it back."""

    kind: str
    target: str
    name: str
    state: str
    is_available: bool


def search(operator: Operator, text: str) -> list[Target]:
    """Give what may be meant by a part of a name, an extension, or a number; everything for an empty text."""
    text = text.replace("\x00", "").strip()
    return (_colleagues(operator, text) + _queues(text) + _outside(text))[:MOST]


def destination(operator: Operator, call: Call, kind: str, target: str) -> Destination:
    """Check a destination and give what the switch is told.

    Raises UnknownTargetError, TargetBusyError, CampaignNotRunningError (of a queue), those of
    campaigns.outside.route_for, redis.RedisError.
    """
    if kind == "operator":
        return Destination("operator", _free_colleague(operator, call, target))
    if kind == "queue":
        return Destination("queue", _queue(target))
    route = route_for(call, target, now())
    return Destination("outside", route.number, route)


def _free_colleague(operator: Operator, call: Call, extension: str) -> str:
    session = OperatorSession.objects.filter(ended_at__isnull=True, operator__extension=extension).first()
    if session is None or session.operator_id == operator.pk:
        raise UnknownTargetError
    # A colleague on another node hears nobody of this one.
    if session.state != OperatorState.FREE or session.node != call.node:
        raise TargetBusyError
    return extension


def _queue(target: str) -> str:
    if not target.isdecimal() or len(target) > 18:
        raise UnknownTargetError
    campaign = Campaign.objects.filter(pk=int(target)).first()
    if campaign is None:
        raise UnknownTargetError
    queue = queue_of(active_schema(), campaign.pk)
    if campaign.state != CampaignState.RUNNING or not queue:
        raise CampaignNotRunningError
    return queue


def _colleagues(operator: Operator, text: str) -> list[Target]:
    on_shift = OperatorSession.objects.filter(ended_at__isnull=True).exclude(operator=operator)
    rows = on_shift.order_by("operator__user__name", "pk")
    found = [
        Target("operator", extension, name, state, is_available=state == OperatorState.FREE)
        for extension, name, state in rows.values_list("operator__extension", "operator__user__name", "state")
        if not text or folded(text) in folded(name) or extension.startswith(text)
    ]
    return sorted(found, key=lambda target: not target.is_available)


def _queues(text: str) -> list[Target]:
    running = Campaign.objects.filter(state=CampaignState.RUNNING)
    campaigns = (running.filter(holding("name", text)) if text else running).order_by("name").values_list("pk", "name")
    free = _free_by_campaign()
    return [
        Target("queue", str(pk), name, str(free.get(pk, 0)), is_available=bool(free.get(pk)))
        for pk, name in campaigns[:MOST]
    ]


def _free_by_campaign() -> dict[int, int]:
    sessions = OperatorSession.objects.filter(ended_at__isnull=True, state=OperatorState.FREE).order_by()
    return Counter(chain.from_iterable(sessions.values_list("campaign_ids", flat=True)))


def _outside(text: str) -> list[Target]:
    parsed = parse_phone(text) if text else None
    if not isinstance(parsed, PhoneNumber):
        return []
    return [Target("outside", parsed.e164, shown(parsed.e164), parsed.kind.value, is_available=True)]
