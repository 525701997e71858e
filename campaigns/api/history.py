"""What was changed of one campaign, by whom: what its page shows to its supervisors too."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsSupervisor
from accounts.api.serializers import AuditEntrySerializer
from accounts.models import AuditEntry
from campaigns.models import Campaign
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList


class HistoryPages(CursorPagination):
    ordering = "-id"


class CampaignHistoryView(DrawnList, GenericViewSet[AuditEntry]):
    scope_family = "campaigns"
    permission_classes = (IsSupervisor,)
    serializer_class = AuditEntrySerializer
    pagination_class = HistoryPages
    queryset = AuditEntry.objects.none()

    def get_queryset(self) -> QuerySet[AuditEntry]:
        if getattr(self, "swagger_fake_view", False):
            return AuditEntry.objects.none()
        campaign = get_object_or_404(Campaign, pk=self.kwargs["pk"])
        return AuditEntry.objects.filter(target_type="campaigns.campaign", target_id=str(campaign.pk))

    @extend_schema(operation_id="campaigns_history_list")
    def list(self, request: Request, pk: int) -> Response:
        """Starts, stops and changes of a campaign, each with before and after, newest first."""
        return super().list(request)
