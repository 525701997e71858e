"""What supervisors do from the wallboard: hear an operator, help him, take his customer over, write to him.

All of it answers at once with what is known; what the switch makes of it comes as ``supervise.changed`` and
``supervise.failed`` on the supervisor's own topic.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.permissions import IsSupervisor
from accounts.models import User
from agents import intervening, messages, supervising, taking
from agents.exceptions import NothingTakenError
from agents.models import Operator
from agents.supervision_state import taken_over
from agents.supervisor_phones import browser_digest
from calls.actions import do_hang_up, do_set_disposition
from calls.api.serializers import SetDispositionSerializer, tabulation_of
from calls.models import Call
from common.clock import now
from desk import supervision
from desk.api import supervision_serializers as shapes
from tenants.written import GivenKey, Written

_OPERATOR = Written(lambda: Operator.objects.select_related("user").order_by().filter(pk=GivenKey("pk")))


class SupervisionView(APIView):
    """The supervisor's own phone and listening."""

    permission_classes = (IsSupervisor,)

    @extend_schema(responses=shapes.SupervisionSerializer)
    def get(self, request: Request) -> Response:
        return _own(request)


class PhoneView(APIView):
    """The supervisor's phone: opened anew by every page that needs it, closed by the page that has it."""

    permission_classes = (IsSupervisor,)

    @extend_schema(request=shapes.OpenPhoneSerializer, responses={201: shapes.OpenedPhoneSerializer})
    def post(self, request: Request) -> Response:
        operator_id = _read(shapes.OpenPhoneSerializer, request).get("operator")
        operator = get_object_or_404(Operator, pk=operator_id) if operator_id else None
        phone = supervising.do_open_phone(operator, browser=_browser(request), acting_user=_person(request))
        opened = {"session": phone.session, "state": phone.state, "account": supervision.account_of(phone)}
        answer = Response(shapes.OpenedPhoneSerializer(opened).data, status=status.HTTP_201_CREATED)
        answer["Cache-Control"] = "no-store"
        return answer

    @extend_schema(
        parameters=[OpenApiParameter("session", str, description="Only this opening; absent: whichever there is.")],
        responses={204: OpenApiResponse(description="Closed, or it was.")},
    )
    def delete(self, request: Request) -> Response:
        session = request.query_params.get("session")
        supervising.do_close_phone(acting_user=_person(request), session=session or None)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PanelView(APIView):
    """One operator, as a supervisor sees him."""

    permission_classes = (IsSupervisor,)

    @extend_schema(responses=shapes.PanelSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return _panel(_operator(pk))


class TalksView(APIView):
    """The calls that are on, for the wallboard."""

    permission_classes = (IsSupervisor,)

    @extend_schema(
        parameters=[OpenApiParameter("calls", str, required=True, description="Ids, comma-separated; at most 200.")],
        responses=shapes.TalksSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = [text for text in request.query_params.get("calls", "").split(",") if text]
        try:
            call_ids = [UUID(text) for text in asked[: shapes.MOST_AT_ONCE]]
        except ValueError as error:
            raise ValidationError({"calls": [_("Expected ids of calls, separated by commas.")]}) from error
        return Response(shapes.TalksSerializer({"talks": supervision.talks(call_ids)}).data)


class ListenView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=shapes.ListenSerializer, responses={202: shapes.SupervisionSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Hear an operator, or change how. The phone has to be open."""
        mode = _read(shapes.ListenSerializer, request)["mode"]
        supervising.do_listen(_operator(pk), mode, acting_user=_person(request))
        return _own(request, status.HTTP_202_ACCEPTED)


class TakeOverView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=None, responses={202: shapes.SupervisionSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Have the customer of the operator who is being heard."""
        supervising.do_take_over(_operator(pk), acting_user=_person(request))
        return _own(request, status.HTTP_202_ACCEPTED)


class StopListeningView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=None, responses=shapes.SupervisionSerializer)
    def post(self, request: Request) -> Response:
        """Leave the operator who is being heard."""
        supervising.do_stop_listening(acting_user=_person(request))
        return _own(request)


class TakenHoldView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=None, responses={202: shapes.SupervisionSerializer})
    def post(self, request: Request) -> Response:
        """Put the customer who was taken over on hold."""
        taking.do_hold_taken(acting_user=_person(request))
        return _own(request, status.HTTP_202_ACCEPTED)


class TakenResumeView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=None, responses={202: shapes.SupervisionSerializer})
    def post(self, request: Request) -> Response:
        """Go back to the customer who was taken over."""
        taking.do_resume_taken(acting_user=_person(request))
        return _own(request, status.HTTP_202_ACCEPTED)


