"""Tokens: short, bound to the schema and the password, exchanged once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.actions import do_deactivate_person, do_set_password
from accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("redis")


def post(schema: str, path: str, body: dict[str, Any], **headers: str) -> Any:
    host = "localhost" if schema == "public" else f"{schema}.localhost"
    return Client().post(f"/api/v1/{path}", body, content_type="application/json", headers={"host": host, **headers})


def issue(user: User, schema: str = "acme") -> dict[str, str]:
    answer = post(schema, "token/", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    pair: dict[str, str] = answer.json()
    return pair


def people(access: str, schema: str = "acme") -> int:
    answer = Client().get(
        "/api/v1/people/", headers={"host": f"{schema}.localhost", "authorization": f"Bearer {access}"}
    )
    return int(answer.status_code)


def test_an_access_token_calls_in_its_persons_name(master: User) -> None:
    assert people(issue(master)["access"]) == 200


def test_a_token_is_worth_nothing_in_another_company(master: User, beta_master: User) -> None:
    pair = issue(master)

    assert people(pair["access"], "beta") == 401
    assert post("beta", "token/refresh/", {"refresh": pair["refresh"]}).status_code == 401
    assert post("public", "token/refresh/", {"refresh": pair["refresh"]}).status_code == 401


def test_a_refresh_token_calls_nothing_and_an_access_token_refreshes_nothing(master: User) -> None:
    pair = issue(master)

    assert people(pair["refresh"]) == 401
    assert post("acme", "token/refresh/", {"refresh": pair["access"]}).status_code == 401


def test_a_refresh_token_is_exchanged_once_and_a_second_time_ends_all(master: User) -> None:
    first = issue(master)
    second = post("acme", "token/refresh/", {"refresh": first["refresh"]}).json()
    assert people(second["access"]) == 200

    stolen = post("acme", "token/refresh/", {"refresh": first["refresh"]})
    assert (stolen.status_code, stolen.json()["code"]) == (401, "invalid_token")
    assert post("acme", "token/refresh/", {"refresh": second["refresh"]}).status_code == 401


def test_a_new_password_ends_all_tokens(master: User) -> None:
    pair = issue(master)
    with schema_context("acme"):
        do_set_password(master, password="another-long-password", acting_user=master)

    assert people(pair["access"]) == 401
    assert post("acme", "token/refresh/", {"refresh": pair["refresh"]}).status_code == 401


def test_a_deactivated_person_is_refused_at_once(master: User, make_user: Callable[..., User]) -> None:
    boss, pair = make_user("acme", "master"), issue(master)
    with schema_context("acme"):
        do_deactivate_person(master, acting_user=boss)

    assert people(pair["access"]) == 401
    assert post("acme", "token/refresh/", {"refresh": pair["refresh"]}).status_code == 401


def test_a_revoked_token_is_exchanged_no_more(master: User) -> None:
    pair = issue(master)

    assert post("acme", "token/revoke/", {"refresh": pair["refresh"]}).status_code == 204
    assert post("acme", "token/revoke/", {"refresh": "nonsense"}).status_code == 204
    assert post("acme", "token/refresh/", {"refresh": pair["refresh"]}).status_code == 401


def test_guessing_is_held_back_as_at_the_log_in(master: User) -> None:
    answers = [post("acme", "token/", {"email": master.email, "password": "wrong"}) for _ in range(11)]

    assert {answer.status_code for answer in answers[:10]} == {401}
    assert (answers[10].status_code, answers[10].json()["code"]) == (429, "too_many_attempts")
    assert int(answers[10]["Retry-After"]) > 0


def test_a_global_admin_gets_tokens_of_the_platform(global_admin: User) -> None:
    pair = issue(global_admin, "public")

    answer = Client().get(
        "/api/v1/companies/", headers={"host": "localhost", "authorization": f"Bearer {pair['access']}"}
    )
    assert answer.status_code == 200
