"""Every refusal of the API as JSON with a stable code."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import DomainError


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer ``{"code", "detail", "retryable"}``, and ``"fields"`` where the input was wrong."""
    if isinstance(error, DomainError):
        body = {"code": error.code, "detail": str(error), "retryable": error.retryable}
        if fields := getattr(error, "fields", None):
            body["fields"] = fields
        return Response(body, status=error.http_status)
    if isinstance(error, RecursionError):
        # A body nested thousands deep. DRF's parser takes only ValueError for bad JSON; nothing else here recurses.
        error = exceptions.ParseError()
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = {
            "code": "invalid",
            "detail": str(error.default_detail),
            "retryable": False,
            "fields": response.data,
        }
    elif isinstance(error, exceptions.APIException):
        response.data = {
            "code": error.default_code,
            "detail": str(error.detail),
            "retryable": response.status_code >= 429,
        }
    else:
        response.data = {"code": "not_found", "detail": str(response.data.get("detail", "")), "retryable": False}
    return response
