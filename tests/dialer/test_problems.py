"""Every refusal below /api/ is a problem of RFC 9457, whoever refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common.problems import flat_errors

ClientOf = Callable[..., Client]
MEMBERS = {"type", "title", "status", "detail", "instance", "code", "retryable"}


def check(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()) >= MEMBERS
    assert answer.json()["type"] == f"/api/v1/errors/#{code}"
    assert answer.json()["status"] == status


@pytest.fixture
def api(redis: Any, client_of: ClientOf, master: User) -> Client:
    return client_of("acme", master)


def test_nobody_is_asked_to_say_who_he_is(client_of: ClientOf, redis: Any) -> None:
    answer = client_of("acme").get("/api/v1/campaigns/")

    check(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_an_unknown_path_below_the_api(api: Client, client_of: ClientOf) -> None:
    check(api.get("/api/v1/nothing/"), 404, "not_found")
    check(client_of("public").get("/api/v1/nothing/"), 404, "not_found")
    check(client_of("public").get("/c/nobody/api/v1/campaigns/"), 404, "unknown_company_address")


def test_an_unknown_thing_a_method_and_a_form_of_body(api: Client) -> None:
    check(api.get("/api/v1/campaigns/999/"), 404, "not_found")
    check(api.delete("/api/v1/campaigns/"), 405, "method_not_allowed")
    check(api.post("/api/v1/campaigns/", "<a/>", content_type="text/xml"), 415, "unsupported_media_type")
    check(api.post("/api/v1/campaigns/", "{", content_type="application/json"), 400, "parse_error")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{\n  "name": "x",\n}', "linha 3, coluna 1"),
        ("{", "linha 1, coluna 2"),
        ('{"name": "\u00e9"}'.encode("latin-1"), "não é um texto em UTF-8"),
        ('{"name": NaN}', "traz NaN"),
        ('{"name": ' + "9" * 5000 + "}", "longo demais"),
    ],
)
def test_a_body_that_is_no_json_is_refused_with_the_place_of_the_mistake(
    api: Client, body: str | bytes, said: str
) -> None:
    answer = api.post("/api/v1/campaigns/", body, content_type="application/json")

    check(answer, 400, "parse_error")
    assert answer.json()["detail"].startswith("O corpo não é um JSON válido")
    assert said in answer.json()["detail"]


def test_what_is_not_there_is_refused_in_words_of_people(api: Client) -> None:
    sent = {"contact_list": 999, "phones": ["(11) 98765-4321"]}
    for body in (sent, {**sent, "contact_list": "x"}):
        answer = api.post("/api/v1/contacts/", body, content_type="application/json")
        check(answer, 400, "invalid")
        assert "pk" not in answer.json()["errors"][0]["detail"].lower().split()
    made = api.post("/api/v1/campaigns/", {"name": "X", "machine_message": 999}, content_type="application/json")
    check(made, 400, "invalid")
    assert made.json()["errors"][0]["code"] == "does_not_exist"
    assert "pk" not in made.json()["errors"][0]["detail"].lower().split()


def test_a_role_that_does_not_suffice(client_of: ClientOf, supervisor: User, redis: Any) -> None:
    check(client_of("acme", supervisor).get("/api/v1/people/"), 403, "permission_denied")


def test_a_write_without_its_csrf_token(client_of: ClientOf, master: User, redis: Any) -> None:
    client = client_of("acme", master)
    client.handler.enforce_csrf_checks = True

    check(client.post("/api/v1/campaigns/", {}, content_type="application/json"), 403, "csrf_failed")


def test_bad_input_is_told_by_field(api: Client) -> None:
    answer = api.post("/api/v1/people/", {"email": "no"}, content_type="application/json")

    check(answer, 400, "invalid")
    found = {(one["field"], one["code"]) for one in answer.json()["errors"]}
    assert found == {("email", "invalid"), ("name", "required"), ("role", "required")}


def test_faults_deep_inside_have_their_way() -> None:
    found = list(flat_errors({"columns": [{}, {"role": ["No."]}], "non_field_errors": ["Neither."]}))

    assert found == [
        {"field": "columns.1.role", "code": "invalid", "detail": "No."},
        {"field": "", "code": "invalid", "detail": "Neither."},
    ]
