"""Campaigns: configured by masters, driven by supervisors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster, IsSupervisor
from accounts.models import User
from calls import live as calls_live
from calls.models import DayFigures
from campaigns import actions, said
from campaigns.api.serializers import (
    CampaignListsSerializer,
    CampaignOperatorsSerializer,
    CampaignSerializer,
    FiguresSerializer,
    figures_data,
)
from campaigns.choices import CampaignState
from campaigns.contact_states import contacts_by_state
from campaigns.models import Campaign
from campaigns.selectors import campaigns_with_counts
from common.clock import now
from live.redis import client
from tenants.active import active_schema
from tenants.api.etags import Tagged
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList
from tenants.letters import PlainTextFilter
from tenants.selectors import entered_company


class CampaignPages(CursorPagination):
    ordering = "-id"


class CampaignFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=CampaignState.choices, distinct=False)
    search = PlainTextFilter(field_name="name", max_length=120, label="Part of the name")


class CampaignViewSet(Tagged, DrawnList, mixins.RetrieveModelMixin, mixins.CreateModelMixin, GenericViewSet[Campaign]):
    scope_family = "campaigns"
    serializer_class = CampaignSerializer
    pagination_class = CampaignPages
    filter_backends = (FilterBackend,)
    filterset_class = CampaignFilter
    lookup_value_converter = "int"
    queryset = Campaign.objects.none()

    def get_permissions(self) -> list[BasePermission]:
        setting_up = self.action in {"create", "partial_update"}
        setting_lists = self.action == "lists" and self.request.method != "GET"
        return [IsMaster() if setting_up or setting_lists else IsSupervisor()]

    def get_queryset(self) -> QuerySet[Campaign]:
        """Where the campaign itself isn't told, nobody counts its lists and operators."""
        bare = self.action in {"lists", "operators", "figures"}
        return Campaign.objects.all() if bare else campaigns_with_counts()

    def perform_create(self, serializer: Any) -> None:
        campaign = actions.do_create_campaign(**serializer.validated_data, acting_user=self._person())
        serializer.instance = self.get_queryset().get(pk=campaign.pk)

    @extend_schema(request=CampaignSerializer(partial=True), responses=CampaignSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        with self.unchanged(request) as campaign:
            asked = CampaignSerializer(campaign, data=request.data, partial=True)
            asked.is_valid(raise_exception=True)
            actions.do_update_campaign(campaign, **asked.validated_data, acting_user=self._person())
            return self.answer(request, get_object_or_404(self.get_queryset(), pk=campaign.pk))

    @extend_schema(request=None, responses=CampaignSerializer)
    @action(detail=True, methods=["post"], filter_backends=())
    def start(self, request: Request, pk: int) -> Response:
        """Start, resume, or start again after a stop."""
        return self._move(actions.do_start)

    @extend_schema(request=None, responses=CampaignSerializer)
    @action(detail=True, methods=["post"], filter_backends=())
    def pause(self, request: Request, pk: int) -> Response:
        """Dial nobody new; calls that are up go on."""
        return self._move(actions.do_pause)

    @extend_schema(request=None, responses=CampaignSerializer)
    @action(detail=True, methods=["post"], filter_backends=())
    def stop(self, request: Request, pk: int) -> Response:
        """Dial nobody new, and be stopped once the last call has ended."""
        return self._move(actions.do_stop)

    @extend_schema(methods=["GET"], responses=CampaignListsSerializer)
    @extend_schema(methods=["PUT"], request=CampaignListsSerializer, responses=CampaignListsSerializer)
    @action(detail=True, methods=["get", "put"], filter_backends=())
    def lists(self, request: Request, pk: int) -> Response:
        """The campaign's contact lists, in their order; PUT replaces them."""
        campaign = self.get_object()
        if request.method == "PUT":
            asked = CampaignListsSerializer(data=request.data)
            asked.is_valid(raise_exception=True)
            actions.do_set_lists(campaign, asked.validated_data["lists"], acting_user=self._person())
        rows = campaign.campaign_lists.order_by("position", "id")
        return Response({"lists": list(rows.values_list("contact_list_id", flat=True))})

    @extend_schema(methods=["GET"], responses=CampaignOperatorsSerializer)
    @extend_schema(methods=["PUT"], request=CampaignOperatorsSerializer, responses=CampaignOperatorsSerializer)
    @action(detail=True, methods=["get", "put"], filter_backends=())
    def operators(self, request: Request, pk: int) -> Response:
        """Who may work on the campaign; PUT replaces them."""
        campaign = self.get_object()
        if request.method == "PUT":
            asked = CampaignOperatorsSerializer(data=request.data)
            asked.is_valid(raise_exception=True)
            penalties = {one["id"]: one["penalty"] for one in asked.validated_data["operators"]}
            actions.do_set_operators(campaign, penalties, acting_user=self._person())
        rows = campaign.campaign_operators.order_by("operator_id").values_list("operator_id", "penalty")
        return Response({"operators": [{"id": pk, "penalty": penalty} for pk, penalty in rows]})

    @extend_schema(responses=FiguresSerializer)
    @action(detail=True, filter_backends=())
    def figures(self, request: Request, pk: int) -> Response:
        """Calls now and today, contacts by state, and the pacing's last word."""
        campaign, schema = self.get_object(), active_schema()
        today = now().astimezone(ZoneInfo(entered_company(schema).timezone)).date()
        day = DayFigures.objects.filter(campaign_id=campaign.pk, day=today).first()
        live = calls_live.read(client(), [(schema, campaign.pk)])[0]
        word = said.read(client(), schema).get(campaign.pk)
        return Response(
            figures_data(day or DayFigures(campaign_id=campaign.pk, day=today), live, contacts_by_state(campaign), word)
        )

    def _move(self, do: Callable[..., Campaign]) -> Response:
        campaign = self.get_object()
        do(campaign, acting_user=self._person())
        return self._campaign(campaign.pk)

    def _campaign(self, pk: int) -> Response:
        return Response(CampaignSerializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    def _person(self) -> User:
        assert isinstance(self.request.user, User)  # the permission class saw to it
        return self.request.user
