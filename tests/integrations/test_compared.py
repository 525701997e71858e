"""``ETag`` and ``If-Match`` on what masters set: nobody's change is overwritten by who has not seen it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from agents.models import PauseReason
from calls.models import Disposition
from common.clock import now
from integrations.models import WebhookEndpoint
from integrations.webhooks.secrets import seal
from integrations.webhooks.signing import new_secret

JSON = "application/json"
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "company/": ({"initials": "AB"}, {"initials": "CD"}),
    "campaign-defaults/": ({"max_attempts": 4}, {"max_attempts": 5}),
    "dispositions/{disposition}/": ({"name": "Uma"}, {"name": "Outra"}),
    "pause-reasons/{pause}/": ({"name": "Uma"}, {"name": "Outra"}),
    "webhook-endpoints/{webhook}/": ({"description": "Uma"}, {"event_types": ["import.finished"]}),
}
"""By its path below /api/v1/: what one program changes, and what another would that has read it before."""


@pytest.fixture
def api(redis: Any, client_of: Callable[..., Client], master: User) -> Client:
    return client_of("acme", master)


@pytest.fixture
def rows(master: User) -> dict[str, int]:
    with schema_context("acme"):
        return {
            "disposition": Disposition.objects.create(code="nova", name="Nova").pk,
            "pause": PauseReason.objects.create(code="cafe", name="Café").pk,
            "webhook": WebhookEndpoint.objects.create(
                url="https://example.com/", event_types=["call.ended"], sealed_secret=seal(new_secret())
            ).pk,
        }


def patch(api: Client, url: str, body: dict[str, Any], tag: str) -> Any:
    return api.patch(url, body, content_type=JSON, headers={"If-Match": tag})


@pytest.mark.parametrize("path", CHANGES)
def test_a_setting_that_another_has_changed_is_not_overwritten(api: Client, rows: dict[str, int], path: str) -> None:
    url, (first, second) = f"/api/v1/{path.format(**rows)}", CHANGES[path]
    tag = api.get(url)["ETag"]

    done = patch(api, url, first, tag)
    refused = patch(api, url, second, tag)

    assert (done.status_code, refused.status_code) == (200, 412), done.content
    assert refused.json()["code"] == "changed_meanwhile"
    shown = api.get(url)
    assert shown["ETag"] == done["ETag"] != tag
    (name,) = second
    assert shown.json()[name] != second[name]
    assert patch(api, url, second, done["ETag"]).json()[name] == second[name]


@pytest.mark.parametrize("path", [path for path in CHANGES if "webhook" not in path])
def test_a_setting_that_is_known_already_is_not_sent_again(api: Client, rows: dict[str, int], path: str) -> None:
    url = f"/api/v1/{path.format(**rows)}"

    answer = api.get(url, headers={"If-None-Match": api.get(url)["ETag"]})

    assert (answer.status_code, answer.content) == (304, b"")


def test_a_delivery_is_no_change_of_its_webhook_though_it_shows(api: Client, rows: dict[str, int]) -> None:
    url = f"/api/v1/webhook-endpoints/{rows['webhook']}/"
    tag = api.get(url)["ETag"]
    with schema_context("acme"):
        WebhookEndpoint.objects.update(last_success_at=now(), failing_since=now())

    shown = api.get(url, headers={"If-None-Match": tag})

    assert (shown.status_code, shown["ETag"]) == (200, tag)
    assert shown.json()["last_success_at"]
    assert patch(api, url, {"description": "Nova"}, tag).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["pause-reasons/{pause}/", "webhook-endpoints/{webhook}/"],
)
def test_what_was_changed_since_is_not_deleted(api: Client, rows: dict[str, int], path: str) -> None:
    url = f"/api/v1/{path.format(**rows)}"
    tag = api.get(url)["ETag"]
    fresh = patch(api, url, CHANGES[path][0], tag)["ETag"]

    assert api.delete(url, headers={"If-Match": tag}).status_code == 412
    assert api.delete(url, headers={"If-Match": fresh}).status_code == 204
    with schema_context("acme"):
        assert AuditEntry.objects.filter(action__endswith=".deleted").count() == 1


def test_an_operator_reads_a_disposition_while_it_can_be_chosen(
    client_of: Callable[..., Client], operator_user: User, rows: dict[str, int], redis: Any
) -> None:
    page, url = client_of("acme", operator_user), f"/api/v1/dispositions/{rows['disposition']}/"

    assert page.get(url).json()["name"] == "Nova"
    with schema_context("acme"):
        Disposition.objects.update(is_active=False)
    assert page.get(url).status_code == 404
