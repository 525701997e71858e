"""The people of a company, managed by its masters."""

from __future__ import annotations

from typing import cast

from django.db.models import Q, QuerySet
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, invitations
from accounts.api.permissions import IsMaster
from accounts.api.serializers import (
    ChangedPersonSerializer,
    LinkSerializer,
    NewPersonSerializer,
    PasswordSerializer,
    PersonSerializer,
    RoleSerializer,
)
from accounts.choices import COMPANY_ROLES
from accounts.models import User
from accounts.tasks import mail_is_configured, mail_link
from tenants.active import active_schema
from tenants.api.etags import Tagged
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList
from tenants.letters import holding


class PeoplePages(CursorPagination):
    ordering = "id"


class PeopleFilter(filters.FilterSet):  # type: ignore[misc]
    role = filters.ChoiceFilter(choices=[(role.value, role.label) for role in COMPANY_ROLES])
    is_active = filters.BooleanFilter()
    search = filters.CharFilter(method="by_text", label="Part of a name or e-mail", max_length=120)

    def by_text(self, queryset: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        return queryset.filter(holding("name", value) | Q(email__contains=value.lower()))


class PeopleView(Tagged, DrawnList, mixins.RetrieveModelMixin, viewsets.GenericViewSet[User]):
    scope_family = "people"
    permission_classes = (IsMaster,)
    serializer_class = PersonSerializer
    pagination_class = PeoplePages
    filter_backends = (FilterBackend,)
    filterset_class = PeopleFilter
    queryset = User.objects.none()
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.all()

    @extend_schema(request=NewPersonSerializer, responses={201: PersonSerializer})
    def create(self, request: Request) -> Response:
        """Add a person: with a password, or to be sent a link by which he sets his own."""
        given = NewPersonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        do = actions.do_create_person if "password" in values else actions.do_invite_person
        person = do(**values, acting_user=_acting(request))
        return Response(PersonSerializer(person).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ChangedPersonSerializer(partial=True), responses=PersonSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Correct name, e-mail or language."""
        given = ChangedPersonSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        with self.unchanged(request) as person:
            changed = actions.do_update_person(person, **given.validated_data, acting_user=_acting(request))
            return self.answer(request, changed)

    @extend_schema(request=PasswordSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def password(self, request: Request, pk: int) -> Response:
        """Give a new password; the person's sessions and tokens end."""
        given = PasswordSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actions.do_set_password(self.get_object(), **given.validated_data, acting_user=_acting(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={201: LinkSerializer})
    @action(detail=True, methods=["post"], filter_backends=())
    def link(self, request: Request, pk: int) -> Response:
        """Make a link by which the person sets his password; mailed, too, where mail is set up."""
        person = self.get_object()
        token = invitations.do_make_link(person, acting_user=_acting(request))
        url = request.build_absolute_uri(reverse("people:welcome", args=[person.pk, token]))
        mailed = mail_is_configured()
        if mailed:
            mail_link.delay(active_schema(), person.pk, url)
        return Response({"url": url, "mailed": mailed}, status=status.HTTP_201_CREATED)

    def lock(self, row: User) -> None:
        actions.lock_person(row)

    @extend_schema(request=None, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: int) -> Response:
        person = actions.do_deactivate_person(self.get_object(), acting_user=_acting(request))
        return Response(PersonSerializer(person).data)

    @extend_schema(request=None, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: int) -> Response:
        person = actions.do_reactivate_person(self.get_object(), acting_user=_acting(request))
        return Response(PersonSerializer(person).data)

    @extend_schema(request=RoleSerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def role(self, request: Request, pk: int) -> Response:
        given = RoleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        person = actions.do_change_role(self.get_object(), **given.validated_data, acting_user=_acting(request))
        return Response(PersonSerializer(person).data)


def _acting(request: Request) -> User:
    return cast(User, request.user)
