"""Who opens a WebSocket: the site from its host and path, the person from that site's session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib import auth
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django_tenants.utils import get_public_schema_name, schema_context

from accounts.choices import Role
from accounts.middleware import SessionStore, session_cookie_name
from accounts.models import User
from live import topics
from live.consumer import refuse
from live.topics import Viewer
from tenants.resolve import Site, UnknownCompanyError, resolve_site

Scope = dict[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]


class SiteSocketMiddleware:
    """Puts ``viewer`` and ``prove`` (live.consumer) into the scope, and the path below the company's prefix.

    Refuses the handshake for a foreign Origin, a host that isn't ours, and a company that is unknown.
    """

    def __init__(self, inner: Asgi) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        host = _header(scope, b"host")
        if not _is_our_host(host) or not is_same_origin(_header(scope, b"origin"), host):
            await refuse(scope, receive, send)
            return

        async def prove() -> Viewer | None:
            try:
                return (await _look(scope, host))[1]
            except UnknownCompanyError:  # suspended meanwhile
                return None

        try:
            site, viewer = await _look(scope, host)
        except (UnknownCompanyError, OperationalError, InterfaceError):
            await refuse(scope, receive, send)
            return
        inner_scope = {**scope, "path": site.path, "viewer": viewer, "prove": prove}
        await self.inner(inner_scope, receive, send)


async def _look(scope: Scope, host: str) -> tuple[Site, Viewer | None]:
    look = database_sync_to_async(find_viewer, thread_sensitive=False)
    found = await look(split_domain_port(host)[0], str(scope["path"]), _cookies(scope))
    return cast(tuple[Site, Viewer | None], found)


def find_viewer(host: str, path: str, cookies: dict[str, str]) -> tuple[Site, Viewer | None]:
    """Give the site, and its person by the session cookie, None for nobody. Raises UnknownCompanyError."""
    site = resolve_site(host, path)
    with schema_context(site.schema):
        user = _person(cookies.get(session_cookie_name(site.schema)))
    return site, None if user is None else viewer_of(site.schema, user)


def _person(session_key: str | None) -> User | None:
    """Give the person of a session of the active schema, checked as for a page: key, password hash, role, active."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = auth.get_user(request)
    return user if isinstance(user, User) else None


def viewer_of(schema: str, user: User) -> Viewer:
    """Give what a person may see live."""
    own = topics.person(user.pk)
    seen: tuple[str, ...]
    if schema == get_public_schema_name():
        seen = (topics.PLATFORM, topics.LOGS) if user.role == Role.GLOBAL_ADMIN else ()
    elif user.may_supervise:
        seen = (topics.WALLBOARD, own)
    else:
        seen = (own,)
    return Viewer(schema, user.pk, seen, user.language)


def is_same_origin(origin: str, host: str) -> bool:
    """Whether a page at ``origin`` may open a socket at ``host``: its own site's, or one that the settings trust.

    Browsers send Origin with every handshake, and cookies with it whatever page opens the socket: this check is what
    keeps another site's page from listening in.
    """
    try:
        parts = urlsplit(origin)
        default_port = {"http": "80", "https": "443"}.get(parts.scheme)
        if default_port is None or not parts.hostname:
            return False
        if settings.SESSION_COOKIE_SECURE and parts.scheme != "https":
            return False
        at_host = _with_port(parts.netloc, default_port) == _with_port(host, default_port)
    except ValueError:
        return False
    return at_host or origin in settings.CSRF_TRUSTED_ORIGINS


def _with_port(netloc: str, default: str) -> tuple[str, str]:
    name, port = split_domain_port(netloc.lower())
    return name, port or default


def _is_our_host(host: str) -> bool:
    name, _port = split_domain_port(host)
    return bool(name) and validate_host(name, settings.ALLOWED_HOSTS)


def _header(scope: Scope, name: bytes) -> str:
    """Give the header's value, "" when it is missing or there is more than one."""
    values = [value for key, value in scope["headers"] if key == name]
    return cast(bytes, values[0]).decode("latin-1") if len(values) == 1 else ""


def _cookies(scope: Scope) -> dict[str, str]:
    return parse_cookie(_header(scope, b"cookie"))
