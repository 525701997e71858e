"""Companies' numbers, for global admins."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from telephony import number_actions
from telephony.api.serializers import (
    CallerIdChangeSerializer,
    CallerIdSerializer,
    InboundNumberChangeSerializer,
    InboundNumberSerializer,
)
from telephony.api.trunks import LinePages
from telephony.models import CallerId, InboundNumber
from telephony.number_tables import matching
from tenants.api.filtering import FilterBackend
from tenants.api.permissions import IsGlobalAdmin
from tenants.api.rows import DrawnList


class NumberFilter(filters.FilterSet):  # type: ignore[misc]
    company = filters.NumberFilter(field_name="company_id")
    is_active = filters.BooleanFilter()
    search = filters.CharFilter(
        method="by_text", max_length=150, label="Part of the number, of its description, or of the company's name"
    )

    def by_text(self, queryset: QuerySet[CallerId], _name: str, value: str) -> QuerySet[CallerId]:
        return queryset.filter(matching(value))


@extend_schema_view(
    create=extend_schema(responses={201: CallerIdSerializer}),
    partial_update=extend_schema(request=CallerIdChangeSerializer(partial=True), responses=CallerIdSerializer),
)
class CallerIdViewSet(DrawnList, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CallerId]):
    """Numbers that companies may show. The number and its company stay; the rest may be changed."""

    permission_classes = (IsGlobalAdmin,)
    serializer_class = CallerIdSerializer
    pagination_class = LinePages
    filter_backends = (FilterBackend,)
    filterset_class = NumberFilter
    lookup_value_converter = "int"
    queryset = CallerId.objects.all()

    def create(self, request: Request) -> Response:
        given = CallerIdSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = number_actions.do_create_caller_id(**given.validated_data, acting_user=_person(request))
        return Response(CallerIdSerializer(made).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: int) -> Response:
        row = self.get_object()
        given = CallerIdChangeSerializer(row, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changed = number_actions.do_update_caller_id(row, **given.validated_data, acting_user=_person(request))
        return Response(CallerIdSerializer(changed).data)

    def destroy(self, request: Request, pk: int) -> Response:
        number_actions.do_delete_caller_id(self.get_object(), acting_user=_person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    create=extend_schema(responses={201: InboundNumberSerializer}),
    partial_update=extend_schema(
        request=InboundNumberChangeSerializer(partial=True), responses=InboundNumberSerializer
    ),
)
class InboundNumberViewSet(DrawnList, mixins.RetrieveModelMixin, viewsets.GenericViewSet[InboundNumber]):
    """Numbers at which companies are called. Where the calls lead, the company says."""

    permission_classes = (IsGlobalAdmin,)
    serializer_class = InboundNumberSerializer
    pagination_class = LinePages
    filter_backends = (FilterBackend,)
    filterset_class = NumberFilter
    lookup_value_converter = "int"
    queryset = InboundNumber.objects.all()

    def create(self, request: Request) -> Response:
        given = InboundNumberSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = number_actions.do_create_inbound_number(**given.validated_data, acting_user=_person(request))
        return Response(InboundNumberSerializer(made).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: int) -> Response:
        row = self.get_object()
        given = InboundNumberChangeSerializer(row, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changed = number_actions.do_update_inbound_number(row, **given.validated_data, acting_user=_person(request))
        return Response(InboundNumberSerializer(changed).data)

    def destroy(self, request: Request, pk: int) -> Response:
        number_actions.do_delete_inbound_number(self.get_object(), acting_user=_person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _person(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
