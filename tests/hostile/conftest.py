"""Acme's objects, and those who send nonsense at them: people who are allowed to be where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from tests.isolation.world import objects

__all__ = ["objects"]


@pytest.fixture
def people(
    objects: dict[str, Any],
    make_user: Callable[..., User],
    operator_user: User,
    client_of: Callable[..., Client],
) -> dict[str, Client]:
    """A client for each role, whose requests raise nothing: what a stranger would see is what counts."""
    found = {
        "master": client_of("acme", make_user("acme", "master")),
        "supervisor": client_of("acme", make_user("acme", "supervisor")),
        "operator": client_of("acme", operator_user),
        "nobody": client_of("acme"),
        "global_admin": client_of("public", make_user("public", "global_admin")),
        "platform_nobody": client_of("public"),
    }
    for client in found.values():
        client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    return found


def send(client: Client, method: str, url: str, body: bytes = b"", kind: str = "", **headers: Any) -> Any:
    """Send one request, follow where a success leads, and undo it all. The text of the answer is its ``said``."""
    with transaction.atomic():
        answer: Any = client.generic(method, url, body, kind or "application/octet-stream", **headers)
        answer.said = _text(answer)
        answer.next = None
        if answer.status_code in {302, 303}:
            answer.next = client.get(answer["Location"])
            answer.next.said = _text(answer.next)
        transaction.set_rollback(True)
    return answer


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return bytes(body).decode("utf-8", "replace")
