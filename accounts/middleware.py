"""Sessions bound to their schema, and each person's language."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from typing import Literal, cast

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date

from accounts.models import User
from tenants.request import SiteRequest

Handler = Callable[[HttpRequest], HttpResponse]
_SAMESITE: Literal["Lax"] = "Lax"
SessionStore: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore


def session_cookie_name(schema: str) -> str:
    """The cookie of one schema's session: two companies on one host never share one."""
    return f"session_{schema}"


class SchemaSessionMiddleware:
    """Keeps each schema's session under a cookie of its own name and path, in that schema's own table.

    A session key of one company presented to another is looked up in a table where it does not exist. A new key is
    made at log-in (django.contrib.auth.login), so a key planted before it is worth nothing.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = cast(SiteRequest, request)
        name = session_cookie_name(site.schema)
        session = SessionStore(site.COOKIES.get(name))
        site.session = session
        response = self.get_response(site)
        if session.accessed:
            patch_vary_headers(response, ("Cookie",))
        path = site.site_prefix or "/"
        if session.is_empty():
            if name in site.COOKIES:
                response.delete_cookie(name, path=path, samesite=_SAMESITE)
        elif session.modified and response.status_code < 500:
            _save(session)
            _set_cookie(response, name, path, session)
        return response


def _save(session: SessionBase) -> None:
    try:
        session.save()
    except UpdateError as error:  # logged out elsewhere while this request ran: don't bring it back to life
        raise SessionInterrupted("The session was ended before the request completed.") from error


def _set_cookie(response: HttpResponse, name: str, path: str, session: SessionBase) -> None:
    age = session.get_expiry_age()
    response.set_cookie(
        name,
        session.session_key or "",
        max_age=age,
        expires=http_date(time.time() + age),
        path=path,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite=_SAMESITE,
    )


class PersonLanguageMiddleware:
    """Speaks the language that a person chose, also to programs in his name; LocaleMiddleware has guessed before."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = cast(SiteRequest, request)
        if language := _chosen_language(site):
            translation.activate(language)
            site.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        return self.get_response(site)


def _chosen_language(site: SiteRequest) -> str:
    """Give a person's own; "" leaves the guess, as for a program that says by its header what it wants to read."""
    if hasattr(site, "api_credential"):
        speaks_for_itself = "Accept-Language" in site.headers
    else:
        speaks_for_itself = session_cookie_name(site.schema) not in site.COOKIES
    return "" if speaks_for_itself or not isinstance(site.user, User) else site.user.language
