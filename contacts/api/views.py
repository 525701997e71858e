"""Lists, contacts and imports. Supervisors read; masters import."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster, IsSupervisor
from accounts.models import User
from contacts import actions, selectors
from contacts.api.serializers import (
    ConfirmSerializer,
    ContactListSerializer,
    ContactSerializer,
    ImportSerializer,
    ReadAgainSerializer,
    UploadFieldsSerializer,
    UploadSerializer,
)
from contacts.models import Contact, ContactList, Import
from contacts.refused import refused_response
from contacts.uploads import uploaded_file
from tenants.api.pagination import CursorPagination
from tenants.api.parsers import JSONParser

MOST_DIGITS = 19
"""Of a key in the database."""


class NewestFirst(CursorPagination):
    ordering = "-id"


class InOrder(CursorPagination):
    ordering = "id"
    page_size_query_param = "page_size"
    max_page_size = 500


class ContactListView(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[ContactList]):
    scope_family = "contacts"
    serializer_class = ContactListSerializer
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[ContactList]:
        return selectors.lists()

    def get_permissions(self) -> list[BasePermission]:
        return [IsSupervisor() if self.action in {"list", "retrieve", "states"} else IsMaster()]

    @extend_schema(request=ContactListSerializer, responses={201: ContactListSerializer})
    def create(self, request: Request) -> Response:
        """Make an empty list."""
        given = ContactListSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        contact_list = actions.do_create_list(name=given.validated_data["name"], acting_user=_person(request))
        return Response(ContactListSerializer(contact_list).data, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, pk: int) -> Response:
        """Remove a list that holds nobody."""
        actions.do_delete_empty_list(self.get_object(), acting_user=_person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    @action(detail=True)
    def states(self, request: Request, pk: int) -> Response:
        """How many contacts are in each state."""
        return Response(selectors.contacts_by_state(self.get_object()))


class ContactView(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Contact]):
    scope_family = "contacts"
    serializer_class = ContactSerializer
    permission_classes = (IsSupervisor,)
    pagination_class = InOrder
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Contact]:
        contact_list = self.request.query_params.get("contact_list", "")
        if contact_list and not (contact_list.isdecimal() and len(contact_list) <= MOST_DIGITS):
            raise serializers.ValidationError({"contact_list": ["Not a number."]})
        return selectors.search_contacts(
            self.request.query_params.get("search", ""),
            contact_list_id=int(contact_list) if contact_list else None,
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("search", str, description="Document, phone, code, or part of a name."),
            OpenApiParameter("contact_list", int),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class ImportView(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Import]):
    """A file's way into a list: upload, confirm the columns, follow the progress, read the result."""

    scope_family = "contacts"
    serializer_class = ImportSerializer
    permission_classes = (IsMaster,)
    pagination_class = NewestFirst
    parser_classes = (MultiPartParser, JSONParser)
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Import]:
        return selectors.imports()

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: ImportSerializer})
    def create(self, request: Request) -> Response:
        """Upload a file into a list, or into a new one; its columns are guessed and wait to be confirmed."""
        file = uploaded_file(request._request)
        given = UploadFieldsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        import_ = actions.do_upload(
            file.chunks(), file_name=file.name or "", acting_user=_person(request), **given.validated_data
        )
        return Response(ImportSerializer(import_).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ConfirmSerializer, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: int) -> Response:
        """Fix the columns and start the import."""
        given = ConfirmSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        columns = given.validated_data.get("columns")
        import_ = actions.do_confirm_import(
            self.get_object(),
            choices=None if columns is None else [(column["role"], column["position"]) for column in columns],
            acting_user=_person(request),
        )
        return Response(ImportSerializer(import_).data)

    @extend_schema(request=ReadAgainSerializer, responses=ImportSerializer)
    @action(detail=True, methods=["post"], url_path="read-again")
    def read_again(self, request: Request, pk: int) -> Response:
        """Guess the columns anew with another delimiter, or with or without a header."""
        given = ReadAgainSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        import_ = actions.do_read_again(self.get_object(), acting_user=_person(request), **given.validated_data)
        return Response(ImportSerializer(import_).data)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        """Stop an import. What it has imported stays."""
        import_ = actions.do_cancel_import(self.get_object(), acting_user=_person(request))
        return Response(ImportSerializer(import_).data)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def errors(self, request: Request, pk: int) -> StreamingHttpResponse:
        """The refused rows with line and reason, as CSV that opens right in Excel."""
        return refused_response(request._request, self.get_object())


def _person(request: Request) -> User:
    return cast(User, request.user)
