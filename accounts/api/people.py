"""The people of a company, managed by its masters."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.api.permissions import IsMaster
from accounts.api.serializers import NewPersonSerializer, PersonSerializer, RoleSerializer
from accounts.models import User
from tenants.api.pagination import CursorPagination


class PeoplePages(CursorPagination):
    ordering = "id"


class PeopleView(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[User]):
    scope_family = "people"
    permission_classes = (IsMaster,)
    serializer_class = PersonSerializer
    pagination_class = PeoplePages
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.all()

    @extend_schema(request=NewPersonSerializer, responses={201: PersonSerializer})
    def create(self, request: Request) -> Response:
        given = NewPersonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        person = actions.do_create_person(**given.validated_data, acting_user=_acting(request))
        return Response(PersonSerializer(person).data, status=status.HTTP_201_CREATED)

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
