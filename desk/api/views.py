"""The operator's desk: its state, his shift, and his phone."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status

from agents import actions
from desk.api.base import DeskView, Request, Response, desk_schema
from desk.api.serializers import DeskPauseSerializer, StartSerializer


class StateView(DeskView):
    @desk_schema(summary="All that the desk shows")
    def get(self, request: Request) -> Response:
        return self.answer(self.operator)


class StartView(DeskView):
    @desk_schema(StartSerializer, summary="Start the shift; this tab becomes its phone")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(StartSerializer), self.operator
        actions.do_start_shift(operator, asked.get("campaign_ids"), acting_user=self.person, browser=self.browser)
        return self.answer(operator)


class EndView(DeskView):
    @desk_schema(summary="End the shift")
    def post(self, request: Request) -> Response:
        operator = self.operator
        actions.do_end_shift(operator, acting_user=self.person)
        return self.answer(operator)


class PauseView(DeskView):
    @desk_schema(DeskPauseSerializer, summary="Pause, now or after the call")
    def post(self, request: Request) -> Response:
        asked, operator = self.asked(DeskPauseSerializer), self.operator
        actions.do_pause(operator, asked["reason"], acting_user=self.person)
        return self.answer(operator)


class ResumeView(DeskView):
    @desk_schema(summary="End the pause, or take back the wish for one")
    def post(self, request: Request) -> Response:
        operator = self.operator
        actions.do_resume(operator, acting_user=self.person)
        return self.answer(operator)


class FinishWrapUpView(DeskView):
    @desk_schema(summary="End wrap-up")
    def post(self, request: Request) -> Response:
        operator = self.operator
        actions.do_finish_wrap_up(operator, acting_user=self.person)
        return self.answer(operator)


class ReloadingView(DeskView):
    """For navigator.sendBeacon, which can set no headers: form data with ``tab`` and ``csrfmiddlewaretoken``."""

    @extend_schema(request=None, responses={204: OpenApiResponse(description="The switch waits.")})
    def post(self, request: Request) -> Response:
        actions.do_expect_reload(self.operator, self.browser, acting_user=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TakePhoneOverView(DeskView):
    @desk_schema(summary="Make this tab the phone of the shift")
    def post(self, request: Request) -> Response:
        operator = self.operator
        actions.do_take_phone_over(operator, self.browser, acting_user=self.person)
        return self.answer(operator)
