"""A company's webhooks and its feed of events. Masters, and keys with the scope of integrations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster
from accounts.models import User
from integrations.api.webhook_serializers import (
    FeedQuerySerializer,
    FeedSerializer,
    ResentSerializer,
    WebhookDeliveryDetailSerializer,
    WebhookDeliverySerializer,
    WebhookEndpointSerializer,
    WebhookSecretSerializer,
)
from integrations.choices import TEST_EVENT, DeliveryState, EventType
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.webhooks import actions, feed
from tenants.api.etags import Tagged
from tenants.api.filtering import FilterBackend
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList


class EndpointPages(CursorPagination):
    ordering = "id"


class DeliveryPages(CursorPagination):
    ordering = "-id"


@extend_schema_view(
    list=extend_schema(summary="Webhooks of the company"),
    retrieve=extend_schema(summary="One webhook"),
    create=extend_schema(
        summary="Add a webhook; the answer has its secret, this once", responses={201: WebhookSecretSerializer}
    ),
)
class WebhookEndpointViewSet(Tagged, DrawnList, mixins.RetrieveModelMixin, GenericViewSet[WebhookEndpoint]):
    """Where events are sent. What was sent is in ``webhook-deliveries``."""

    permission_classes = (IsMaster,)
    scope_family = "integrations"
    serializer_class = WebhookEndpointSerializer
    pagination_class = EndpointPages
    queryset = WebhookEndpoint.objects.all()
    lookup_value_converter = "int"
    moves_by_itself: ClassVar = frozenset({"failing_since", "last_success_at"})

    def create(self, request: Request) -> Response:
        asked = WebhookEndpointSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        endpoint, secret = actions.do_create_endpoint(**asked.validated_data, acting_user=_person(request))
        return _with_secret(endpoint, secret, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change a webhook", request=WebhookEndpointSerializer(partial=True), responses=WebhookEndpointSerializer
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        with self.unchanged(request) as endpoint:
            asked = WebhookEndpointSerializer(endpoint, data=request.data, partial=True)
            asked.is_valid(raise_exception=True)
            changed = actions.do_update_endpoint(endpoint, **asked.validated_data, acting_user=_person(request))
            return self.answer(request, changed)

    @extend_schema(summary="Remove a webhook with its log", responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        with self.unchanged(request) as endpoint:
            actions.do_delete_endpoint(endpoint, acting_user=_person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Send nothing more", request=None, responses=WebhookEndpointSerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: int) -> Response:
        return self._done(request, actions.do_stop_endpoint)

    @extend_schema(summary="Send again from now on", request=None, responses=WebhookEndpointSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: int) -> Response:
        return self._done(request, actions.do_start_endpoint)

    @extend_schema(
        summary="Make a new secret; the former one goes on for 24 hours",
        request=None,
        responses=WebhookSecretSerializer,
    )
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, pk: int) -> Response:
        endpoint, secret = actions.do_rotate_secret(self.get_object(), acting_user=_person(request))
        return _with_secret(endpoint, secret, status.HTTP_200_OK)

    @extend_schema(summary="End the former secret at once", request=None, responses=WebhookEndpointSerializer)
    @action(detail=True, methods=["post"], url_path="end-former-secret")
    def end_former_secret(self, request: Request, pk: int) -> Response:
        return self._done(request, actions.do_forget_former_secret)

    @extend_schema(summary="Send a test event", request=None, responses={202: WebhookDeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: int) -> Response:
        delivery = actions.do_send_test(self.get_object(), acting_user=_person(request))
        return Response(WebhookDeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(summary="Send again all that did not arrive", request=None, responses={202: ResentSerializer})
    @action(detail=True, methods=["post"], url_path="resend-missed")
    def resend_missed(self, request: Request, pk: int) -> Response:
        count = actions.do_resend_missed(self.get_object(), acting_user=_person(request))
        return Response({"resent": count}, status=status.HTTP_202_ACCEPTED)

    def _done(self, request: Request, do: Callable[..., WebhookEndpoint]) -> Response:
        return Response(WebhookEndpointSerializer(do(self.get_object(), acting_user=_person(request))).data)


class DeliveryFilter(filters.FilterSet):  # type: ignore[misc]
    endpoint = filters.NumberFilter(field_name="endpoint_id", min_value=1, max_value=2**63 - 1)
    state = filters.ChoiceFilter(choices=DeliveryState.choices)
    event_type = filters.ChoiceFilter(choices=[*EventType.choices, (TEST_EVENT, TEST_EVENT)])

    class Meta:
        model = WebhookDelivery
        fields = ("endpoint", "state", "event_type")


@extend_schema_view(
    list=extend_schema(summary="What was sent, and what came of it"),
    retrieve=extend_schema(summary="One delivery with its attempts", responses=WebhookDeliveryDetailSerializer),
)
class WebhookDeliveryViewSet(DrawnList, mixins.RetrieveModelMixin, GenericViewSet[WebhookDelivery]):
    permission_classes = (IsMaster,)
    scope_family = "integrations"
    pagination_class = DeliveryPages
    filter_backends = (FilterBackend,)
    filterset_class = DeliveryFilter
    queryset = WebhookDelivery.objects.all()
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        rows = WebhookDelivery.objects.all()
        return rows.prefetch_related("attempts") if self.action == "retrieve" else rows

    def get_serializer_class(self) -> Any:
        return WebhookDeliveryDetailSerializer if self.action == "retrieve" else WebhookDeliverySerializer

    @extend_schema(summary="Send it again", request=None, responses={202: WebhookDeliverySerializer})
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: int) -> Response:
        delivery = get_object_or_404(WebhookDelivery, pk=pk)
        resent = actions.do_resend(delivery, acting_user=_person(request))
        return Response(WebhookDeliverySerializer(resent).data, status=status.HTTP_202_ACCEPTED)


class EventFeedView(APIView):
    """All that happened, in an order that never changes: for who can't be called, or has missed something."""

    permission_classes = (IsMaster,)
    scope_family = "integrations"

    @extend_schema(summary="Events after a cursor", parameters=[FeedQuerySerializer], responses=FeedSerializer)
    def get(self, request: Request) -> Response:
        query = FeedQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        if asked.get("after") == "latest":
            page = feed.Page([], feed.latest(), has_more=False)
        else:
            after = int(asked["after"]) if "after" in asked else None
            page = feed.read(after, types=asked.get("types", []), limit=asked["limit"])
        body = {"results": page.events, "next_cursor": str(page.after), "has_more": page.has_more}
        return Response(FeedSerializer(body).data)


def _with_secret(endpoint: WebhookEndpoint, secret: str, status_code: int) -> Response:
    data = WebhookEndpointSerializer(endpoint).data | {"secret": secret}
    return Response(data, status=status_code, headers={"Cache-Control": "no-store"})


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # the permission class saw to it
    return request.user
