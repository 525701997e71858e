"""How wrong answering machine detection is in one campaign, with how far that can be known (calls.amd_error)."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsSupervisor
from calls.amd_counts import count_answers
from calls.amd_error import AmdError, Estimate, Share, measure
from campaigns.models import Campaign
from tenants.api.drawing import Serializer


class ShareSerializer(Serializer[Share]):
    """``hits`` of ``n``, 0..1, and between which bounds the true share lies (95 %)."""

    hits = serializers.IntegerField()
    n = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField()
    high = serializers.FloatField()


class EstimateSerializer(Serializer[Estimate]):
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class AmdErrorSerializer(Serializer[AmdError]):
    machines = ShareSerializer(help_text="What detection calls machines.")
    missed = ShareSerializer(help_text="Machines among what it let pass.")
    real_machines = ShareSerializer(help_text="Machines, by the control sample.")
    lost_people = EstimateSerializer(allow_null=True, help_text="Of all people who answered: taken for machines.")
    is_enough = serializers.BooleanField(help_text="Whether the samples are large enough to act upon.")


class DetectionSerializer(Serializer[Any]):
    answers = serializers.IntegerField(help_text="Answered calls among the campaign's newest 20,000.")
    since = serializers.DateTimeField(allow_null=True, help_text="When the oldest of them was made.")
    error = AmdErrorSerializer()


class DetectionView(APIView):
    scope_family = "campaigns"
    permission_classes = (IsSupervisor,)

    @extend_schema(operation_id="campaigns_detection_retrieve", responses=DetectionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How often detection errs, from what operators said of the calls they got."""
        campaign = get_object_or_404(Campaign, pk=pk)
        counted = count_answers(campaign.pk)
        body = {"answers": counted.answers, "since": counted.since, "error": measure(counted.counts)}
        return Response(DetectionSerializer(body).data)
