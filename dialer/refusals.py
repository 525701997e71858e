"""A page in place of the empty answer that Django gives to a method which an address doesn't take."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext as _

from tenants.api.problems import is_api, problem_response

Handler = Callable[[HttpRequest], HttpResponse]


class MethodMiddleware:
    """Speaks the person's language: it stands inside of what finds that out, and outside of the views."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or not isinstance(response, HttpResponseNotAllowed):
            return response  # a view of DRF's has answered with a problem
        allowed = {"Allow": response["Allow"]}
        if is_api(request):
            words = _("The method doesn’t exist at this address.")
            return problem_response(request, status=405, code="method_not_allowed", detail=words, headers=allowed)
        page = render(request, "405.html", status=405)
        page["Allow"] = allowed["Allow"]
        return page
