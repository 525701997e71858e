"""Tokens in and out. Cookies mean nothing here, so there is nothing to forge."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import tokens
from accounts.api.serializers import CredentialsSerializer, RefreshSerializer, TokenPairSerializer
from tenants.request import SiteRequest


class _TokenView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    is_repeatable = False
    """What it answers is a secret: nothing keeps it for a repetition (integrations.api.repetition)."""


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class TokenView(_TokenView):
    @extend_schema(request=CredentialsSerializer, responses=TokenPairSerializer, operation_id="token_issue")
    def post(self, request: Request) -> Response:
        """Give a pair of tokens for e-mail and password. Wrong ones are counted as at the log-in page."""
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return _pair(tokens.do_issue(cast(SiteRequest, request._request), **given.validated_data))


class RefreshView(_TokenView):
    @extend_schema(request=RefreshSerializer, responses=TokenPairSerializer, operation_id="token_refresh")
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair; to come with a spent one ends all tokens of the person."""
        return _pair(tokens.do_refresh(_given(request)))


class RevokeView(_TokenView):
    @extend_schema(request=RefreshSerializer, responses={204: None}, operation_id="token_revoke")
    def post(self, request: Request) -> Response:
        """End a refresh token, whether or not it was still worth something."""
        tokens.do_revoke(_given(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _given(request: Request) -> str:
    given = RefreshSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    return str(given.validated_data["refresh"])


def _pair(pair: tokens.Pair) -> Response:
    return Response(TokenPairSerializer(asdict(pair)).data, headers={"Cache-Control": "no-store"})
