"""The platform at a glance, and one company's day, for global admins: what their overview shows."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django_tenants.utils import get_public_schema_name
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.clock import from_us, now
from desk.attention import Concern
from desk.platform.companies_rollup import CompanyDay
from desk.platform.company_page import CompanyPage, company_page
from desk.platform.health import ProcessHealth
from desk.platform.overview import Platform, by_state, platform
from telephony.api.serializers import NodeSerializer
from tenants.api.drawing import Serializer
from tenants.api.permissions import IsGlobalAdmin
from tenants.models import Company

STATES = {"free": "up", "wrap": "partly", "bad": "down"}


class ProcessSerializer(Serializer[ProcessHealth]):
    """``alive`` of ``known`` processes of one part."""

    part = serializers.CharField(help_text="web, beat, dial, worker, webhooks, calls or ami.")
    words = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    state = serializers.SerializerMethodField()
    seen_at = serializers.SerializerMethodField(help_text="Its newest sign of life; null: none.")
    alive = serializers.IntegerField()
    known = serializers.IntegerField()

    def get_state(self, health: ProcessHealth) -> str:
        """One of: up, partly, down."""
        return STATES[health.tone]

    def get_seen_at(self, health: ProcessHealth) -> str | None:
        return from_us(health.at_us).isoformat() if health.at_us else None


class QueueSerializer(Serializer[Any]):
    name = serializers.CharField()
    words = serializers.CharField()
    waiting = serializers.IntegerField(allow_null=True, help_text="Null: nobody knows.")
    is_much = serializers.BooleanField()


class ConcernSerializer(Serializer[Concern]):
    """What needs a look, in words."""

    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    page = serializers.CharField(source="url", allow_blank=True)


class PlatformNowSerializer(Serializer[Any]):
    """Calls a second are the average of the last five; lateness is beat's order to the decision."""

    at = serializers.DateTimeField(help_text="When it was gathered.")
    calls_per_second = serializers.FloatField()
    calls_per_second_peak = serializers.IntegerField(help_text="Today.")
    channels = serializers.IntegerField()
    channel_limit = serializers.IntegerField()
    operators = serializers.IntegerField()
    companies_on_shift = serializers.IntegerField()
    late_p50_ms = serializers.FloatField(allow_null=True)
    late_p99_ms = serializers.FloatField(allow_null=True)


class PlatformTodaySerializer(Serializer[Any]):
    """All companies' sums, each of its own day."""

    attempts = serializers.IntegerField()
    price = serializers.DecimalField(max_digits=18, decimal_places=6)
    abandon_rate = serializers.FloatField(allow_null=True, help_text="0..1 of the live answers.")
    near_limit = serializers.IntegerField(help_text="Companies whose share of abandoned calls needs a look.")


class PlatformStatusSerializer(Serializer[Any]):
    at = serializers.DateTimeField(help_text="The server's clock.")
    companies = serializers.DictField(child=serializers.IntegerField(), help_text="How many are in each state.")
    now = PlatformNowSerializer(allow_null=True, help_text="Null: nothing was gathered lately.")
    today = PlatformTodaySerializer()
    processes = ProcessSerializer(many=True)
    queues = QueueSerializer(many=True)
    nodes = NodeSerializer(many=True)
    concerns = ConcernSerializer(many=True)


class PlatformStatusView(APIView):
    permission_classes = (IsGlobalAdmin,)

    @extend_schema(operation_id="platform_status_retrieve", responses=PlatformStatusSerializer)
    def get(self, request: Request) -> Response:
        """Companies by state, what runs, and the health of every process, queue and node."""
        return Response(PlatformStatusSerializer(_told(platform(now()))).data)


def _told(seen: Platform) -> dict[str, Any]:
    live = seen.live
    names = list(live.queues) if live else []
    return {
        "at": from_us(seen.now_us),
        "companies": by_state(),
        "now": None if live is None else _now(live),
        "today": seen.companies,
        "processes": seen.processes,
        "queues": [
            {"name": name, "words": str(queue.words), "waiting": queue.waiting, "is_much": queue.is_much}
            for name, queue in zip(names, seen.queues, strict=True)
        ],
        "nodes": [row.node for row in seen.nodes],
        "concerns": seen.concerns,
    }


def _now(live: Any) -> dict[str, Any]:
    same = ("channels", "channel_limit", "operators", "companies_on_shift", "late_p50_ms", "late_p99_ms")
    told = {name: getattr(live, name) for name in same}
    return told | {
        "at": from_us(live.at_us), "calls_per_second": live.cps, "calls_per_second_peak": live.cps_peak,
    }  # fmt: skip


class CompanyDaySerializer(Serializer[CompanyDay]):
    """Its own day."""

    at = serializers.SerializerMethodField(help_text="When it was gathered.")
    attempts = serializers.IntegerField()
    answered = serializers.IntegerField()
    connected = serializers.IntegerField()
    abandoned = serializers.IntegerField()
    price = serializers.DecimalField(max_digits=18, decimal_places=6)
    campaigns_running = serializers.IntegerField(source="running")
    dead_webhooks = serializers.IntegerField(help_text="Endpoints that were stopped as nobody answered.")

    def get_at(self, day: CompanyDay) -> str:
        return from_us(day.at_us).isoformat()


class CampaignNameSerializer(Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.CharField()


class TrunkNameSerializer(Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    title = serializers.CharField(source="label")


class CompanyFiguresSerializer(Serializer[CompanyPage]):
    """A company without a schema yet has neither people nor a day."""

    day = CompanyDaySerializer(allow_null=True)
    on_shift = serializers.IntegerField(allow_null=True)
    people = serializers.DictField(child=serializers.IntegerField(), help_text="Active ones by role.")
    campaigns = CampaignNameSerializer(many=True, help_text="At work first; ten at most.")
    campaign_count = serializers.IntegerField(help_text="Those that aren't over.")
    lists = serializers.IntegerField()
    trunks = TrunkNameSerializer(many=True)
    caller_ids = serializers.IntegerField()
    numbers = serializers.IntegerField()


class CompanyFiguresView(APIView):
    permission_classes = (IsGlobalAdmin,)

    @extend_schema(operation_id="companies_figures_retrieve", responses=CompanyFiguresSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What a company does today, who works there, and by which lines."""
        companies = Company.objects.exclude(schema_name=get_public_schema_name())
        return Response(CompanyFiguresSerializer(company_page(get_object_or_404(companies, pk=pk))).data)
