"""Promised calls: read, promised, moved and taken back by programs and supervisors."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsSupervisor
from accounts.choices import Role
from accounts.models import User
from agents.models import Operator
from campaigns import callbacks
from campaigns.choices import CallbackState
from campaigns.models import Callback, Campaign
from contacts.models import Contact, Phone
from tenants.api.drawing import ModelSerializer, Serializer
from tenants.api.etags import Tagged
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.relations import RowField
from tenants.api.rows import DrawnList

_MOST_KEY = 2**63 - 1


class CallbackSerializer(ModelSerializer[Callback]):
    class Meta:
        model = Callback
        fields = (
            "id",
            "campaign_id",
            "contact_id",
            "phone_id",
            "operator_id",
            "due_at",
            "note",
            "state",
            "promised_in",
            "call_id",
            "created_by_id",
            "created_at",
        )
        read_only_fields = fields


class NewCallbackSerializer(Serializer[Any]):
    """A contact has one open callback a campaign: another one moves it."""

    campaign = RowField(queryset=Campaign.objects.all())
    contact = RowField(queryset=Contact.objects.all())
    due_at = serializers.DateTimeField(help_text="Within 90 days from now.")
    operator = RowField(
        queryset=Operator.objects.all(), required=False, allow_null=True, default=None, help_text="Null: anyone."
    )
    phone = RowField(
        queryset=Phone.objects.all(), required=False, allow_null=True, default=None, help_text="One of the contact's."
    )
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class MovedCallbackSerializer(Serializer[Any]):
    due_at = serializers.DateTimeField()
    for_anyone = serializers.BooleanField(default=False, help_text="Take it from its operator.")


class AssignedCallbackSerializer(Serializer[Any]):
    operator = RowField(
        queryset=Operator.objects.filter(user__is_active=True, user__role=Role.OPERATOR),
        allow_null=True,
        help_text="Null: anyone.",
    )


class CallbackFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=CallbackState.choices, distinct=False)
    campaign = filters.NumberFilter(field_name="campaign_id", min_value=1, max_value=_MOST_KEY)
    contact = filters.NumberFilter(field_name="contact_id", min_value=1, max_value=_MOST_KEY)
    operator = filters.NumberFilter(field_name="operator_id", min_value=1, max_value=_MOST_KEY)
    since = filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="gte")
    until = filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")


class ByTime(CursorPagination):
    ordering = ("due_at", "id")
    page_size_query_param = "page_size"
    max_page_size = 500


class CallbackViewSet(Tagged, DrawnList, mixins.RetrieveModelMixin, GenericViewSet[Callback]):
    scope_family = "calls"
    serializer_class = CallbackSerializer
    permission_classes = (IsSupervisor,)
    pagination_class = ByTime
    filter_backends = (FilterBackend,)
    filterset_class = CallbackFilter
    queryset = Callback.objects.none()
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Callback]:
        return Callback.objects.all()

    @extend_schema(request=NewCallbackSerializer, responses={201: CallbackSerializer})
    def create(self, request: Request) -> Response:
        """Promise a contact a call. He is called for it alone until it is kept or taken back."""
        given = NewCallbackSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = callbacks.do_schedule(**given.validated_data, acting_user=_person(request))
        return Response(CallbackSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=MovedCallbackSerializer, responses=CallbackSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Move an open callback to another time, or leave it to anyone."""
        given = MovedCallbackSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with self.unchanged(request) as callback:
            mine = False if given.validated_data["for_anyone"] else None
            callbacks.do_reschedule(callback, given.validated_data["due_at"], mine=mine, acting_user=_person(request))
            return self.answer(request, get_object_or_404(self.get_queryset(), pk=callback.pk))

    @extend_schema(request=AssignedCallbackSerializer, responses=CallbackSerializer)
    @action(detail=True, methods=["post"], filter_backends=())
    def assign(self, request: Request, pk: int) -> Response:
        """Give an open callback to an operator, or to anyone."""
        given = AssignedCallbackSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        operator = given.validated_data["operator"]
        callback = callbacks.do_assign(self.get_object(), operator, acting_user=_person(request))
        return Response(CallbackSerializer(callback).data)

    @extend_schema(request=None, responses=CallbackSerializer)
    @action(detail=True, methods=["post"], filter_backends=())
    def cancel(self, request: Request, pk: int) -> Response:
        """Take the promise back: the contact goes on as his campaign's rules say."""
        callback = callbacks.do_cancel(self.get_object(), acting_user=_person(request))
        return Response(CallbackSerializer(callback).data)


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # the permission class saw to it
    return request.user
