"""Who may open a page. Actions check the role again; this spares people pages whose every button would refuse."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

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
    # A fragment's request is answered with a redirect of the whole page: the login form must not appear inside it.
    answer = redirect_to_login(request.get_full_path() if request.method == "GET" else "")
    return HttpResponseClientRedirect(answer.url) if request.headers.get("HX-Request") else answer


def for_supervisors(view: View) -> View:
    """Masters and supervisors."""
    return for_roles(Role.MASTER, Role.SUPERVISOR)(view)


def for_masters(view: View) -> View:
    return for_roles(Role.MASTER)(view)


def for_operators(view: View) -> View:
    return for_roles(Role.OPERATOR)(view)


def for_global_admins(view: View) -> View:
    return for_roles(Role.GLOBAL_ADMIN)(view)
