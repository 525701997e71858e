"""Who may open a page. Actions check the role again; this spares people pages whose every button would refuse."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect

from accounts.choices import Role
from accounts.models import User
from tenants.request import SiteRequest

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def for_roles(*roles: str) -> Callable[[View], View]:
    """Let only these roles in: nobody is sent to the login page (and back afterwards), others get 403."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def checked(request: SiteRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User):
                return _to_login(request)
            if user.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast(View, checked)

    return wrap


def _to_login(request: SiteRequest) -> HttpResponseBase:
    """Send to the log-in, and from there back to the page that the person was on (the log-in checks that it is ours).

    What a fragment or a form asked for is no page: it is the one that they stand on.
    """
    is_fragment = bool(request.headers.get("HX-Request"))
    is_page = request.method in {"GET", "HEAD"} and not is_fragment
    answer = redirect_to_login(request.get_full_path() if is_page else _stands_on(request))
    # A fragment's request is answered with a redirect of the whole page: the login form must not appear inside it.
    return HttpResponseClientRedirect(answer.url) if is_fragment else answer


def _stands_on(request: SiteRequest) -> str:
    """Give path and query of the page of this site that sent the request; "" when nobody says, or another one did."""
    try:
        sender = urlsplit(request.headers.get("Referer", ""))
        ours = sender.netloc == request.get_host()
    except ValueError:
        return ""
    return urlunsplit(("", "", sender.path, sender.query, "")) if ours else ""


def for_supervisors(view: View) -> View:
    """Masters and supervisors."""
    return for_roles(Role.MASTER, Role.SUPERVISOR)(view)


def for_masters(view: View) -> View:
    return for_roles(Role.MASTER)(view)


def for_operators(view: View) -> View:
    return for_roles(Role.OPERATOR)(view)


def for_global_admins(view: View) -> View:
    return for_roles(Role.GLOBAL_ADMIN)(view)
