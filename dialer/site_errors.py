"""What both sites answer where no view did: pages for people, problems for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views import defaults

from tenants.api.problems import is_api, problem_response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem_response(request, status=400, code="bad_request", detail=_("The request makes no sense."))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem_response(request, status=403, code="not_allowed", detail=_("Your role doesn't allow this."))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem_response(request, status=404, code="not_found", detail=_("There is nothing at this address."))
    return defaults.page_not_found(request, exception)
