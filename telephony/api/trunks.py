"""Trunks and their test calls, for global admins."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common import clock
from telephony import actions, overview, test_calls
from telephony.api.serializers import (
    NewTestCallSerializer,
    TestCallSerializer,
    TrunkSerializer,
    TrunkStatusSerializer,
)
from telephony.models import TestCall, Trunk
from tenants.api.pagination import CursorPagination
from tenants.api.permissions import IsGlobalAdmin
from tenants.api.rows import DrawnList


class LinePages(CursorPagination):
    ordering = "id"


@extend_schema_view(
    create=extend_schema(responses={201: TrunkSerializer}),
    partial_update=extend_schema(request=TrunkSerializer(partial=True), responses=TrunkSerializer),
)
class TrunkViewSet(DrawnList, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Trunk]):
    permission_classes = (IsGlobalAdmin,)
    serializer_class = TrunkSerializer
    pagination_class = LinePages
    lookup_value_converter = "int"
    queryset = Trunk.objects.prefetch_related("companies")

    def create(self, request: Request) -> Response:
        """Make a trunk; every node has it within a second."""
        given = TrunkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = actions.do_create_trunk(**_values(given.validated_data), acting_user=_person(request))
        return Response(TrunkSerializer(made).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: int) -> Response:
        row = self.get_object()
        given = TrunkSerializer(row, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        values = _values(given.validated_data)
        values.pop("name", None)
        return Response(TrunkSerializer(actions.do_update_trunk(row, **values, acting_user=_person(request))).data)

    def destroy(self, request: Request, pk: int) -> Response:
        """Take it from every node. 409 while calls are up on it, or numbers belong to it alone."""
        actions.do_delete_trunk(self.get_object(), acting_user=_person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=TrunkStatusSerializer)
    @action(detail=True)
    def status(self, request: Request, pk: int) -> Response:
        """How the nodes see it now."""
        return Response(TrunkStatusSerializer(overview.trunk(self.get_object(), overview.read_now())).data)

    @extend_schema(methods=["GET"], responses=TestCallSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=NewTestCallSerializer, responses={201: TestCallSerializer})
    @action(detail=True, methods=["get", "post"], url_path="test-calls", pagination_class=None)
    def test_calls(self, request: Request, pk: int) -> Response:
        """The last test calls over it; POST places one, whose result comes within a minute or two."""
        row = self.get_object()
        if request.method == "POST":
            given = NewTestCallSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            placed = test_calls.do_place_test_call(row, **given.validated_data, acting_user=_person(request))
            return Response(TestCallSerializer(placed).data, status=status.HTTP_201_CREATED)
        test_calls.expire(clock.now())
        return Response(TestCallSerializer(row.test_calls.order_by("-placed_at")[:20], many=True).data)


class TestCallViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet[TestCall]):
    """One test call: ask until its ``state`` isn't "placed" any more."""

    permission_classes = (IsGlobalAdmin,)
    serializer_class = TestCallSerializer
    lookup_value_converter = "uuid"
    queryset = TestCall.objects.none()

    def get_queryset(self) -> QuerySet[TestCall]:
        test_calls.expire(clock.now())
        return TestCall.objects.all()


def _values(validated: dict[str, Any]) -> dict[str, Any]:
    values = dict(validated)
    if "companies" in values:
        values["company_ids"] = values.pop("companies")
    return values


def _person(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
