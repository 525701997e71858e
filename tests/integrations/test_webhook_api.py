"""Webhooks and the feed over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from integrations.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks import events
from integrations.webhooks.events import News, emit

pytestmark = pytest.mark.usefixtures("redis")
ENDPOINTS, DELIVERIES, FEED = "/api/v1/webhook-endpoints/", "/api/v1/webhook-deliveries/", "/api/v1/events/"
URL = "https://hooks.example.com/cadencia"


@pytest.fixture
def browser(client_of: Callable[..., Client], master: User) -> Client:
    return client_of("acme", master)


@pytest.fixture
def endpoint(browser: Client) -> dict[str, Any]:
    made: dict[str, Any] = send(browser, "post", ENDPOINTS, url=URL, event_types=["import.finished"])
    return made


def send(browser: Client, method: str, path: str, /, *, status: int | None = None, **body: Any) -> Any:
    answer = getattr(browser, method)(path, data=body, content_type="application/json")
    assert answer.status_code == status or (status is None and answer.status_code < 300), answer.content
    return answer.json() if answer.content else None


def happen(count: int = 1, event_type: str = "import.finished") -> list[Event]:
    with schema_context("acme"), transaction.atomic():
        return emit([News(event_type, {"id": number}) for number in range(count)])


def test_the_secret_is_given_once_and_the_row_says_who_made_it(browser: Client, master: User) -> None:
    answer = browser.post(
        ENDPOINTS, {"url": URL, "event_types": ["call.ended"], "description": "CRM"}, content_type="application/json"
    )
    made = answer.json()

    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert made["secret"].startswith("whsec_")
    seen = send(browser, "get", f"{ENDPOINTS}{made['id']}/")
    assert "secret" not in seen
    assert (seen["url"], seen["event_types"], seen["is_active"]) == (URL, ["call.ended"], True)
    assert send(browser, "get", ENDPOINTS)["results"] == [seen]
    with schema_context("acme"):
        entry = AuditEntry.objects.get(action="webhook.created")
    assert (entry.actor_id, entry.detail["url"]) == (master.pk, URL)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://10.0.0.1/",
        "https://localhost/",
        "https://redis:6379/",
        "nonsense",
        "https://a.b\x00/",
    ],
)
def test_an_inner_or_malformed_url_is_refused_in_words(browser: Client, url: str) -> None:
    answer = browser.post(ENDPOINTS, {"url": url, "event_types": ["call.ended"]}, content_type="application/json")

    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] in {"webhook_url_refused", "invalid"}
    with schema_context("acme"):
        assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("types", [[], ["webhook.test"], ["call.begun"], "call.ended", None, [["call.ended"]]])
def test_unknown_events_are_refused(browser: Client, types: Any) -> None:
    send(browser, "post", ENDPOINTS, url=URL, event_types=types, status=400)


def test_it_is_changed_stopped_started_rotated_and_removed(browser: Client, endpoint: dict[str, Any]) -> None:
    own = f"{ENDPOINTS}{endpoint['id']}/"

    assert send(browser, "patch", own, description="BI")["description"] == "BI"
    assert send(browser, "post", f"{own}stop/")["stop_reason"] == "by_hand"
    assert send(browser, "post", f"{own}test/", status=409)["code"] == "webhook_endpoint_stopped"
    assert send(browser, "post", f"{own}start/")["is_active"] is True
    rotated = send(browser, "post", f"{own}rotate-secret/")
    assert rotated["secret"] != endpoint["secret"]
    assert rotated["former_until"] is not None
    assert send(browser, "post", f"{own}end-former-secret/")["former_until"] is None
    send(browser, "delete", own, status=204)
    send(browser, "get", own, status=404)
    with schema_context("acme"):
        actions = AuditEntry.objects.filter(action__startswith="webhook.").order_by("id")
        assert [entry.action.removeprefix("webhook.") for entry in actions] == [
            "created", "changed", "stopped", "started", "secret_rotated", "former_secret_ended", "deleted"
        ]  # fmt: skip


def test_a_company_has_a_limited_number_of_them(
    browser: Client, endpoint: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST_ENDPOINTS", 1)

    refused = send(browser, "post", ENDPOINTS, url=URL, event_types=["call.ended"], status=409)
    assert refused["code"] == "too_many_webhook_endpoints"


def test_the_log_is_filtered_shows_its_attempts_and_sends_again(browser: Client, endpoint: dict[str, Any]) -> None:
    happen(2)
    with schema_context("acme"):
        first, second = WebhookDelivery.objects.order_by("id")
        WebhookDelivery.objects.filter(pk=first.pk).update(state="failed", next_attempt_at=None, last_status=500)
        WebhookAttempt.objects.create(
            delivery_id=first.pk, at=first.created_at, duration_ms=3, status=500, error="status", body="<b>no</b>"
        )

    failed = send(browser, "get", f"{DELIVERIES}?state=failed&endpoint={endpoint['id']}")["results"]
    assert [one["id"] for one in failed] == [first.pk]
    detail = send(browser, "get", f"{DELIVERIES}{first.pk}/")
    assert [(one["status"], one["body"]) for one in detail["attempts"]] == [(500, "<b>no</b>")]
    assert send(browser, "post", f"{DELIVERIES}{first.pk}/resend/", status=202)["state"] == "pending"
    assert send(browser, "post", f"{DELIVERIES}{second.pk}/resend/", status=409)["code"] == "delivery_on_its_way"
    with schema_context("acme"):
        Event.objects.filter(pk=first.event_id).delete()
        WebhookDelivery.objects.filter(pk=first.pk).update(state="failed", next_attempt_at=None)
    assert send(browser, "post", f"{DELIVERIES}{first.pk}/resend/", status=409)["code"] == "event_forgotten"
    send(browser, "get", f"{DELIVERIES}?state=lost", status=400)


def test_all_that_was_missed_is_sent_again_at_once(browser: Client, endpoint: dict[str, Any]) -> None:
    happen(3)
    own = f"{ENDPOINTS}{endpoint['id']}/"
    send(browser, "post", f"{own}stop/")
    send(browser, "post", f"{own}start/")

    assert send(browser, "post", f"{own}resend-missed/", status=202) == {"resent": 3}


def test_the_feed_is_read_page_by_page_from_a_cursor(browser: Client) -> None:
    made = [str(event.pk) for event in happen(3)]
    happen(1, "call.ended")

    first = send(browser, "get", f"{FEED}?limit=2&types=import.finished")
    assert [one["id"] for one in first["results"]] == made[:2]
    assert first["has_more"] is True
    assert set(first["results"][0]) == {"id", "type", "timestamp", "version", "data"}
    second = send(browser, "get", f"{FEED}?after={first['next_cursor']}&types=import.finished,")
    assert ([one["id"] for one in second["results"]], second["has_more"]) == (made[2:], False)
    latest = send(browser, "get", f"{FEED}?after=latest")
    assert latest["results"] == []
    assert send(browser, "get", f"{FEED}?after={latest['next_cursor']}")["results"] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("after=x", 400),
        ("after=-1", 400),
        ("after=99999999999999999999", 400),
        ("after=999999", 410),
        ("limit=0", 400),
        ("limit=501", 400),
        ("types=call.begun", 400),
        ("types=webhook.test", 400),
        ("after=%00", 400),
    ],
)
def test_a_wrong_question_to_the_feed_is_answered_clearly(browser: Client, query: str, status: int) -> None:
    assert send(browser, "get", f"{FEED}?{query}", status=status)["code"] in {"invalid", "cursor_expired"}


def test_the_log_and_the_feed_cost_the_same_number_of_queries_however_long_they_are(
    browser: Client, endpoint: dict[str, Any], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    happen(60)
    send(browser, "get", FEED)
    for url in (f"{DELIVERIES}?endpoint={endpoint['id']}", f"{FEED}?limit=50", ENDPOINTS):
        with django_assert_max_num_queries(14):
            send(browser, "get", url)


def test_the_description_of_the_api_has_every_webhook_with_its_data(browser: Client) -> None:
    described = browser.get("/api/v1/schema/?format=json").json()

    assert described["openapi"].startswith("3.1")
    assert set(described["webhooks"]) == {
        "call.ended", "disposition.set", "contact.changed", "campaign.state_changed", "import.finished", "webhook.test"
    }  # fmt: skip
    body = described["webhooks"]["call.ended"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    message = described["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    assert set(message["properties"]) == {"type", "timestamp", "version", "data"}
