"""Lists, contacts and imports. Supervisors read; masters import."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster, IsSupervisor
from accounts.models import User
from contacts import actions, selectors
from contacts.adding import do_add_contact
from contacts.api.serializers import (
    ChangedContactSerializer,
    ConfirmSerializer,
    ContactListSerializer,
    ContactSerializer,
    ImportSerializer,
    NewContactSerializer,
    ReadAgainSerializer,
    UploadFieldsSerializer,
    UploadSerializer,
)
from contacts.choices import ContactState, ImportState
from contacts.editing import do_edit_contact
from contacts.models import Contact, ContactList, Import
from contacts.refused import refused_response
from contacts.suppression import do_suppress_contact
from contacts.uploads import uploaded_file
from tenants.api.etags import Tagged
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.parsers import JSONParser
from tenants.api.rows import DrawnList
from tenants.letters import PlainTextFilter

MOST_DIGITS = 19
"""Of a key in the database."""
MOST_KEY = 2**63 - 1
SEARCH = OpenApiParameter(
    "search",
    str,
    description="Document, phone, code, or the beginnings of words of the name, with or without their accents.",
)


class NewestFirst(CursorPagination):
    ordering = "-id"


class InOrder(CursorPagination):
    ordering = "id"
    page_size_query_param = "page_size"
    max_page_size = 500


class ContactListFilter(filters.FilterSet):  # type: ignore[misc]
    search = PlainTextFilter(field_name="name", max_length=120, label="Part of the name")
    campaign = filters.NumberFilter(
        field_name="campaign_list__campaign", min_value=1, max_value=MOST_KEY, label="Id of the campaign that has it"
    )
    is_free = filters.BooleanFilter(
        field_name="campaign_list", lookup_expr="isnull", label="Whether no campaign has it"
    )


class ContactListView(DrawnList, mixins.RetrieveModelMixin, GenericViewSet[ContactList]):
    scope_family = "contacts"
    serializer_class = ContactListSerializer
    pagination_class = NewestFirst
    filter_backends = (FilterBackend,)
    filterset_class = ContactListFilter
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


class ContactFilter(filters.FilterSet):  # type: ignore[misc]
    contact_list = filters.NumberFilter(min_value=1, max_value=MOST_KEY, label="Id of a list")
    state = filters.ChoiceFilter(choices=ContactState.choices, label="State")


class ContactView(Tagged, DrawnList, mixins.RetrieveModelMixin, GenericViewSet[Contact]):
    scope_family = "contacts"
    serializer_class = ContactSerializer
    pagination_class = InOrder
    filter_backends = (FilterBackend,)
    filterset_class = ContactFilter
    queryset = Contact.objects.none()
    lookup_value_converter = "int"

    def get_permissions(self) -> list[BasePermission]:
        return [IsMaster() if self.action == "create" else IsSupervisor()]

    def get_queryset(self) -> QuerySet[Contact]:
        contact_list = self.request.query_params.get("contact_list", "")
        is_number = contact_list.isdecimal() and len(contact_list) < MOST_DIGITS
        return selectors.search_contacts(
            self.request.query_params.get("search", "") if self.action == "list" else "",
            contact_list_id=int(contact_list) if is_number and self.action == "list" else None,
        )

    @extend_schema(parameters=[SEARCH])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewContactSerializer, responses={201: ContactSerializer})
    def create(self, request: Request) -> Response:
        """Add a contact to a list; he may be dialed at once. Many at once: upload a file (``imports/``)."""
        given = NewContactSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        contact = do_add_contact(values.pop("contact_list"), **values, acting_user=_person(request))
        return Response(ContactSerializer(contact).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ChangedContactSerializer, responses=ContactSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Correct name, document, e-mail or own columns. Phones stay: they belong to the list."""
        given = ChangedContactSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with self.unchanged(request) as contact:
            do_edit_contact(contact, **given.validated_data, acting_user=_person(request))
            return self.answer(request, self.get_object())

    @extend_schema(request=None, responses=ContactSerializer, filters=False)
    @action(detail=True, methods=["post"], filter_backends=())
    def suppress(self, request: Request, pk: int) -> Response:
        """Never call any of the contact's numbers again, in any list."""
        do_suppress_contact(self.get_object(), acting_user=_person(request))
        return Response(ContactSerializer(self.get_object()).data)


class ImportFilter(filters.FilterSet):  # type: ignore[misc]
    contact_list = filters.NumberFilter(min_value=1, max_value=MOST_KEY, label="Id of a list")
    state = filters.MultipleChoiceFilter(choices=ImportState.choices, distinct=False)


class ImportView(DrawnList, mixins.RetrieveModelMixin, GenericViewSet[Import]):
    """A file's way into a list: upload, confirm the columns, follow the progress, read the result."""

    scope_family = "contacts"
    serializer_class = ImportSerializer
    permission_classes = (IsMaster,)
    pagination_class = NewestFirst
    filter_backends = (FilterBackend,)
    filterset_class = ImportFilter
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
