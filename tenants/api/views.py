"""Companies, for global admins, on the platform's own site."""

from __future__ import annotations

from typing import cast

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from django_tenants.utils import get_public_schema_name
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from tenants import actions
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.permissions import IsGlobalAdmin
from tenants.api.rows import DrawnList
from tenants.api.serializers import CompanySerializer, LimitsSerializer, NewCompanySerializer, ReasonSerializer
from tenants.choices import CompanyStatus
from tenants.letters import holding
from tenants.models import Company
from tenants.platform_limits import do_set_limits


class CompanyPages(CursorPagination):
    ordering = "-id"


class CompanyFilter(filters.FilterSet):  # type: ignore[misc]
    status = filters.ChoiceFilter(choices=CompanyStatus.choices)
    search = filters.CharFilter(method="by_text", max_length=150, label="Part of a name or address, or a CNPJ")

    def by_text(self, queryset: QuerySet[Company], _name: str, value: str) -> QuerySet[Company]:
        found = holding("legal_name", value) | holding("trade_name", value) | Q(slug__icontains=value)
        bare = "".join(sign for sign in value if sign.isalnum()).upper()
        return queryset.filter(found | Q(cnpj=bare) if bare else found)


class CompanyView(DrawnList, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Company]):
    permission_classes = (IsGlobalAdmin,)
    serializer_class = CompanySerializer
    pagination_class = CompanyPages
    filter_backends = (FilterBackend,)
    filterset_class = CompanyFilter
    lookup_value_converter = "int"
    queryset = Company.objects.none()  # for the schema; see get_queryset

    def get_queryset(self) -> QuerySet[Company]:
        return cast("QuerySet[Company]", Company.objects.exclude(schema_name=get_public_schema_name()))

    @extend_schema(request=NewCompanySerializer, responses={201: CompanySerializer})
    def create(self, request: Request) -> Response:
        given = NewCompanySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        company = actions.do_register_company(**given.validated_data, acting_user=_acting(request))
        return Response(CompanySerializer(company).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=CompanySerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: int) -> Response:
        return self._answer(actions.do_approve_company(self.get_object(), acting_user=_acting(request)))

    @extend_schema(request=ReasonSerializer, responses=CompanySerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: int) -> Response:
        company = self.get_object()
        return self._answer(actions.do_reject_company(company, reason=_reason(request), acting_user=_acting(request)))

    @extend_schema(request=ReasonSerializer, responses=CompanySerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, pk: int) -> Response:
        company = self.get_object()
        return self._answer(actions.do_suspend_company(company, reason=_reason(request), acting_user=_acting(request)))

    @extend_schema(request=ReasonSerializer, responses=CompanySerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: int) -> Response:
        company = self.get_object()
        return self._answer(actions.do_resume_company(company, reason=_reason(request), acting_user=_acting(request)))

    @extend_schema(request=LimitsSerializer, responses=CompanySerializer)
    @action(detail=True, methods=["put"], filter_backends=())
    def limits(self, request: Request, pk: int) -> Response:
        """Set what it may use; running campaigns go by it within a quarter of a minute."""
        given = LimitsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self._answer(do_set_limits(self.get_object(), **given.validated_data, acting_user=_acting(request)))

    @staticmethod
    def _answer(company: Company) -> Response:
        return Response(CompanySerializer(company).data)


def _acting(request: Request) -> actions.Actor:
    return cast(actions.Actor, request.user)


def _reason(request: Request) -> str:
    given = ReasonSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    reason: str = given.validated_data["reason"]
    return reason
