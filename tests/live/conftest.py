"""Sockets read through connections of their own, so what they shall see must be committed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.contrib import auth
from django.db import connection, connections
from django.http import HttpRequest
from django_tenants.utils import schema_context

from accounts.middleware import SessionStore, session_cookie_name
from accounts.models import User
from dialer.asgi import application
from live import snapshots
from live.hub import Hub, hub
from live.redis import client as redis_client
from tests.conftest import PASSWORD
from tests.live.communicator import Socket

_TABLES = ("accounts_user", "accounts_auditentry", "django_session")


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database without a surrounding transaction; people and sessions are forgotten afterwards."""
    database = connections.settings["default"]
    kept = database["CONN_MAX_AGE"]
    # Threads come and go with the event loops of the tests; their connections must not stay behind.
    database["CONN_MAX_AGE"] = 0
    with django_db_blocker.unblock():
        yield
        for schema in ("public", "acme", "beta"):
            with schema_context(schema), connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {', '.join(_TABLES)} CASCADE")
    database["CONN_MAX_AGE"] = kept


async def in_thread(work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Do synchronous work beside the event loop, closing its database connection after it."""
    return await database_sync_to_async(work, thread_sensitive=False)(*arguments, **options)


@pytest.fixture
def person(committed: None) -> Callable[..., User]:
    """``person("acme", "master")`` → a stored person."""

    def make(schema: str, role: str) -> User:
        with schema_context(schema):
            number = User.objects.count() + 1
            return User.objects.create_user(
                email=f"{role}{number}@{schema}.example", name=f"{role} {number}", role=role, password=PASSWORD
            )

    return make


def session_key_of(schema: str, user: User) -> str:
    """Log a person in and give his session's key."""
    with schema_context(schema):
        request = HttpRequest()
        request.session = SessionStore()
        auth.login(request, user, backend="accounts.backends.SchemaBackend")
        request.session.save()
        return str(request.session.session_key)


@dataclass
class Browser:
    """What a page has: cookies, and the host that it was loaded from."""

    host: str
    cookie: str = ""

    def open(self, path: str = "/ws/live/", *, origin: str | None = None, host: str = "") -> Socket:
        headers = [(b"host", (host or self.host).encode()), (b"cookie", self.cookie.encode())]
        origin = f"http://{self.host}" if origin is None else origin
        if origin:
            headers.append((b"origin", origin.encode()))
        return Socket(application, path, headers)


@pytest.fixture
def browser_of(committed: None) -> Callable[..., Browser]:
    """``browser_of("acme", user)`` → a browser at the company's host, logged in when a user is given."""

    def make(schema: str, user: User | None = None) -> Browser:
        host = "localhost:8000" if schema == "public" else f"{schema}.localhost:8000"
        cookie = f"{session_cookie_name(schema)}={session_key_of(schema, user)}" if user else ""
        return Browser(host, cookie)

    return make


@pytest.fixture
async def own_hub(redis: Any) -> AsyncIterator[Hub]:
    """The hub of the test's event loop, ended with it."""
    yield hub()
    await hub().close()


@pytest.fixture
def toy(redis: Any) -> Iterator[None]:
    """A toy snapshot for all kinds of topics: the hash ``toy:<schema>`` as it is."""

    def read(schema: str, viewer: Any) -> dict[str, Any]:
        return {"schema": schema, "lamps": redis_client().hgetall(f"toy:{schema}")}

    kept = dict(snapshots._registered)
    for kind in ("wallboard", "person", "platform"):
        snapshots.register(kind, read)
    yield
    snapshots._registered.clear()
    snapshots._registered.update(kept)
