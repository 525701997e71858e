"""The Content-Security-Policy of every answer: one text, worked out once a process from CONTENT_SECURITY_POLICY."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


class PolicyMiddleware:
    """django-csp's own works the policy out for each answer, for pages with nonces and exceptions: here are none."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in {404, 500}):  # Django's own pages for developers
            response.headers.setdefault(HEADER, self._policy)
        return response
