"""Every refusal of the API as problem+json (common.problems) with a stable code."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import DomainError
from common.problems import MEDIA_TYPE, flat_errors, problem

RETRYABLE = {status.HTTP_429_TOO_MANY_REQUESTS, status.HTTP_503_SERVICE_UNAVAILABLE}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal; None for what is a fault of ours."""
    path: str = context["request"].path
    if isinstance(error, DomainError):
        return _of_domain(error, path)
    if isinstance(error, RecursionError):
        # A body nested thousands deep. DRF's parser takes only ValueError for bad JSON; nothing else here recurses.
        error = exceptions.ParseError()
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):  # Django's; DRF's own is an APIException
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    members: dict[str, Any] = {}
    detail, code = str(error.detail), _code(error)
    if isinstance(error, exceptions.ValidationError):
        detail = str(error.default_detail)
        members = {"errors": list(flat_errors(error.detail)), "fields": error.detail}
    response.data = problem(
        status=response.status_code,
        code=code,
        detail=detail,
        retryable=response.status_code in RETRYABLE,
        instance=path,
        **members,
    )
    response.content_type = MEDIA_TYPE
    return response


def _of_domain(error: DomainError, path: str) -> Response:
    members: dict[str, Any] = {}
    if fields := getattr(error, "fields", None):
        members = {"errors": list(flat_errors(fields)), "fields": fields}
    body = problem(
        status=error.http_status,
        code=error.code,
        detail=str(error),
        retryable=error.retryable,
        instance=path,
        **members,
    )
    headers = {"Retry-After": str(wait)} if (wait := getattr(error, "retry_after_s", None)) else {}
    return Response(body, status=error.http_status, content_type=MEDIA_TYPE, headers=headers)


def _code(error: exceptions.APIException) -> str:
    """Its own code where it was raised with one, as ``csrf_failed``."""
    if isinstance(error, exceptions.ValidationError):
        return "invalid"
    codes = error.get_codes()
    return codes if isinstance(codes, str) else str(error.default_code)
