"""Recent activity: the audit trail of the site, newest first."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from django_tenants.utils import get_public_schema_name, schema_context
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster
from accounts.api.serializers import AuditEntrySerializer
from accounts.models import AuditEntry
from tenants.active import is_public
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.permissions import IsGlobalAdmin
from tenants.api.rows import DrawnList
from tenants.choices import CompanyStatus
from tenants.models import Company


class ActivityPages(CursorPagination):
    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200


class ActivityFilter(filters.FilterSet):  # type: ignore[misc]
    """``action`` takes a whole verb or its first part: ``campaign`` finds ``campaign.started``."""

    action = filters.CharFilter(method="by_action", max_length=60)
    target_type = filters.CharFilter(max_length=40)
    target_id = filters.CharFilter(max_length=60)
    actor = filters.NumberFilter(field_name="actor_id", min_value=1, max_value=2**63 - 1)
    since = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")

    def by_action(self, queryset: QuerySet[AuditEntry], _name: str, value: str) -> QuerySet[AuditEntry]:
        if "." in value:
            return queryset.filter(action=value)
        return queryset.filter(action__startswith=f"{value}.")


@extend_schema(tags=["activity"])
class ActivityView(DrawnList, GenericViewSet[AuditEntry]):
    """Who did what, when. A key's deeds carry its prefix as ``detail.api_key``."""

    scope_family = "activity"
    serializer_class = AuditEntrySerializer
    pagination_class = ActivityPages
    filter_backends = (FilterBackend,)
    filterset_class = ActivityFilter
    queryset = AuditEntry.objects.all()

    def get_permissions(self) -> list[BasePermission]:
        return [IsGlobalAdmin() if is_public() else IsMaster()]

    @extend_schema(parameters=[OpenApiParameter("company", str, description="Slug; on the platform's own site only.")])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The site's own trail; on the platform's site also a company's, by its slug in ``company``."""
        slug = request.query_params.get("company", "")
        if not (slug and is_public()):
            return super().list(request, *args, **kwargs)
        with schema_context(_schema_of(slug)):
            return super().list(request, *args, **kwargs)


def _schema_of(slug: str) -> str:
    """The schema of a company that has one."""
    with_schema = Company.objects.filter(status__in=(CompanyStatus.APPROVED, CompanyStatus.SUSPENDED))
    others = with_schema.exclude(schema_name=get_public_schema_name())
    return str(get_object_or_404(others, slug=slug.replace("\x00", "")).schema_name)
