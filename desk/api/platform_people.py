"""People of all companies, for global admins, from the platform's directory (ADR 24)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import platform_people
from accounts.choices import COMPANY_ROLES
from accounts.models import User
from tenants.api.drawing import ModelSerializer
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.permissions import IsGlobalAdmin
from tenants.api.rows import DrawnList
from tenants.letters import holding
from tenants.models import Company, PersonEntry


class EntryPages(CursorPagination):
    ordering = "id"


class EntrySerializer(ModelSerializer[PersonEntry]):
    """``id`` is the platform's; ``person_id`` the one in the company."""

    company = serializers.CharField(help_text="Slug.", read_only=True)

    class Meta:
        model = PersonEntry
        fields: ClassVar = [
            "id",
            "company",
            "person_id",
            "name",
            "email",
            "role",
            "is_active",
            "is_invited",
            "last_login",
        ]
        read_only_fields = fields


class EntryFilter(filters.FilterSet):  # type: ignore[misc]
    search = filters.CharFilter(method="by_text", label="Part of a name or e-mail", max_length=120)
    company = filters.CharFilter(max_length=30, label="Slug of a company")
    role = filters.ChoiceFilter(choices=[(role.value, role.label) for role in COMPANY_ROLES])
    is_active = filters.BooleanFilter()
    is_invited = filters.BooleanFilter(label="Has no password yet")

    def by_text(self, queryset: QuerySet[PersonEntry], _name: str, value: str) -> QuerySet[PersonEntry]:
        return queryset.filter(holding("name", value) | Q(email__contains=value.lower()))


class PlatformPeopleView(DrawnList, mixins.RetrieveModelMixin, GenericViewSet[PersonEntry]):
    permission_classes = (IsGlobalAdmin,)
    serializer_class = EntrySerializer
    pagination_class = EntryPages
    filter_backends = (FilterBackend,)
    filterset_class = EntryFilter
    queryset = PersonEntry.objects.none()
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[PersonEntry]:
        slug = Company.objects.filter(schema_name=OuterRef("schema")).values("slug")[:1]
        return PersonEntry.objects.annotate(company=Subquery(slug)).filter(company__isnull=False)

    @extend_schema(request=None, responses=EntrySerializer)
    @action(detail=True, methods=["post"], filter_backends=())
    def deactivate(self, request: Request, pk: int) -> Response:
        """Take a person's access away, sessions and shift with it."""
        return self._do(platform_people.do_deactivate)

    @extend_schema(request=None, responses=EntrySerializer)
    @action(detail=True, methods=["post"], filter_backends=())
    def reactivate(self, request: Request, pk: int) -> Response:
        """Give a person his access back."""
        return self._do(platform_people.do_reactivate)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], filter_backends=(), url_path="end-sessions")
    def end_sessions(self, request: Request, pk: int) -> Response:
        """Log a person out everywhere; he may log in again."""
        self._do(platform_people.do_end_sessions)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _do(self, action: Callable[..., None]) -> Response:
        assert isinstance(self.request.user, User)  # the permission class saw to it
        try:
            action(self.get_object(), acting_user=self.request.user)
        except User.DoesNotExist as missing:  # the directory is behind
            raise Http404 from missing
        return Response(EntrySerializer(self.get_object()).data)
