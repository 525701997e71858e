"""Logging in and out by JSON, for integrators and robots."""

from __future__ import annotations

from typing import cast

from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import do_choose_language
from accounts.api.serializers import CredentialsSerializer, OwnSettingsSerializer, SessionSerializer
from accounts.models import User
from accounts.sessions import do_log_in, do_log_out
from tenants.request import SiteRequest


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SessionView(APIView):
    """The caller's own session. Get the token first; log in with it; use the new one that log-in answers."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=SessionSerializer)
    def get(self, request: Request) -> Response:
        return _answer(request)

    @extend_schema(request=CredentialsSerializer, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        # DRF checks the token for people who are logged in only; logging a victim in as somebody else is an attack too.
        SessionAuthentication().enforce_csrf(request)
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        do_log_in(_site(request), **given.validated_data)
        return _answer(request)

    @extend_schema(request=OwnSettingsSerializer, responses=SessionSerializer)
    def patch(self, request: Request) -> Response:
        """Choose the language that pages and answers speak to this person, whoever asks in his name."""
        if not isinstance(request.user, User):
            raise NotAuthenticated
        given = OwnSettingsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        do_choose_language(request.user, **given.validated_data)
        return _answer(request)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        SessionAuthentication().enforce_csrf(request)
        do_log_out(_site(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _site(request: Request) -> SiteRequest:
    return cast(SiteRequest, request._request)


def _answer(request: Request) -> Response:
    site = _site(request)
    user = site.user if isinstance(site.user, User) else None
    company = site.company.slug if site.company else None
    body = {"user": user, "company": company, "csrf_token": get_token(site)}
    return Response(SessionSerializer(body).data, headers={"Cache-Control": "no-store"})
