"""Logging in and out by JSON."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.attempts import PER_PERSON
from accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("redis")
SESSION = "/api/v1/session/"


@pytest.fixture
def browser(db: None) -> Client:
    return Client(headers={"host": "acme.localhost"}, enforce_csrf_checks=True)


def _post(client: Client, token: str, **body: str) -> Any:
    return client.post(SESSION, body, content_type="application/json", headers={"X-CSRFToken": token})


def test_an_integrator_logs_in_works_and_logs_out(browser: Client, master: User) -> None:
    nobody = browser.get(SESSION).json()
    assert (nobody["user"], nobody["company"]) == (None, "acme")

    answer = _post(browser, nobody["csrf_token"], email=master.email.upper(), password=PASSWORD)

    assert answer.status_code == 200
    assert answer.json()["user"]["role"] == "master"
    token = answer.json()["csrf_token"]
    made = browser.post(
        "/api/v1/people/",
        {"email": "op@acme.example", "name": "Op", "role": "operator", "password": "long enough 77"},
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert made.status_code == 201, made.content
    assert browser.delete(SESSION, headers={"X-CSRFToken": token}).status_code == 204
    assert browser.get(SESSION).json()["user"] is None


def test_log_in_without_a_token_is_refused(browser: Client, master: User) -> None:
    answer = browser.post(SESSION, {"email": master.email, "password": PASSWORD}, content_type="application/json")

    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"


def test_refusals_have_stable_codes(browser: Client, master: User) -> None:
    token = browser.get(SESSION).json()["csrf_token"]

    wrong = _post(browser, token, email=master.email, password="guess")
    incomplete = _post(browser, token, email="no e-mail")
    with_nul = _post(browser, token, email=master.email, password="a\0b")
    for _ in range(PER_PERSON):
        too_many = _post(browser, token, email=master.email, password="guess")

    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_password")
    assert (incomplete.status_code, incomplete.json()["code"]) == (400, "invalid")
    assert set(incomplete.json()["fields"]) == {"email", "password"}
    assert with_nul.status_code == 400
    assert (too_many.status_code, too_many.json()["code"]) == (429, "too_many_attempts")
    assert too_many.json()["retryable"] is True
