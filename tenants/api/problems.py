"""Problems (RFC 9457) outside of DRF's views: middleware, unknown paths, failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse

from common.errors import DomainError
from common.problems import MEDIA_TYPE, problem


def is_api(request: HttpRequest) -> bool:
    """Whether the path belongs to the API, on its own or below a company's ``/c/<slug>/``."""
    return "/api/" in request.path


def problem_response(
    request: HttpRequest,
    *,
    status: int,
    code: str,
    detail: str,
    retryable: bool = False,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> JsonResponse:
    body = problem(status=status, code=code, detail=detail, retryable=retryable, instance=request.path, **members)
    return JsonResponse(
        body,
        status=status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
        json_dumps_params={"ensure_ascii": False},
    )


def refusal(request: HttpRequest, error: DomainError, headers: Mapping[str, str] | None = None) -> JsonResponse:
    """Answer one of our own errors."""
    return problem_response(
        request,
        status=error.http_status,
        code=error.code,
        detail=str(error),
        retryable=error.retryable,
        headers=headers,
    )
