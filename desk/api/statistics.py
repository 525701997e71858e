"""Figures of a period, added up from what is kept (calls.report), and of this moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsSupervisor
from agents import live as agents_live
from calls import report
from calls.report import Only, Totals
from campaigns import figures
from campaigns.models import Campaign
from common.clock import now
from desk.report_rows import names_of
from desk.snapshots import SHOWN_STATES
from live.redis import client
from telephony.selectors import switch_state
from tenants.active import active_schema
from tenants.api.drawing import Serializer
from tenants.selectors import entered_company

LONGEST_DAYS = 366
GROUPS = ("total", "day", "hour", "campaign", "list", "operator", "disposition")


class PeriodSerializer(Serializer[Any]):
    """The query. Days are the company's; both are included."""

    since = serializers.DateField(required=False, help_text="First day; today where it is left out.")
    until = serializers.DateField(required=False, help_text="Last day; today where it is left out.")
    by = serializers.ChoiceField(choices=GROUPS, default="total", help_text="What to add up by.")
    campaign = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    contact_list = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    operator = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        today: date = self.context["today"]
        first, last = attrs.setdefault("since", today), attrs.setdefault("until", today)
        if first > last:
            raise serializers.ValidationError({"until": [_("Before the first day.")]})
        if last - first > timedelta(days=LONGEST_DAYS):
            raise serializers.ValidationError({"until": [_("At most %(most)s days at once.") % {"most": LONGEST_DAYS}]})
        return attrs


class TotalsSerializer(Serializer[Totals]):
    """Counts, milliseconds, seconds billed, BRL; rates are decimal strings 0..1, null without anything to share."""

    attempts = serializers.IntegerField()
    answered = serializers.IntegerField()
    connected = serializers.IntegerField()
    abandoned = serializers.IntegerField()
    busy = serializers.IntegerField()
    no_answer = serializers.IntegerField()
    invalid = serializers.IntegerField()
    machine = serializers.IntegerField()
    failed = serializers.IntegerField()
    ended = serializers.IntegerField()
    successes = serializers.IntegerField(help_text="Talks whose disposition counts as a success now.")
    talk_ms = serializers.IntegerField()
    billed_s = serializers.IntegerField()
    price = serializers.DecimalField(max_digits=18, decimal_places=6)
    incoming = serializers.IntegerField(help_text="Calls that came in; nothing above counts them.")
    incoming_taken = serializers.IntegerField()
    incoming_missed = serializers.IntegerField(help_text="They ended before anybody took them.")
    incoming_talk_ms = serializers.IntegerField()
    answer_rate = serializers.DecimalField(max_digits=7, decimal_places=6, allow_null=True)
    abandon_rate = serializers.DecimalField(max_digits=7, decimal_places=6, allow_null=True)


class GroupSerializer(Serializer[Any]):
    """``key``: an id, a day, an hour 0 to 23, or ``total``; ``name`` where it has one."""

    key = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    figures = TotalsSerializer()


class StatisticsSerializer(Serializer[Any]):
    since = serializers.DateField()
    until = serializers.DateField()
    by = serializers.ChoiceField(choices=GROUPS)
    groups = GroupSerializer(many=True)


class StatisticsView(APIView):
    """Figures by period."""

    scope_family = "statistics"
    permission_classes = (IsSupervisor,)

    @extend_schema(parameters=[PeriodSerializer], responses=StatisticsSerializer)
    def get(self, request: Request) -> Response:
        """Add up what was dialed, answered, talked and billed in a stretch of days."""
        period, zone = asked_period(request)
        return Response(StatisticsSerializer({**period, "groups": groups(period, zone)}).data)


class LiveCampaignSerializer(Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.CharField()
    ringing = serializers.IntegerField(help_text="On their way to an answer.")
    waiting = serializers.IntegerField()
    talking = serializers.IntegerField()
    attempts = serializers.IntegerField(help_text="Today, as all that follows.")
    answered = serializers.IntegerField()
    connected = serializers.IntegerField()
    abandoned = serializers.IntegerField()
    price = serializers.DecimalField(max_digits=18, decimal_places=6)


class LiveOperatorSerializer(Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.CharField()
    since_us = serializers.IntegerField(help_text="Microseconds since the epoch.")
    call_id = serializers.UUIDField(allow_null=True)


class LiveSerializer(Serializer[Any]):
    at = serializers.DateTimeField()
    switch = serializers.ChoiceField(choices=["up", "limited", "away", "unknown"])
    campaigns = LiveCampaignSerializer(many=True)
    operators = LiveOperatorSerializer(many=True)


class LiveStatisticsView(APIView):
    """Figures of this moment."""

    scope_family = "statistics"
    permission_classes = (IsSupervisor,)

    @extend_schema(responses=LiveSerializer)
    def get(self, request: Request) -> Response:
        """Campaigns at work and operators on shift as they are now, and today's counts."""
        schema, at = active_schema(), now()
        today = at.astimezone(ZoneInfo(entered_company(schema).timezone)).date()
        campaigns = list(Campaign.objects.filter(state__in=SHOWN_STATES).order_by("name"))
        body = {
            "at": at,
            "switch": switch_state().state,
            "campaigns": [_live(item) for item in figures.read_now(schema, campaigns, today)],
            "operators": [
                {
                    "id": one.id,
                    "name": one.name,
                    "state": one.state,
                    "since_us": one.since_us,
                    "call_id": one.call_id or None,
                }
                for one in agents_live.read(client(), [schema])[schema]
            ],
        }
        return Response(LiveSerializer(body).data)


def _live(item: figures.CampaignNow) -> dict[str, Any]:
    assert item.live is not None  # read_now raises without Redis
    day = item.day
    return {
        "id": item.campaign.pk,
        "name": item.campaign.name,
        "state": item.campaign.state,
        "ringing": item.ringing,
        "waiting": len(item.live.waiting),
        "talking": len(item.live.talking),
        "attempts": day.attempts,
        "answered": day.answered,
        "connected": day.connected,
        "abandoned": day.abandoned,
        "price": day.price,
    }


def asked_period(request: Request) -> tuple[dict[str, Any], ZoneInfo]:
    """Give what the query asks for, and the company's zone. Raises ValidationError."""
    zone = ZoneInfo(entered_company(active_schema()).timezone)
    asked = PeriodSerializer(data=request.query_params.dict(), context={"today": now().astimezone(zone).date()})
    asked.is_valid(raise_exception=True)
    return asked.validated_data, zone


def groups(period: dict[str, Any], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Give ``key``, ``name`` and ``figures`` (Totals) of each group, in the keys' order."""
    stretch = report.days(period["since"], period["until"], zone)
    only = Only(
        campaigns=[period["campaign"]] if "campaign" in period else (),
        lists=[period["contact_list"]] if "contact_list" in period else (),
        operators=[period["operator"]] if "operator" in period else (),
    )
    found: dict[Any, Totals]
    match period["by"]:
        case "total":
            found = {"total": report.total(stretch, only)}
        case "day":
            found = report.by_day(stretch, zone, only)
        case "hour":
            found = report.by_hour(stretch, zone, only)
        case "campaign":
            found = report.by_campaign(stretch, only)
        case "list":
            found = report.by_list(stretch, only)
        case "operator":
            found = report.by_operator(stretch, only)
        case _:
            found = report.by_disposition(stretch, only)
    names = names_of(period["by"], list(found))
    return [{"key": str(key), "name": names.get(key, ""), "figures": found[key]} for key in sorted(found)]
