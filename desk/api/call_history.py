"""One call from dial to price, and all calls of a contact."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsCompanyPerson, IsSupervisor
from accounts.models import User
from agents.models import Operator
from calls.api.serializers import CallSerializer
from calls.api.views import NewestFirst
from calls.legs import legs_of
from calls.models import Call, CallStep
from calls.selectors import calls_visible_to
from contacts.models import Contact
from desk.call_timeline import Moment, Phase, moments, phases
from tenants.api.drawing import ModelSerializer, Serializer
from tenants.api.rows import DrawnList


class MomentSerializer(Serializer[Moment]):
    """One line of the timeline, in the language of the request."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    call_id = serializers.UUIDField(allow_null=True, help_text="Another call that the line is about.")


class PhaseSerializer(Serializer[Phase]):
    kind = serializers.ChoiceField(choices=["ring", "wait", "talk", "hold"])
    seconds = serializers.SerializerMethodField()

    def get_seconds(self, phase: Phase) -> float:
        return round(phase.length.total_seconds(), 3)


class StepSerializer(ModelSerializer[CallStep]):
    """What happened, for programs: ``detail`` depends on ``kind``."""

    detail = serializers.DictField()

    class Meta:
        model = CallStep
        fields = ("at", "kind", "operator_id", "detail")
        read_only_fields = fields


class TimelineSerializer(Serializer[Any]):
    moments = MomentSerializer(many=True)
    phases = PhaseSerializer(many=True, help_text="Of a call that was dialed and has ended; in their order.")
    steps = StepSerializer(many=True)


class TimelineView(APIView):
    """A call as it went."""

    scope_family = "calls"
    permission_classes = (IsCompanyPerson,)

    @extend_schema(responses=TimelineSerializer)
    def get(self, request: Request, pk: Any) -> Response:
        """Every instant and step of a call, from dial to price."""
        assert isinstance(request.user, User)
        call = get_object_or_404(calls_visible_to(request.user), pk=pk)
        steps = list(CallStep.objects.filter(call_id=call.pk))
        people = {step.operator_id for step in steps if step.operator_id} | {call.operator_id or 0}
        names = dict(Operator.objects.filter(pk__in=people).values_list("pk", "user__name"))
        lines = moments(call, steps, names, legs=list(legs_of(call)), language=get_language() or "pt-br")
        told = {"moments": lines, "phases": phases(call, steps), "steps": steps}
        return Response(TimelineSerializer(told).data)


class ContactHistoryView(DrawnList, GenericViewSet[Call]):
    """Calls with a contact, newest first."""

    scope_family = "contacts"
    permission_classes = (IsSupervisor,)
    serializer_class = CallSerializer
    pagination_class = NewestFirst
    queryset = Call.objects.none()

    def get_queryset(self) -> QuerySet[Call]:
        if getattr(self, "swagger_fake_view", False):
            return Call.objects.none()
        assert isinstance(self.request.user, User)
        contact = get_object_or_404(Contact, pk=self.kwargs["pk"])
        return calls_visible_to(self.request.user).filter(contact_id=contact.pk)
