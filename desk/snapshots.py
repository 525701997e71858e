"""What live pages begin with: the wallboard's, one person's, the platform's. Registered in desk.apps."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation

from agents import live as agents_live
from agents.board_limits import board_limits
from agents.models import Operator, PauseReason
from agents.rest_board import dues
from agents.supervision_state import states
from campaigns import figures, said
from campaigns.browser_events import PacingSaid
from campaigns.choices import CampaignState
from campaigns.figures import CampaignNow
from campaigns.models import Campaign
from common.clock import now, to_us
from desk import supervision
from desk.board_sparks import board_sparks
from desk.switch import switch_words
from live.redis import client
from live.topics import Viewer
from tenants.selectors import entered_company

SHOWN_STATES = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.STOPPING)
_OPERATOR_FIELDS = (
    "id",
    "user_id",
    "name",
    "extension",
    "state",
    "since_us",
    "until_us",
    "campaigns",
    "call_id",
    "pause",
    "pause_asked",
    "phone",
    "held_since_us",
    "started_us",
)


def wallboard(schema: str, viewer: Viewer) -> dict[str, Any]:
    """Campaigns at work, operators on shift, pause reasons and the switch; web/src/wallboard/state.ts reads it.

    Runs with the schema active. Raises redis.RedisError: a wallboard without live state would be a lie.
    """
    campaigns = list(Campaign.objects.filter(state__in=SHOWN_STATES).order_by("name"))
    operators = agents_live.read(client(), [schema])[schema]
    words = said.read(client(), schema)
    at = now()
    return {
        "switch": _switch(viewer),
        "day": {"date": _today(schema).isoformat(), "until_us": to_us(_midnight(schema) + timedelta(days=1))},
        "limits": board_limits().payload(),
        "sparks": board_sparks([campaign.pk for campaign in campaigns], at),
        "campaigns": [
            _campaign(item, words.get(item.campaign.pk)) for item in figures.read_now(schema, campaigns, _today(schema))
        ],
        "operators": [_operator(operator) for operator in operators],
        "pauses": list(PauseReason.objects.values("code", "name", "limit_minutes", "is_mandatory")),
        "talks": supervision.talks([UUID(one.call_id) for one in operators if one.call_id]),
        "supervising": [state.payload() for state in states()],
        "dues": _dues(schema, [operator.id for operator in operators]),
    }


def person(schema: str, viewer: Viewer) -> dict[str, Any]:
    """A person's own page: the switch, and his own shift as it stands, None without one. Raises redis.RedisError."""
    operator_id = Operator.objects.filter(user_id=viewer.user_id).values_list("pk", flat=True).first()
    shifts = agents_live.read(client(), [schema])[schema]
    own = next((_operator(shift) for shift in shifts if shift.id == operator_id), None)
    return {"switch": _switch(viewer), "shift": own}


def platform(_schema: str, viewer: Viewer) -> dict[str, Any]:
    return {"switch": _switch(viewer)}


def logs(_schema: str, viewer: Viewer) -> dict[str, Any]:
    """Lines come by events; what was before, the page fetches with its filters."""
    return {"switch": _switch(viewer)}


def _dues(schema: str, operator_ids: list[int]) -> list[dict[str, Any]]:
    """What operators are owed by NR-17, and from when on."""
    at = now()
    return [
        {"operator": operator_id, "code": due.code, "at_us": to_us(due.at)}
        for operator_id, owed in dues(operator_ids, _midnight(schema), at).items()
        for due in owed
    ]


def _midnight(schema: str) -> datetime:
    """When the company's day began."""
    return datetime.combine(_today(schema), time.min, tzinfo=ZoneInfo(entered_company(schema).timezone))


def _today(schema: str) -> date:
    return now().astimezone(ZoneInfo(entered_company(schema).timezone)).date()


def _switch(viewer: Viewer) -> dict[str, Any]:
    with translation.override(viewer.language):
        return dataclasses.asdict(switch_words())


def _operator(operator: agents_live.OperatorLive) -> dict[str, Any]:
    return {name: getattr(operator, name) for name in _OPERATOR_FIELDS}


def _campaign(item: CampaignNow, word: PacingSaid | None) -> dict[str, Any]:
    live, day = item.live, item.day
    assert live is not None
    return {
        "id": item.campaign.pk,
        "name": item.campaign.name,
        "state": item.campaign.state,
        "target_abandon_rate": float(item.campaign.target_abandon_rate),
        "launched": len(live.launched),
        "ringing": len(live.ringing),
        "waiting": len(live.waiting),
        "talking": len(live.talking),
        "waiting_since_us": live.waiting[0] if live.waiting else None,
        "attempts": day.attempts,
        "answered": day.answered,
        "connected": day.connected,
        "abandoned": day.abandoned,
        "busy": day.busy,
        "no_answer": day.no_answer,
        "invalid": day.invalid,
        "machine": day.machine,
        "failed": day.failed,
        "ended": day.ended,
        "talk_ms": day.talk_ms,
        "price": str(day.price),
        "pacing": word.payload() if word else None,
    }
