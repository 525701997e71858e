"""Calls that the operator begins, calls that he has promised, destinations, and what his supervisors write to him."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status

from agents.messages import do_confirm_message
from campaigns import callbacks, manual, preview
from campaigns.models import Callback
from desk import targets
from desk.api.base import DeskView, Request, Response, desk_schema
from desk.api.serializers import (
    CallbackMoveSerializer,
    ManualSerializer,
    PreviewDialSerializer,
    PreviewNextSerializer,
    PreviewSkipSerializer,
    TargetSerializer,
    TargetsSerializer,
)


class ManualView(DeskView):
    @desk_schema(ManualSerializer, summary="Dial a number by hand")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(ManualSerializer), self.operator
        manual.do_dial_manually(operator, asked["campaign_id"], asked["number"], acting_user=self.person)
        return self.answer(operator)


class PreviewNextView(DeskView):
    @desk_schema(PreviewNextSerializer, summary="Put the campaign's next contact in front of the operator")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(PreviewNextSerializer), self.operator
        preview.do_next(operator, asked["campaign_id"], acting_user=self.person)
        return self.answer(operator)


class PreviewDialView(DeskView):
    @desk_schema(PreviewDialSerializer, summary="Dial the contact in front of the operator")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(PreviewDialSerializer), self.operator
        preview.do_dial(operator, asked.get("phone_id"), acting_user=self.person)
        return self.answer(operator)


class PreviewSkipView(DeskView):
    @desk_schema(PreviewSkipSerializer, summary="Pass on the contact in front of the operator")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(PreviewSkipSerializer), self.operator
        preview.do_skip(operator, asked["reason"], again_at=asked.get("again_at"), acting_user=self.person)
        return self.answer(operator)


class OwnCallbackView(DeskView):
    """One of the operator's own callbacks."""

    @desk_schema(CallbackMoveSerializer, summary="Move a callback, or leave it to anyone")
    def patch(self, request: Request, pk: int) -> Response:
        asked, operator = self.asked(CallbackMoveSerializer), self.operator
        callbacks.do_reschedule(self._own(pk), asked["due_at"], mine=asked["mine"], acting_user=self.person)
        return self.answer(operator)

    @desk_schema(summary="Cancel a callback")
    def delete(self, request: Request, pk: int) -> Response:
        operator = self.operator
        callbacks.do_cancel(self._own(pk), acting_user=self.person)
        return self.answer(operator, status.HTTP_200_OK)

    def _own(self, pk: int) -> Callback:
        return get_object_or_404(Callback.objects.select_related("operator"), pk=pk, operator=self.operator)


class MessageReadView(DeskView):
    @desk_schema(summary="Confirm that a message was read")
    def post(self, request: Request, pk: int) -> Response:
        operator = self.operator
        if not do_confirm_message(pk, operator, acting_user=self.person):
            raise Http404
        return self.answer(operator)


class TargetsView(DeskView):
    @extend_schema(responses=TargetsSerializer, parameters=[OpenApiParameter("q", str)])
    def get(self, request: Request) -> Response:
        """Destinations for transfers and consultations."""
        found = targets.search(self.operator, request.query_params.get("q", "")[:80])
        return Response({"targets": TargetSerializer(found, many=True).data})
