"""The state of the system, as far as the one who asks may know."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsCompanyPerson
from accounts.models import User
from agents import live as agents_live
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from common.clock import now
from live.redis import client
from telephony.selectors import switch_state
from tenants.active import active_schema
from tenants.api.drawing import Serializer
from tenants.selectors import entered_company


class StatusSerializer(Serializer[Any]):
    """Whether calls can be made, and what is at work."""

    at = serializers.DateTimeField(help_text="The server's clock.")
    version = serializers.CharField(help_text="Of the API.")
    company = serializers.CharField(help_text="Slug.")
    timezone = serializers.CharField()
    switch = serializers.ChoiceField(choices=["up", "limited", "away", "unknown"])
    campaigns_running = serializers.IntegerField()
    operators_on_shift = serializers.IntegerField()


class StatusView(APIView):
    scope_family = "status"
    permission_classes = (IsCompanyPerson,)

    @extend_schema(responses=StatusSerializer)
    def get(self, request: Request) -> Response:
        """Server time, switch, campaigns at work and operators on shift. 503 while a part of the platform is away."""
        assert isinstance(request.user, User)
        schema = active_schema()
        company = entered_company(schema)
        body = {
            "at": now(),
            "version": "1",
            "company": company.slug,
            "timezone": company.timezone,
            "switch": switch_state().state,
            "campaigns_running": Campaign.objects.filter(state=CampaignState.RUNNING).count(),
            "operators_on_shift": len(agents_live.read(client(), [schema])[schema]),
        }
        return Response(StatusSerializer(body).data)