class TakenHangUpView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=None, responses={202: shapes.SupervisionSerializer})
    def post(self, request: Request) -> Response:
        """End the call that was taken over."""
        do_hang_up(_taken_call(request), acting_user=_person(request))
        return _own(request, status.HTTP_202_ACCEPTED)


class TakenDispositionView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=SetDispositionSerializer, responses=shapes.SupervisionSerializer)
    def post(self, request: Request) -> Response:
        """Say what the conversation that was taken over came to."""
        said = _read(SetDispositionSerializer, request)
        call, user = _taken_call(request), _person(request)
        do_set_disposition(call, tabulation_of(said), acting_user=user)
        return _own(request)


class TakenSettleView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=None, responses=shapes.SupervisionSerializer)
    def post(self, request: Request) -> Response:
        """Put the ended call that was taken over aside."""
        supervising.do_settle(acting_user=_person(request))
        return _own(request)


class ForcePauseView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=shapes.ForcePauseSerializer, responses=shapes.PanelSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Pause an operator: now when free, else after his call and its wrap-up."""
        operator, reason = _operator(pk), _read(shapes.ForcePauseSerializer, request)["reason"]
        intervening.do_force_pause(operator, reason, acting_user=_person(request))
        return _panel(operator)


class ForceFreeView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=None, responses=shapes.PanelSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """End an operator's wrap-up or pause; a mandatory pause only once its time is over."""
        operator = _operator(pk)
        intervening.do_force_free(operator, acting_user=_person(request))
        return _panel(operator)


class MessagesView(APIView):
    permission_classes = (IsSupervisor,)

    @extend_schema(request=shapes.SendMessageSerializer, responses={201: shapes.SentSerializer})
    def post(self, request: Request) -> Response:
        """Write to some operators, or to everybody on shift."""
        asked = _read(shapes.SendMessageSerializer, request)
        readers = _readers(asked.get("operators"))
        sent = messages.do_send_message(asked["text"], readers, acting_user=_person(request))
        body = shapes.SentSerializer({"messages": [message.pk for message in sent]}).data
        return Response(body, status=status.HTTP_201_CREATED)


def _readers(operator_ids: list[int] | None) -> list[Operator] | None:
    if operator_ids is None:
        return None
    found = list(Operator.objects.filter(pk__in=operator_ids))
    if len(found) != len(set(operator_ids)):
        raise Http404
    return found


def _own(request: Request, code: int = status.HTTP_200_OK) -> Response:
    state = supervision.own_state(_person(request), _browser(request))
    return Response(shapes.SupervisionSerializer(state).data, status=code)


def _panel(operator: Operator) -> Response:
    return Response(shapes.PanelSerializer(supervision.panel_of(operator)).data)


def _operator(pk: int) -> Operator:
    found: Operator | None = _OPERATOR.first(pk=pk)
    if found is None:
        raise Http404
    return found


def _taken_call(request: Request) -> Call:
    taken = taken_over(_person(request).pk, now())
    call = Call.objects.filter(pk=taken.call_id).first() if taken and taken.call_id else None
    if call is None:
        raise NothingTakenError
    return call


def _read(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    asked = kind(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _browser(request: Request) -> str:
    return browser_digest(request.session.session_key or "")


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # the permission classes saw to it
    return request.user
