"""PostgreSQL or Redis away, or too busy: a clear 503 for people and programs, one line in the log, no stack trace."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error
from psycopg.errors import QueryCanceled
from redis.exceptions import RedisError

from dialer.logs import AWAY
from tenants.api.problems import is_api, problem_response

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]

RETRY_AFTER_S = 5
TOO_SLOW_RETRY_AFTER_S = 60


class OutageMiddleware:
    """Answers errors of views. Those of other middleware reach ``server_error_or_outage``, the sites' handler500."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return _unavailable(request, error) if isinstance(error, AWAY) else None


def server_error_or_outage(request: HttpRequest) -> HttpResponse:
    """Answer an error that nobody caught: 503 when a server is away, else 500."""
    error = sys.exc_info()[1]
    if isinstance(error, AWAY):
        return _unavailable(request, error)
    if _wants_json(request):
        detail = _("Something went wrong on our side.")
        return problem_response(request, status=500, code="server_error", detail=detail)
    return server_error(request)


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled):
        return _too_slow(request)
    part = "Redis" if isinstance(error, RedisError) else "PostgreSQL"
    first_line = str(error).partition("\n")[0]
    logger.error("%s %s: %s is away or too busy: %s", request.method, request.path, part, first_line)
    headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
    if _wants_json(request):
        detail = _("A part of the platform does not answer at the moment. Try again in a few seconds.")
        return problem_response(request, status=503, code="unavailable", detail=detail, retryable=True, headers=headers)
    # Without the request: its context processors would ask the very server that is away.
    return HttpResponse(render_to_string("errors/unavailable.html"), status=503, headers=headers)


def _too_slow(request: HttpRequest) -> HttpResponse:
    """PostgreSQL has given a statement up (settings.STATEMENT_TIMEOUT_S), and is well."""
    logger.error("%s %s: a statement took too long and was given up", request.method, request.path)
    headers = {"Retry-After": str(TOO_SLOW_RETRY_AFTER_S), "Cache-Control": "no-store"}
    if _wants_json(request):
        detail = _("The answer took too long to work out. Ask for less at once, such as fewer days, or try later.")
        return problem_response(request, status=503, code="too_slow", detail=detail, retryable=True, headers=headers)
    return HttpResponse(render_to_string("errors/too_slow.html"), status=503, headers=headers)


def _wants_json(request: HttpRequest) -> bool:
    return is_api(request) or not request.accepts("text/html")
