"""Calls, and what people may do with them. Operators see their own."""

from __future__ import annotations

from django.db.models import QuerySet
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
from calls.api.serializers import (
    CallSerializer,
    DispositionOrderSerializer,
    DispositionSerializer,
    OneCallSerializer,
    SetDispositionSerializer,
    tabulation_of,
)
from calls.disposition_actions import (
    do_create_disposition,
    do_order_dispositions,
    do_update_disposition,
    lock_all,
)
from calls.filters import CallFilter
from calls.models import Call, Disposition
from calls.selectors import active_dispositions, calls_visible_to
from tenants.api.etags import Tagged
from tenants.api.filtering import FilterBackend, asked_boolean
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList


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


class CallViewSet(DrawnList, mixins.RetrieveModelMixin, GenericViewSet[Call]):
    """Calls, newest first."""

    scope_family = "calls"
    queryset = Call.objects.none()
    serializer_class = CallSerializer
    permission_classes = (IsCompanyPerson,)
    pagination_class = NewestFirst
    filter_backends = (FilterBackend,)
    filterset_class = CallFilter
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[Call]:
        if getattr(self, "swagger_fake_view", False):
            return Call.objects.none()
        return calls_visible_to(_person(self.request))

    def get_serializer_class(self) -> type[CallSerializer]:
        return OneCallSerializer if self.action == "retrieve" else CallSerializer

    @extend_schema(request=SetDispositionSerializer, responses=CallSerializer, filters=False)
    @action(detail=True, methods=["post"], filter_backends=())
    def disposition(self, request: Request, pk: str) -> Response:
        """Say what the conversation came to."""
        said = SetDispositionSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        call = actions.do_set_disposition(
            self.get_object(),
            tabulation_of(said.validated_data),
            acting_user=_person(request),
        )
        return Response(CallSerializer(call).data)

    @extend_schema(request=None, responses={202: OpenApiResponse(description="The switch was told.")}, filters=False)
    @action(detail=True, methods=["post"], filter_backends=())
    def hangup(self, request: Request, pk: str) -> Response:
        """End the call."""
        actions.do_hang_up(self.get_object(), acting_user=_person(request))
        return Response(status=status.HTTP_202_ACCEPTED)


class DispositionViewSet(
    Tagged, DrawnList, mixins.CreateModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Disposition]
):
    """What a conversation can come to: everybody reads the active ones, supervisors add, change and order all."""

    scope_family = "calls"
    queryset = Disposition.objects.none()
    serializer_class = DispositionSerializer
    pagination_class = InOrder
    lookup_value_regex = "[0-9]{1,18}"
    http_method_names = ("get", "post", "patch", "put", "head", "options")

    def get_queryset(self) -> QuerySet[Disposition]:
        if getattr(self, "swagger_fake_view", False):
            return Disposition.objects.none()
        everything = self.action != "list" or asked_boolean(self.request, "inactive")
        return (
            Disposition.objects.all() if everything and _person(self.request).may_supervise else active_dispositions()
        )

    def get_permissions(self) -> list[BasePermission]:
        return [IsCompanyPerson()] if self.action in {"list", "retrieve"} else [IsSupervisor()]

    def lock(self, row: Disposition) -> None:
        lock_all()  # as the action does

    def perform_create(self, serializer: BaseSerializer[Disposition]) -> None:
        data = dict(serializer.validated_data)
        serializer.instance = do_create_disposition(
            name=data.pop("name"), code=data.pop("code", ""), acting_user=_person(self.request), **data
        )

    @extend_schema(request=DispositionSerializer(partial=True), responses=DispositionSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent; the code stays, and calls that have it keep it."""
        with self.unchanged(request) as disposition:
            given = DispositionSerializer(disposition, data=request.data, partial=True)
            given.is_valid(raise_exception=True)
            data = {name: value for name, value in given.validated_data.items() if name != "code"}
            changed = do_update_disposition(disposition, acting_user=_person(request), **data)
            return self.answer(request, changed)

    @extend_schema(request=DispositionOrderSerializer, responses=DispositionSerializer(many=True), filters=False)
    @action(detail=False, methods=["put"], pagination_class=None)
    def order(self, request: Request) -> Response:
        """Bring all dispositions, the inactive ones too, into this order."""
        asked = DispositionOrderSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        do_order_dispositions(asked.validated_data["ids"], acting_user=_person(request))
        return Response(DispositionSerializer(Disposition.objects.all(), many=True).data)
