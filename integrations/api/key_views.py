"""A company's API keys, managed by its masters."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster
from accounts.models import User
from integrations import keys
from integrations.api.serializers import ApiKeySerializer, CreatedApiKeySerializer, NewApiKeySerializer
from integrations.models import ApiKey
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList


class KeyPages(CursorPagination):
    ordering = "-id"


class ApiKeyView(DrawnList, mixins.RetrieveModelMixin, GenericViewSet[ApiKey]):
    """Keys of programs. No key makes or revokes keys, whatever its scopes."""

    scope_family = "integrations"
    permission_classes = (IsMaster,)
    serializer_class = ApiKeySerializer
    pagination_class = KeyPages
    lookup_value_converter = "int"
    queryset = ApiKey.objects.none()

    def get_queryset(self) -> QuerySet[ApiKey]:
        return keys.all_keys()

    @extend_schema(request=NewApiKeySerializer, responses={201: CreatedApiKeySerializer})
    def create(self, request: Request) -> Response:
        """Make a key. ``key`` is in this answer only: keep it where your program keeps its secrets."""
        given = NewApiKeySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = keys.do_create_key(**given.validated_data, acting_user=cast(User, request.user))
        body = {**ApiKeySerializer(made.key).data, "key": made.secret}
        return Response(body, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})

    @extend_schema(request=None, responses=ApiKeySerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: int) -> Response:
        """End a key at once and for good."""
        return Response(
            ApiKeySerializer(keys.do_revoke_key(self.get_object(), acting_user=cast(User, request.user))).data
        )
