"""Calls, and what people may do with them. Operators see their own."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsCompanyPerson, IsSupervisor
from accounts.models import User
from calls import actions
from calls.api.serializers import CallSerializer, DispositionSerializer, SetDispositionSerializer
from calls.filters import CallFilter
from calls.models import Call, Disposition
from calls.selectors import active_dispositions, calls_visible_to
from tenants.api.pagination import CursorPagination


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # the permission classes saw to it
    return request.user


class NewestFirst(CursorPagination):
    """By the key, which is ordered by time; never counted."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


class InOrder(CursorPagination):
    ordering = ("position", "id")
    page_size = 200


class CallViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Call]):
    """Calls, newest first."""

    queryset = Call.objects.none()
    serializer_class = CallSerializer
    permission_classes = (IsCompanyPerson,)
    pagination_class = NewestFirst
    filter_backends = (DjangoFilterBackend,)
    filterset_class = CallFilter
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[Call]:
        if getattr(self, "swagger_fake_view", False):
            return Call.objects.none()
        return calls_visible_to(_person(self.request))

    @extend_schema(request=SetDispositionSerializer, responses=CallSerializer, filters=False)
    @action(detail=True, methods=["post"], filter_backends=())
    def disposition(self, request: Request, pk: str) -> Response:
        """Say what the conversation came to."""
        said = SetDispositionSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        call = actions.do_set_disposition(
            self.get_object(),
            said.validated_data["disposition"],
            note=said.validated_data["note"],
            acting_user=_person(request),
        )
        return Response(CallSerializer(call).data)

    @extend_schema(request=None, responses={202: OpenApiResponse(description="The switch was told.")}, filters=False)
    @action(detail=True, methods=["post"], filter_backends=())
    def hangup(self, request: Request, pk: str) -> Response:
        """End the call."""
        actions.do_hang_up(self.get_object(), acting_user=_person(request))
        return Response(status=status.HTTP_202_ACCEPTED)


class DispositionViewSet(mixins.ListModelMixin, mixins.CreateModelMixin, GenericViewSet[Disposition]):
    """What a conversation can come to: everybody reads, supervisors add."""

    queryset = Disposition.objects.none()
    serializer_class = DispositionSerializer
    pagination_class = InOrder

    def get_queryset(self) -> QuerySet[Disposition]:
        return active_dispositions()

    def get_permissions(self) -> list[BasePermission]:
        return [IsSupervisor()] if self.action == "create" else [IsCompanyPerson()]

    def perform_create(self, serializer: BaseSerializer[Disposition]) -> None:
        data = serializer.validated_data
        serializer.instance = actions.do_create_disposition(
            code=data["code"],
            name=data["name"],
            is_final=data.get("is_final", True),
            suppresses_phone=data.get("suppresses_phone", False),
            is_success=data.get("is_success", False),
            acting_user=_person(self.request),
        )
