"""The wallboard's limits: from when on a tile turns amber or red."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsSupervisor
from accounts.models import User
from agents.board_limits import RANGES, board_limits, do_change_board_limits
from tenants.api.drawing import Serializer


def _within(name: str) -> serializers.IntegerField:
    least, most = RANGES[name]
    return serializers.IntegerField(min_value=least, max_value=most)


class BoardLimitsSerializer(Serializer[Any]):
    """Pauses have their reasons' own limits, abandoned calls their campaign's."""

    waiting_s = _within("waiting_s")
    talk_minutes = _within("talk_minutes")
    wrap_up_s = _within("wrap_up_s")
    nobody_free_s = _within("nobody_free_s")
    near_percent = _within("near_percent")


class BoardLimitsView(APIView):
    """The company's limits of the wallboard. Every open one follows a change at once."""

    permission_classes = (IsSupervisor,)

    @extend_schema(responses=BoardLimitsSerializer)
    def get(self, _request: Request) -> Response:
        return Response(BoardLimitsSerializer(board_limits()).data)

    @extend_schema(request=BoardLimitsSerializer(partial=True), responses=BoardLimitsSerializer)
    def patch(self, request: Request) -> Response:
        asked = BoardLimitsSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        assert isinstance(request.user, User)  # the permission class saw to it
        changed = do_change_board_limits(acting_user=request.user, **asked.validated_data)
        return Response(BoardLimitsSerializer(changed).data)
