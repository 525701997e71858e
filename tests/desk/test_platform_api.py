"""What global admins do and see on the platform's pages, by API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from common.clock import now, to_us
from desk.platform import companies_rollup, live_rollup
from live import log_stream
from live.log_stream import LogLine
from tenants.models import Company, PersonEntry

ClientOf = Callable[..., Client]
JSON = "application/json"


@pytest.fixture
def api(redis: Any, client_of: ClientOf, global_admin: User) -> Client:
    return client_of("public", global_admin)


def test_a_companys_limits_are_set_and_bounded(api: Client, acme: Company) -> None:
    path = f"/api/v1/companies/{acme.pk}/limits/"
    told = api.put(path, {"max_channels": 250, "max_cps": 20}, content_type=JSON)

    assert (told.status_code, told.json()["max_channels"], told.json()["max_cps"]) == (200, 250, 20)
    assert api.put(path, {"max_channels": 0, "max_cps": 20}, content_type=JSON).status_code == 400
    assert api.put(path, {"max_channels": 10}, content_type=JSON).status_code == 400
    assert AuditEntry.objects.filter(action="company.limits_set").count() == 1


def test_companies_are_found_by_part_of_a_name(api: Client) -> None:
    found = api.get("/api/v1/companies/", {"search": "cobran"}).json()["results"]

    assert [one["slug"] for one in found] == ["acme"]
    assert api.get("/api/v1/companies/", {"search": "a\x00"}).status_code == 400


def test_a_person_of_any_company_is_found_and_loses_his_access(
    api: Client, client_of: ClientOf, supervisor: User, beta_master: User
) -> None:
    found = api.get("/api/v1/directory/", {"company": "acme", "search": supervisor.email}).json()["results"]
    assert [(one["company"], one["person_id"]) for one in found] == [("acme", supervisor.pk)]
    browser, url = client_of("acme", supervisor), f"/api/v1/directory/{found[0]['id']}/"

    assert browser.get("/api/v1/session/").json()["user"]
    assert api.post(f"{url}end-sessions/").status_code == 204
    assert browser.get("/api/v1/session/").json()["user"] is None
    assert api.post(f"{url}deactivate/").json()["is_active"] is False
    assert api.post(f"{url}reactivate/").json()["is_active"] is True
    with schema_context("acme"):
        done = list(AuditEntry.objects.filter(target_type="accounts.user").values_list("action", flat=True))
    assert sorted(done) == ["person.deactivated", "person.reactivated", "person.sessions_ended"]


def test_the_last_master_of_a_company_stays(api: Client, beta_master: User) -> None:
    entry = PersonEntry.objects.get(schema="beta", person_id=beta_master.pk)

    refused = api.post(f"/api/v1/directory/{entry.pk}/deactivate/")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_master")


def test_the_platforms_state_is_told_with_and_without_figures(api: Client, redis: Any) -> None:
    empty = api.get("/api/v1/status/").json()
    assert (empty["now"], empty["companies"]["approved"]) == (None, 2)
    assert {one["part"]: one["state"] for one in empty["processes"]}["beat"] == "down"

    live_rollup.gather(redis, now())
    companies_rollup.gather(redis, now())
    told = api.get("/api/v1/status/").json()
    assert (told["now"]["channels"], told["now"]["calls_per_second"]) == (0, 0.0)
    assert [one["name"] for one in told["queues"]][:3] == ["dial", "default", "webhooks"]
    assert [one["node"] for one in told["nodes"]] == ["sim1"]
    assert told["today"]["attempts"] == 0


def test_a_companys_day_and_people_are_told(api: Client, acme: Company, redis: Any, supervisor: User) -> None:
    companies_rollup.gather(redis, now())

    told = api.get(f"/api/v1/companies/{acme.pk}/figures/").json()
    assert (told["people"]["supervisor"], told["day"]["attempts"], told["on_shift"]) == (1, 0, 0)
    assert api.get(f"/api/v1/companies/{Company.objects.get(slug='public').pk}/figures/").status_code == 404


def test_log_lines_are_told_by_company_part_and_level(api: Client, redis: Any) -> None:
    for part, level, schema, text in (
        ("calls", "INFO", "acme", "a call ended"),
        ("calls", "ERROR", "beta", "no price for it"),
        ("worker", "WARNING", "", "slow"),
    ):
        line = LogLine(at_us=to_us(now()), part=part, place="1", level=level, logger="x", schema=schema, text=text)
        redis.xadd(log_stream.stream_key(part), {"line": log_stream.to_json(line)})
        redis.sadd(log_stream.PARTS, part)

    def texts(**query: str) -> list[str]:
        return [one["text"] for one in api.get("/api/v1/logs/", query).json()["lines"]]

    assert texts(company="acme") == ["a call ended"]
    assert texts(level="WARNING") == ["slow", "no price for it"]
    assert texts(part="calls", text="PRICE") == ["no price for it"]
    assert api.get("/api/v1/logs/").json()["parts"] == ["calls", "worker"]
    assert api.get("/api/v1/logs/", {"level": "LOUD"}).status_code == 400


def test_the_trail_of_a_company_is_told_to_admins(api: Client, acme: Company) -> None:
    with schema_context("acme"):
        AuditEntry.objects.create(actor_name="Ana", action="campaign.started", target_type="x", target_id="1")

    told = api.get("/api/v1/activity/", {"company": "acme"}).json()["results"]
    assert [one["action"] for one in told] == ["campaign.started"]
    assert "campaign.started" not in str(api.get("/api/v1/activity/").json())
    assert api.get("/api/v1/activity/", {"company": "nobody"}).status_code == 404
    assert api.get("/api/v1/activity/", {"company": "public"}).status_code == 404


def test_a_companys_master_names_no_other_companys_trail(client_of: ClientOf, beta_master: User, redis: Any) -> None:
    with schema_context("acme"):
        AuditEntry.objects.create(actor_name="Ana", action="campaign.started", target_type="x", target_id="1")

    told = client_of("beta", beta_master).get("/api/v1/activity/", {"company": "acme"})
    assert (told.status_code, told.json()["results"]) == (200, [])
