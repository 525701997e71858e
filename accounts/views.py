"""Log-in and log-out pages, used by a company's site and by the platform's own."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import unquote

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from accounts.forms import LoginForm
from accounts.models import User
from accounts.sessions import do_log_in, do_log_out
from common.errors import DomainError
from tenants.request import SiteRequest


@method_decorator((never_cache, sensitive_post_parameters("password")), name="dispatch")
class LoginView(View):
    """Logs a person of the request's site in and sends him where he wanted to go."""

    def get(self, request: SiteRequest) -> HttpResponse:
        if isinstance(request.user, User):
            return HttpResponseRedirect(_next_page(request))
        return self._page(request, LoginForm())

    def post(self, request: SiteRequest) -> HttpResponse:
        form = LoginForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            do_log_in(request, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, form, refusal.http_status)
        return HttpResponseRedirect(_next_page(request))

    @staticmethod
    def _page(request: SiteRequest, form: LoginForm, status: int = HTTPStatus.OK) -> HttpResponse:
        template = "accounts/login.html" if request.company else "platform/login.html"
        return render(request, template, {"form": form, "next": _wanted(request)}, status=status)


class LogoutView(View):
    """Ends the session. POST only: a link or an image of another site must not log anyone out."""

    http_method_names = ["post", "options"]

    def post(self, request: SiteRequest) -> HttpResponse:
        do_log_out(request)
        return redirect("login")


def _next_page(request: SiteRequest) -> str:
    """Give the page asked for, if it lies in this very site, else the first page."""
    wanted = _wanted(request)
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Browsers resolve ".." and its escapes before they ask: such an address lies somewhere else than it says.
    climbs = ".." in unquote(wanted)
    inside = wanted.startswith(get_script_prefix()) and not climbs and not wanted.startswith(reverse("login"))
    return wanted if safe and inside else reverse("home")


def _wanted(request: SiteRequest) -> str:
    return request.POST.get("next") or request.GET.get("next") or ""
