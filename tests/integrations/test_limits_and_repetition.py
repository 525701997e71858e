"""How often a program may ask, and what happens when it asks twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context
from redis.exceptions import RedisError

from accounts.models import User
from campaigns.models import Campaign
from integrations import keys
from integrations.api import repetition

ClientOf = Callable[..., Client]


@pytest.fixture
def client(redis: Any, master: User) -> Client:
    with schema_context("acme"):
        scopes = ["campaigns:write", "campaigns:read"]
        secret = keys.do_create_key(name="CRM", scopes=scopes, role="master", acting_user=master).secret
    return Client(headers={"host": "acme.localhost", "authorization": f"Bearer {secret}"})


def create(client: Client, name: str, key: str) -> Any:
    return client.post(
        "/api/v1/campaigns/", {"name": name}, content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_what_is_left_is_said_with_every_answer(client: Client) -> None:
    answer = client.get("/api/v1/campaigns/")

    assert answer["RateLimit-Policy"] == '"key";q=600;w=60, "company";q=3000;w=60'
    assert answer["RateLimit"].startswith('"key";r=599;t=')


def test_beyond_the_limit_the_answer_says_how_long_to_wait(client: Client, settings: Any) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "key": 2}
    answers = [client.get("/api/v1/campaigns/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "rate_limited"
    assert answers[2].json()["retryable"] is True
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_a_companys_programs_share_a_limit_that_its_pages_dont(
    client: Client, client_of: ClientOf, master: User, settings: Any
) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "company": 1}

    assert [client.get("/api/v1/campaigns/").status_code for _ in range(2)] == [200, 429]
    assert client_of("acme", master).get("/api/v1/campaigns/").status_code == 200


def test_a_repeated_post_is_done_once_and_answered_alike(client: Client) -> None:
    first, second = create(client, "Uma", "k-1"), create(client, "Uma", "k-1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    with schema_context("acme"):
        assert Campaign.objects.filter(name="Uma").count() == 1


def test_the_same_key_with_another_body_is_refused(client: Client) -> None:
    create(client, "Uma", "k-1")

    answer = create(client, "Outra", "k-1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_a_key_means_nothing_to_another_caller(client: Client, client_of: ClientOf, master: User) -> None:
    create(client, "Uma", "k-1")

    answer = create(client_of("acme", master), "Outra", "k-1")
    assert answer.status_code == 201


def test_while_the_first_runs_the_second_waits(client: Client, redis: Any, monkeypatch: Any) -> None:
    """As when a slow first request still runs: its key is taken, and no answer is there."""
    answers = []
    keep = repetition.keep

    def meanwhile(taken: Any, response: Any) -> None:
        answers.append(create(client, "Uma", "k-1"))
        keep(taken, response)

    monkeypatch.setattr(repetition, "keep", meanwhile)
    assert create(client, "Uma", "k-1").status_code == 201
    assert (answers[0].status_code, answers[0].json()["code"]) == (409, "request_in_progress")


def test_what_may_fare_better_next_time_is_not_kept(client: Client, redis: Any) -> None:
    with schema_context("acme"):
        campaign = Campaign.objects.create(name="Uma")
    assert create(client, "Uma", "k-1").status_code == 409
    with schema_context("acme"):
        campaign.delete()

    assert create(client, "Uma", "k-1").status_code == 201


def test_answers_are_sealed_while_they_are_kept(client: Client, redis: Any) -> None:
    create(client, "Segredo", "k-1")

    kept = [redis.get(name) for name in redis.scan_iter("api:once:*")]
    assert len(kept) == 1
    assert "Segredo" not in kept[0]


@pytest.mark.parametrize("key", ["", "é", "x" * 300, "a b"])
def test_a_key_that_is_none_is_refused(client: Client, key: str) -> None:
    assert create(client, "Uma", key).json()["code"] == "idempotency_key_invalid"


def test_what_was_done_is_answered_even_if_the_answer_can_not_be_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis goes away between the change and its answer: 503 would have the program do it again."""

    def gone(*_args: Any, **_more: Any) -> None:
        raise RedisError("gone")

    monkeypatch.setattr(repetition, "_keep", gone)

    assert create(client, "Uma", "k1").status_code == 201
