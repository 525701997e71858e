"""A company's numbers over the API. Which it has, the platform's administrators say."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster, IsSupervisor
from accounts.models import User
from campaigns import numbers
from telephony.models import CallerId, InboundNumber
from tenants.api.drawing import ModelSerializer, Serializer
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList


class NumberPages(CursorPagination):
    ordering = "id"


class CompanyCallerIdSerializer(ModelSerializer[CallerId]):
    class Meta:
        model = CallerId
        fields = ("id", "number", "label")
        read_only_fields = fields


class CompanyNumberSerializer(ModelSerializer[InboundNumber]):
    class Meta:
        model = InboundNumber
        fields = ("id", "number", "label", "is_active", "campaign_id")
        read_only_fields = fields


class LeadSerializer(Serializer[Any]):
    campaign_id = serializers.IntegerField(min_value=1, allow_null=True)


class CompanyCallerIdViewSet(DrawnList, GenericViewSet[CallerId]):
    """The numbers that campaigns may show."""

    scope_family = "campaigns"
    permission_classes = (IsSupervisor,)
    serializer_class = CompanyCallerIdSerializer
    pagination_class = NumberPages
    queryset = CallerId.objects.none()

    def get_queryset(self) -> QuerySet[CallerId]:
        return numbers.company_caller_ids()


@extend_schema_view(partial_update=extend_schema(request=LeadSerializer, responses=CompanyNumberSerializer))
class CompanyNumberViewSet(DrawnList, mixins.RetrieveModelMixin, GenericViewSet[InboundNumber]):
    """The numbers at which the company is called; PATCH says which campaign takes the calls."""

    scope_family = "campaigns"
    serializer_class = CompanyNumberSerializer
    pagination_class = NumberPages
    queryset = InboundNumber.objects.none()
    lookup_value_converter = "int"

    def get_permissions(self) -> list[BasePermission]:
        return [IsMaster() if self.action == "partial_update" else IsSupervisor()]

    def get_queryset(self) -> QuerySet[InboundNumber]:
        return numbers.company_numbers()

    def partial_update(self, request: Request, pk: int) -> Response:
        number = self.get_object()
        asked = LeadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        assert isinstance(request.user, User)
        led = numbers.do_lead_number(number.pk, asked.validated_data["campaign_id"], acting_user=request.user)
        return Response(CompanyNumberSerializer(led).data)
