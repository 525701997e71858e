"""Every operation of both sites' API, called with odd input: no failure of ours, nothing that isn't declared.

The same examples each time. Each one is undone before the next: the objects of tests/isolation stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django_tenants.utils import schema_context
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.api.tokens import _pair
from accounts.models import User
from accounts.scopes import Scope
from integrations import keys
from tests.isolation.table import COMPANY, PLATFORM, Row
from tests.isolation.world import objects

__all__ = ["objects"]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
URLCONFS = {"acme": "dialer.urls_company", "public": "dialer.urls_public"}
ENDLESS = {"/api/v1/session/"}
"""Logging in and out is another test's: it would end the session that these run in."""
Headers = dict[str, str]


@pytest.fixture(autouse=True)
def _connection_stays(db: None) -> Iterator[None]:
    """As Django's test client has it: requests are made inside the test's transaction. Making them takes its time."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def headers_of(client_of: Callable[..., Client]) -> Callable[[str, str, User], Headers]:
    def session(schema: str, user: User) -> Headers:
        client = client_of(schema, user)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()} | {"csrftoken": "t" * 32}
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": "t" * 32,
        }

    def make(kind: str, schema: str, user: User) -> Headers:
        if kind == "session":
            return session(schema, user)
        with schema_context(schema):
            if kind == "token":
                return {"Authorization": f"Bearer {_pair(user).access}"}
            made = keys.do_create_key(name="K", scopes=Scope.values, role="master", acting_user=user)
            return {"Authorization": f"Bearer {made.secret}"}

    return make


@pytest.mark.parametrize(
    ("schema", "role", "kind", "examples"),
    [
        ("acme", "master", "session", 2),
        ("acme", "operator", "session", 1),
        ("acme", "master", "token", 1),
        ("acme", "master", "key", 1),
        ("public", "global_admin", "session", 2),
        ("public", "global_admin", "token", 1),
    ],
)
def test_the_api_answers_as_it_says(
    *,
    schema: str,
    role: str,
    kind: str,
    examples: int,
    objects: dict[str, Any],
    headers_of: Callable[[str, str, User], Headers],
    make_user: Callable[..., User],
    operator_user: User,
) -> None:
    user = operator_user if role == "operator" else make_user(schema, role)
    headers = headers_of(kind, schema, user)
    found: dict[str, str] = {}
    for operation in _operations(schema):
        fault = _call(operation, schema, headers, examples, _ids(operation.path, schema, objects))
        if fault:
            found[f"{operation.method.upper()} {operation.path}"] = fault

    assert not found, "\n\n".join(f"{name}: {fault}" for name, fault in found.items())


def _operations(schema: str) -> Iterator[Any]:
    generator: Any = SchemaGenerator
    described = generator(urlconf=URLCONFS[schema]).get_schema(request=None, public=True)
    found: Any = schemathesis.openapi.from_dict(described).get_all_operations()
    for result in found:
        operation = result.ok()
        if operation.path not in ENDLESS:
            yield operation


def _call(operation: Any, schema: str, headers: Headers, examples: int, ids: dict[str, Any]) -> str:
    """Call an operation with sense and with nonsense; give the first fault in words, "" without any."""
    host = "localhost" if schema == "public" else f"{schema}.localhost"
    application = get_wsgi_application()

    def once(case: Any) -> None:
        with transaction.atomic():
            response = case.call(app=application, base_url=f"http://{host}", headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        try:
            strategy = operation.as_strategy(generation_mode=mode, path_parameters=ids or None)
            checked = settings(
                max_examples=examples,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(given(case=strategy)(once))
            checked()
        except FailureGroup as group:
            return "\n".join(str(one) for one in group.exceptions)[:1500]
    return ""


def _ids(path: str, schema: str, objects: dict[str, Any]) -> dict[str, Any]:
    """Give the parameters of a path that has an object in acme."""
    names = re.findall(r"{(\w+)}", path)
    table = PLATFORM if schema == "public" else COMPANY
    rows: dict[str, Row] = {re.sub(r"<\w+>", "{}", route): row for route, row in table.items()}
    row = rows.get(re.sub(r"{\w+}", "{}", path.lstrip("/")))
    return {names[0]: objects[row.of]} if names and row and row.of else {}
