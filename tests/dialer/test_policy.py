"""The Content-Security-Policy that every answer has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User


@pytest.mark.parametrize("path", ["/", "/login/", "/nothing-here/", "/api/v1/session/", "/c/nobody/", "/healthz"])
def test_every_answer_says_what_a_page_may_load(
    client_of: Callable[..., Client], master: User, redis: object, path: str
) -> None:
    answer = client_of("acme", master).get(path)

    if path == "/healthz":  # for machines, before anything else
        assert "Content-Security-Policy" not in answer
        return
    rules = dict(rule.split(" ", 1) for rule in answer["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
