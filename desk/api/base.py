"""What all of the desk's endpoints share: the operator who asks, his browser, and the new state as the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from redis.exceptions import RedisError
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsOperator
from accounts.models import User
from agents.models import Operator
from agents.phones import Browser
from agents.selectors import operator_of
from desk.api.serializers import DeskStateSerializer
from desk.exceptions import LiveStateAwayError
from desk.state import state_of

_TAB = re.compile(r"[\w-]{1,64}")
F = TypeVar("F", bound=Callable[..., Any])
S = TypeVar("S", bound="serializers.Serializer[Any]")
tab_header = OpenApiParameter("X-Desk-Tab", str, OpenApiParameter.HEADER, description="The browser tab's own token.")


class DeskView(APIView):
    """One of the operator's own endpoints."""

    permission_classes = (IsOperator,)

    def handle_exception(self, exc: Exception) -> Response:
        """Say in words that Redis is away: nothing on the desk works without it, and it comes back."""
        return super().handle_exception(LiveStateAwayError() if isinstance(exc, RedisError) else exc)

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)  # the permission class saw to it
        return self.request.user

    @property
    def operator(self) -> Operator:
        operator = operator_of(self.person)
        if operator is None:
            raise Http404
        return operator

    @property
    def browser(self) -> Browser:
        tab = str(self.request.headers.get("X-Desk-Tab", "") or self.request.POST.get("tab", ""))
        return Browser(self.request.session.session_key or "", tab if _TAB.fullmatch(tab) else "")

    def asked(self, kind: type[S]) -> dict[str, Any]:
        """Give the checked body."""
        serializer = kind(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        data: dict[str, Any] = serializer.validated_data
        return data

    def answer(self, operator: Operator, code: int = status.HTTP_200_OK) -> Response:
        # The phone's password and a customer's data are in it: no cache on the way keeps them.
        return Response(state_of(operator, self.browser), status=code, headers={"Cache-Control": "no-store"})


def desk_schema(request: Any = None, *, summary: str) -> Callable[[F], F]:
    """Describe an endpoint that answers the desk's new state."""
    return extend_schema(request=request, responses=DeskStateSerializer, parameters=[tab_header], summary=summary)


__all__ = ["DeskView", "Request", "Response", "desk_schema", "tab_header"]
