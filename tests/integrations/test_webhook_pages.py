"""The pages of webhooks: what a master sees and does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts.models import User
from common.clock import now
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.webhooks.delivering import deliver_due
from integrations.webhooks.secrets import secrets_of
from tests.factories.world import World
from tests.fakes.receiver import Receiver, Reply

LIST = "/settings/webhooks/"


@pytest.fixture
def browser(world: World, loopback: None) -> Client:
    return world.client_of(world.master)


def add(browser: Client, url: str, **more: Any) -> tuple[WebhookEndpoint, str]:
    """Fill in the form; give the new one and the page that follows."""
    answer = browser.post(f"{LIST}new/", {"url": url, "event_types": ["call.ended"], **more})
    assert answer.status_code == 302, answer.content.decode()
    with schema_context("acme"):
        endpoint = WebhookEndpoint.objects.latest("id")
    assert answer["Location"].endswith(f"{LIST}{endpoint.pk}/")
    return endpoint, browser.get(answer["Location"]).content.decode()


def turn(endpoint: WebhookEndpoint) -> None:
    with schema_context("acme"):
        deliver_due("acme", endpoint.pk)


def test_the_empty_page_teaches_how_to_verify_and_where_the_feed_is(browser: Client) -> None:
    page = browser.get(LIST).content.decode()

    assert "from standardwebhooks import Webhook" in page
    assert "http://acme.localhost/api/v1/events/" in page
    assert f'href="{LIST}new/"' in page


def test_the_secret_is_shown_on_the_next_page_and_never_again(browser: Client, receiver: Receiver) -> None:
    endpoint, page = add(browser, receiver.url)
    with schema_context("acme"):
        (secret,) = secrets_of(endpoint, endpoint.created_at)

    assert page.count(secret) == 1
    assert secret not in browser.get(f"{LIST}{endpoint.pk}/").content.decode()
    browser.post(f"{LIST}{endpoint.pk}/rotate/")
    rotated = re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", browser.get(f"{LIST}{endpoint.pk}/").content.decode())
    assert len(set(rotated)) == 1
    assert rotated[0] != secret


def test_a_second_click_on_new_secret_does_not_end_the_one_that_receivers_have(
    browser: Client, receiver: Receiver
) -> None:
    endpoint, _page = add(browser, receiver.url)
    with schema_context("acme"):
        (secret,) = secrets_of(endpoint, endpoint.created_at)

    for _each in range(2):
        browser.post(f"{LIST}{endpoint.pk}/rotate/")

    with schema_context("acme"):
        endpoint.refresh_from_db()
        assert secret in secrets_of(endpoint, now())


def test_a_refused_url_stands_beside_its_field_and_nothing_typed_is_lost(browser: Client) -> None:
    answer = browser.post(
        f"{LIST}new/", {"url": "https://10.0.0.1/x", "description": "CRM", "event_types": ["call.ended"]}
    )
    page = answer.content.decode()

    assert answer.status_code == 422
    assert 'id="id_url_error"' in page
    assert 'value="https://10.0.0.1/x"' in page
    assert 'value="CRM"' in page
    assert browser.post(f"{LIST}new/", {"url": "https://example.com"}).status_code == 422


def test_a_test_leads_to_its_answer_which_comes_by_itself(browser: Client, receiver: Receiver) -> None:
    endpoint, _page = add(browser, receiver.url)
    receiver.replies = [Reply(418, body=b"<script>alert(1)</script>")]
    answer = browser.post(f"{LIST}{endpoint.pk}/test/")
    waiting = browser.get(answer["Location"]).content.decode()
    turn(endpoint)
    fragment = browser.get(answer["Location"], headers={"hx-request": "true", "hx-target": "delivery"})
    shown = fragment.content.decode()

    assert 'hx-trigger="load delay:1s"' in waiting
    assert "hx-trigger" not in shown
    assert "<html" not in shown
    assert "HTTP 418" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown


def test_what_waits_for_a_failing_endpoint_says_when_it_is_tried_next(browser: Client, receiver: Receiver) -> None:
    endpoint, _page = add(browser, receiver.url)
    receiver.replies = [Reply(503)]
    page = browser.post(f"{LIST}{endpoint.pk}/test/")["Location"]
    turn(endpoint)
    with schema_context("acme"):
        resume_at = now() + timedelta(hours=1)
        WebhookEndpoint.objects.update(resume_at=resume_at)
        WebhookDelivery.objects.update(tries=0, next_attempt_at=now() - timedelta(hours=1))
    at = f"{timezone.localtime(resume_at):%d/%m/%Y %H:%M:%S}"

    assert at in browser.get(f"{LIST}{endpoint.pk}/").content.decode()
    assert at in browser.get(page).content.decode()


def test_the_log_shows_what_came_and_is_filtered(browser: Client, receiver: Receiver) -> None:
    endpoint, _page = add(browser, receiver.url)
    for reply in (Reply(500), Reply(200)):
        receiver.replies = [reply]
        browser.post(f"{LIST}{endpoint.pk}/test/")
        with schema_context("acme"):
            WebhookDelivery.objects.filter(state="pending", tries=1).update(next_attempt_at="2100-01-01T00:00Z")
            WebhookEndpoint.objects.update(resume_at=None)
        turn(endpoint)

    page = browser.get(f"{LIST}{endpoint.pk}/").content.decode()
    assert ("HTTP 500" in page, "HTTP 200" in page) == (True, True)
    only = browser.get(f"{LIST}{endpoint.pk}/?state=delivered").content.decode()
    assert ("HTTP 500" in only, "HTTP 200" in only) == (False, True)
    nothing = browser.get(f"{LIST}{endpoint.pk}/?state=nonsense&event=%00")
    assert nothing.status_code == 200


def test_a_stopped_one_says_why_and_is_started_again(browser: Client, receiver: Receiver) -> None:
    endpoint, _page = add(browser, receiver.url)
    receiver.replies = [Reply(410)]
    browser.post(f"{LIST}{endpoint.pk}/test/")
    turn(endpoint)

    page = browser.get(f"{LIST}{endpoint.pk}/").content.decode()
    assert "(410)" in page
    assert f'action="{LIST}{endpoint.pk}/start/"' in page
    assert f'action="{LIST}{endpoint.pk}/test/"' not in page
    browser.post(f"{LIST}{endpoint.pk}/start/")
    again = browser.get(f"{LIST}{endpoint.pk}/").content.decode()
    assert f'action="{LIST}{endpoint.pk}/resend-missed/"' in again
    browser.post(f"{LIST}{endpoint.pk}/resend-missed/")
    receiver.replies = [Reply()]
    turn(endpoint)
    assert len(receiver.received) == 2


def test_it_is_changed_and_removed(browser: Client, receiver: Receiver, world: World) -> None:
    endpoint, _page = add(browser, receiver.url)
    browser.post(
        f"{LIST}{endpoint.pk}/edit/",
        {"url": receiver.url, "description": "BI", "event_types": ["import.finished", "call.ended"]},
    )
    with schema_context("acme"):
        endpoint.refresh_from_db()
    assert (endpoint.description, endpoint.event_types) == ("BI", ["call.ended", "import.finished"])

    gone = browser.post(f"{LIST}{endpoint.pk}/delete/", headers={"hx-request": "true"})
    assert gone["HX-Redirect"].endswith(LIST)
    assert browser.get(f"{LIST}{endpoint.pk}/").status_code == 404


def test_only_masters_see_them(world: World, make_pages: Callable[[User], list[int]]) -> None:
    assert make_pages(world.person("supervisor")) == [403, 403]
    assert make_pages(world.master) == [200, 200]


@pytest.fixture
def make_pages(world: World) -> Callable[[User], list[int]]:
    def ask(person: User) -> list[int]:
        client = world.client_of(person)
        return [client.get(url).status_code for url in (LIST, f"{LIST}new/")]

    return ask


def test_all_that_is_wrong_with_a_webhook_is_said_at_once(browser: Client) -> None:
    refused = browser.post(f"{LIST}new/", {"url": "http://example.com/", "description": "x" * 201})

    said = refused.content.decode()
    assert refused.status_code == 422
    assert said.count('class="err"') == 3
    assert 'id="id_url_error"' in said
    assert "Escolha pelo menos um evento." in said
    with schema_context("acme"):
        assert not WebhookEndpoint.objects.exists()
