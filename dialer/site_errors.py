"""What both sites answer where no view did: pages for people, problems for programs."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from tenants.api.problems import is_api, problem_response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return _too_large(request)
    if is_api(request):
        return problem_response(request, status=400, code="bad_request", detail=_("The request makes no sense."))
    return defaults.bad_request(request, exception)


def _too_large(request: HttpRequest) -> HttpResponseBase:
    if is_api(request):
        words = _("The body is larger than is taken here.")
        return problem_response(request, status=413, code="body_too_large", detail=words)
    return render(request, "413.html", status=413)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem_response(request, status=403, code="not_allowed", detail=_("Your role doesn't allow this."))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem_response(request, status=404, code="not_found", detail=_("There is nothing at this address."))
    return defaults.page_not_found(request, exception)
