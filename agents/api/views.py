"""The operator's own shift, and operators as their supervisors see them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, status
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsCompanyPerson, IsMaster, IsOperator, IsSupervisor
from accounts.models import User
from agents import actions
from agents.api.serializers import (
    ChangedPauseReasonSerializer,
    OperatorSerializer,
    PauseReasonSerializer,
    PauseSerializer,
    ShiftSerializer,
    ShiftStartSerializer,
    operators_data,
    shift_data,
)
from agents.models import Operator, OperatorSession, PauseReason
from agents.pause_reasons import do_delete_pause_reason, do_update_pause_reason
from agents.phones import Browser
from agents.selectors import open_session, operator_of
from tenants.api.etags import Tagged
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList
from tenants.letters import PlainTextFilter


def _operator(request: Request) -> Operator:
    operator = operator_of(_person(request))
    if operator is None:
        raise Http404
    return operator


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # the permission classes saw to it
    return request.user


def _shift(operator: Operator, code: int = status.HTTP_200_OK) -> Response:
    return Response(shift_data(operator, open_session(operator)), status=code)


class ShiftView(APIView):
    """The open shift of the operator who asks."""

    permission_classes = (IsOperator,)

    @extend_schema(responses=ShiftSerializer)
    def get(self, request: Request) -> Response:
        return _shift(_operator(request))

    @extend_schema(request=ShiftStartSerializer, responses={201: ShiftSerializer})
    def post(self, request: Request) -> Response:
        asked = ShiftStartSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        operator = _operator(request)
        browser = Browser(request.session.session_key or "")
        actions.do_start_shift(
            operator, asked.validated_data.get("campaigns"), acting_user=_person(request), browser=browser
        )
        return _shift(operator, status.HTTP_201_CREATED)

    @extend_schema(responses={200: ShiftSerializer})
    def delete(self, request: Request) -> Response:
        operator = _operator(request)
        actions.do_end_shift(operator, acting_user=_person(request))
        return _shift(operator)


class PauseView(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(request=PauseSerializer, responses=ShiftSerializer)
    def post(self, request: Request) -> Response:
        asked = PauseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        operator = _operator(request)
        actions.do_pause(operator, asked.validated_data["reason"], acting_user=_person(request))
        return _shift(operator)


class ResumeView(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(request=None, responses=ShiftSerializer)
    def post(self, request: Request) -> Response:
        operator = _operator(request)
        actions.do_resume(operator, acting_user=_person(request))
        return _shift(operator)


class FinishWrapUpView(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(request=None, responses=ShiftSerializer)
    def post(self, request: Request) -> Response:
        operator = _operator(request)
        actions.do_finish_wrap_up(operator, acting_user=_person(request))
        return _shift(operator)


class HangUpView(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(request=None, responses={202: OpenApiResponse(description="Asked; the call's end follows.")})
    def post(self, request: Request) -> Response:
        actions.do_hang_up(_operator(request), acting_user=_person(request))
        return Response(status=status.HTTP_202_ACCEPTED)


class PauseReasonPages(CursorPagination):
    ordering = ("position", "id")


class PauseReasonViewSet(
    Tagged, DrawnList, mixins.CreateModelMixin, mixins.RetrieveModelMixin, GenericViewSet[PauseReason]
):
    """Pause reasons: read by everybody in the company, added by supervisors, changed by masters."""

    scope_family = "people"
    queryset = PauseReason.objects.all()
    serializer_class = PauseReasonSerializer
    pagination_class = PauseReasonPages

    def get_permissions(self) -> list[BasePermission]:
        if self.action in {"partial_update", "destroy"}:
            return [IsMaster()]
        return [IsSupervisor()] if self.action == "create" else [IsCompanyPerson()]

    @extend_schema(request=ChangedPauseReasonSerializer(partial=True), responses=PauseReasonSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change name or minutes; the mandatory ones keep at least those that the rule gives."""
        given = ChangedPauseReasonSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        with self.unchanged(request, locks=True) as reason:
            wanted = {"name": reason.name, "limit_minutes": reason.limit_minutes} | given.validated_data
            changed = do_update_pause_reason(reason, **wanted, acting_user=_person(request))
            return self.answer(request, changed)

    def destroy(self, request: Request, pk: int) -> Response:
        """Take a reason away that isn't mandatory; pauses taken for it stay, without a reason."""
        with self.unchanged(request) as reason:
            do_delete_pause_reason(reason, acting_user=_person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def perform_create(self, serializer: Any) -> None:
        fields = serializer.validated_data
        serializer.instance = actions.do_create_pause_reason(
            code=fields["code"],
            name=fields["name"],
            is_mandatory=fields.get("is_mandatory", False),
            limit_minutes=fields.get("limit_minutes"),
            acting_user=_person(self.request),
        )


class OperatorPages(CursorPagination):
    ordering = "id"
    page_size = 200


class OperatorFilter(filters.FilterSet):  # type: ignore[misc]
    search = PlainTextFilter(field_name="user__name", max_length=120, label="Part of a name")
    is_active = filters.BooleanFilter(field_name="user__is_active", label="Whether he may log in")
    on_shift = filters.BooleanFilter(method="by_shift", label="Whether he is on shift now")

    def by_shift(self, queryset: QuerySet[Operator], _name: str, value: bool) -> QuerySet[Operator]:  # noqa: FBT001
        at_work = OperatorSession.objects.filter(ended_at__isnull=True).values("operator")
        return queryset.filter(pk__in=at_work) if value else queryset.exclude(pk__in=at_work)


class OperatorViewSet(GenericViewSet[Operator]):
    """Operators with the state of their shifts, for supervisors."""

    scope_family = "people"
    permission_classes = (IsSupervisor,)
    pagination_class = OperatorPages
    filter_backends = (FilterBackend,)
    filterset_class = OperatorFilter
    serializer_class = OperatorSerializer
    queryset = Operator.objects.none()

    @extend_schema(responses=OperatorSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(_rows()))
        assert page is not None
        return self.get_paginated_response(operators_data(page))

    @extend_schema(responses=OperatorSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(_told(pk))

    @extend_schema(request=None, responses=OperatorSerializer)
    def end_shift(self, request: Request, pk: str) -> Response:
        operator = get_object_or_404(Operator.objects.select_related("user"), pk=pk)
        actions.do_end_shift(operator, acting_user=_person(request))
        return Response(_told(operator.pk))


def _rows() -> QuerySet[Any]:
    return Operator.objects.values_list("id", "user__name", "extension", named=True)


def _told(pk: int | str) -> dict[str, Any]:
    return operators_data([get_object_or_404(_rows(), pk=pk)])[0]
