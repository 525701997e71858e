"""All recordings of a company, what went wrong with them, and how long they are kept."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster, IsSupervisor
from accounts.models import User
from calls.api.recordings import RecordingSerializer
from calls.choices import RecordingState
from calls.models import Recording
from calls.recording_actions import LONGEST_DAYS, do_set_retention
from tenants.active import active_schema
from tenants.api.drawing import Serializer
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList
from tenants.selectors import company_for


class RecordingPages(CursorPagination):
    ordering = "-id"


class RecordingFilter(filters.FilterSet):  # type: ignore[misc]
    """Those that are being written aren't asked for: no index leads to them in this order."""

    state = filters.MultipleChoiceFilter(
        choices=[(state.value, state.label) for state in RecordingState if state != RecordingState.RECORDING],
        distinct=False,
    )


class RecordingListView(DrawnList, GenericViewSet[Recording]):
    """Recordings, newest first; ``state=missing&state=failed`` gives the troubles."""

    scope_family = "recordings"
    permission_classes = (IsSupervisor,)
    serializer_class = RecordingSerializer
    pagination_class = RecordingPages
    filter_backends = (FilterBackend,)
    filterset_class = RecordingFilter
    queryset = Recording.objects.all()


class RetentionSerializer(Serializer[Any]):
    days = serializers.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, allow_null=True, help_text="Null: until somebody deletes them."
    )


class RetentionSetSerializer(RetentionSerializer):
    due = serializers.IntegerField(help_text="How many are older than that: they are deleted in the next night.")


class RetentionView(APIView):
    """How long recordings are kept."""

    scope_family = "recordings"

    def get_permissions(self) -> list[BasePermission]:
        return [IsSupervisor() if self.request.method == "GET" else IsMaster()]

    @extend_schema(responses=RetentionSerializer)
    def get(self, request: Request) -> Response:
        """For how many days the company keeps them."""
        return Response({"days": company_for(active_schema()).recording_days})

    @extend_schema(request=RetentionSerializer, responses=RetentionSetSerializer)
    def put(self, request: Request) -> Response:
        """Keep all recordings, those that there are too, for so many days."""
        given = RetentionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        assert isinstance(request.user, User)
        days = given.validated_data["days"]
        return Response({"days": days, "due": do_set_retention(days, acting_user=request.user)})
