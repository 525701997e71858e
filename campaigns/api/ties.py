"""One operator's campaigns; a campaign's own operators are at ``campaigns/{id}/operators/``."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsMaster
from accounts.models import User
from agents.models import Operator
from campaigns.ties import campaigns_of, do_set_campaigns_of
from tenants.api.drawing import Serializer

MOST_KEY = 2**63 - 1


class TiesSerializer(Serializer[Any]):
    campaigns = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_KEY),
        max_length=1000,
        help_text="Ids of campaigns, those that are over left out.",
    )


class PersonCampaignsView(APIView):
    scope_family = "campaigns"
    permission_classes = (IsMaster,)

    @extend_schema(operation_id="people_campaigns_retrieve", responses=TiesSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The campaigns that an operator is tied to."""
        return self._answer(self._operator(pk))

    @extend_schema(operation_id="people_campaigns_update", request=TiesSerializer, responses=TiesSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """Tie an operator to exactly these; his penalties stay."""
        given = TiesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        assert isinstance(request.user, User)
        operator = self._operator(pk)
        do_set_campaigns_of(operator, given.validated_data["campaigns"], acting_user=request.user)
        return self._answer(operator)

    @staticmethod
    def _operator(person_id: int) -> Operator:
        return get_object_or_404(Operator, user_id=person_id, user__role="operator")

    @staticmethod
    def _answer(operator: Operator) -> Response:
        return Response({"campaigns": sorted(campaigns_of(operator))})
