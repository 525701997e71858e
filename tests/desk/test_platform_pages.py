"""The platform's own pages: overview, companies, people, logs, audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts import audit
from accounts.models import AuditEntry, User
from calls.models import DayFigures
from campaigns import ticks
from campaigns.models import Campaign
from campaigns.ticks import Tick
from common.clock import now, to_us
from desk.platform import companies_rollup, live_rollup
from integrations.choices import StopReason
from integrations.models import WebhookEndpoint
from live import signs
from telephony.bus import keys
from telephony.bus.status import NodeStatus
from tenants.models import Company, PersonEntry


@pytest.fixture
def browser(client_of: Callable[..., Client], global_admin: User, redis: Any) -> Client:
    return client_of("public", global_admin)


@pytest.fixture
def busy(acme: Company, beta: Company, redis: Any) -> None:
    """Acme abandons too much and has a dead webhook; beta does well."""
    for company, abandoned in ((acme, 6), (beta, 0)):
        with schema_context(company.schema_name):
            campaign = Campaign.objects.create(name=f"Cobrança {company.slug}", state="running")
            DayFigures.objects.create(
                campaign_id=campaign.pk, day=now().astimezone(company.zone).date(), attempts=500, answered=120,
                connected=94, abandoned=abandoned, ended=500, price=Decimal("12.500000"),
            )  # fmt: skip
    with schema_context("acme"):
        WebhookEndpoint.objects.create(
            url="https://example.com/", event_types=[], sealed_secret="x", stopped_at=now(),
            stop_reason=StopReason.FAILING,
        )  # fmt: skip


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def put_node(redis: Any, channels: int = 7) -> None:
    at_us = to_us(now())
    status = NodeStatus("sim1", "up", at_us, at_us, cps_limit=10, channel_limit=40, channels=channels)
    redis.set(keys.node_status("sim1"), status.to_json(), ex=60)


def test_the_live_figures_come_from_ticks_nodes_and_shifts(redis: Any, db: None) -> None:
    at = now()
    second_us = to_us(at) // 1_000_000 * 1_000_000
    for back, launched in ((1, 4), (2, 12), (3, 4)):
        started = second_us - back * 1_000_000
        ticks.note(redis, Tick(0, started - 5_000, started, started + 15_000, started + 30_000, 1, launched))
    redis.hset("live:acme:operators", mapping={"1": "{}", "2": "{}"})
    put_node(redis)

    live_rollup.gather(redis, at)

    found = live_rollup.read(redis)
    assert found is not None
    assert (found.cps, found.cps_peak, found.operators, found.companies_on_shift) == (4.0, 12, 2, 1)
    assert (found.late_p50_ms, found.late_p99_ms) == (20.0, 20.0)
    assert (found.channels, found.channel_limit) == (7, 40)
    assert found.history["sim1"] == [7]


def test_the_days_peak_is_kept_when_the_ticks_are_gone_and_forgotten_the_next_day(redis: Any, db: None) -> None:
    at = now()
    started = to_us(at) - 2_000_000
    ticks.note(redis, Tick(0, started, started, started, started, 1, 30))
    live_rollup.gather(redis, at)
    redis.delete(ticks.TICKS)

    assert live_rollup.gather(redis, at + timedelta(seconds=5)).cps_peak == 30
    assert live_rollup.gather(redis, at + timedelta(days=1)).cps_peak == 0


def test_a_nodes_channels_are_kept_by_minute_and_minutes_without_a_look_are_empty(redis: Any, db: None) -> None:
    at = now().replace(second=0)
    put_node(redis, 3)
    for after in (0, 5, 60, 240):
        live_rollup.gather(redis, at + timedelta(seconds=after))

    found = live_rollup.read(redis)
    assert found is not None
    assert found.history["sim1"] == [3, 3, 0, 0, 3]


def test_events_that_nobody_has_applied_are_counted(redis: Any, db: None) -> None:
    redis.xgroup_create(keys.EVENTS, keys.EVENTS_GROUP, id="0", mkstream=True)
    for _ in range(3):
        redis.xadd(keys.EVENTS, {"x": "1"})
    redis.xreadgroup(keys.EVENTS_GROUP, "calls", {keys.EVENTS: ">"}, count=1)
    redis.rpush("default", "a", "b")

    waiting = live_rollup.gather(redis, now()).queues

    assert (waiting["events"], waiting["default"]) == (3, 2)


def test_each_companys_day_is_gathered_and_added_up(busy: None, redis: Any) -> None:
    companies_rollup.gather(redis, now())

    found = companies_rollup.read_all(redis)

    acme = next(day for day in found.days if day.schema == "acme")
    assert (acme.attempts, acme.abandoned, acme.running, acme.dead_webhooks) == (500, 6, 1, 1)
    assert (found.near_limit, found.price) == (1, Decimal(25))
    assert found.abandon_rate == pytest.approx(6 / 194)


def test_the_overview_shows_who_waits_the_figures_and_what_needs_a_look(
    browser: Client, busy: None, redis: Any
) -> None:
    Company.objects.create(schema_name="nova", slug="nova", legal_name="Nova Rota Contact Center")
    put_node(redis)
    live_rollup.gather(redis, now())
    companies_rollup.gather(redis, now())

    page = text_of(browser.get("/overview/"))

    assert page.index("Nova Rota Contact Center") < page.index("fig-l")
    assert "25,00" in page
    assert page.count("<b>Acme Cobranças</b>") == 2  # abandons too much, and a dead webhook
    assert "sem sinal de vida" in page or "no sign of life" in page


def test_the_overview_stands_where_nothing_was_gathered(browser: Client) -> None:
    page = text_of(browser.get("/overview/"))
    assert page.count("—") >= 4


def test_the_overviews_figures_alone_are_fetched_for_their_refresh(browser: Client) -> None:
    part = text_of(browser.get("/overview/", headers={"HX-Request": "true"}))
    assert "platform-now" in part
    assert "<html" not in part


def test_a_decision_from_the_overview_leads_back_to_it(browser: Client) -> None:
    company = Company.objects.create(schema_name="nova", slug="nova", legal_name="Nova")
    answer = browser.post(f"/companies/{company.pk}/reject/", {"reason": "CNPJ baixado", "back": "overview"})
    assert answer["Location"] == "/overview/"


def test_lists_take_the_same_queries_however_many_rows(
    browser: Client, busy: None, redis: Any, make_user: Callable[..., User], django_assert_max_num_queries: Any
) -> None:
    companies_rollup.gather(redis, now())
    for number in range(30):
        make_user("acme", "operator", email=f"o{number}@acme.example")
        Company.objects.create(schema_name=f"c{number}", slug=f"c{number}", legal_name=f"C{number}", status="rejected")
    for address, most in (("/overview/", 18), ("/companies/", 12), ("/directory/", 12), ("/audit/", 14), ("/logs/", 8)):
        with django_assert_max_num_queries(most):
            assert browser.get(address).status_code == 200


def test_noisy_companies_are_found_by_their_rate(browser: Client, busy: None, redis: Any) -> None:
    companies_rollup.gather(redis, now())
    page = text_of(browser.get("/companies/?noisy=1"))
    assert "Acme Cobranças" in page
    assert "Beta Vendas" not in page


def test_a_companys_page_shows_its_day_campaigns_people_and_history(
    browser: Client, busy: None, redis: Any, master: User, acme: Company
) -> None:
    companies_rollup.gather(redis, now())
    page = text_of(browser.get(f"/companies/{acme.pk}/"))
    assert "Cobrança acme" in page
    assert "Cobrança beta" not in page
    assert ">500<" in page


def test_limits_are_changed_with_an_entry_of_before_and_after(browser: Client, acme: Company) -> None:
    answer = browser.post(f"/companies/{acme.pk}/limits/", {"max_channels": 250, "max_cps": 25})

    assert answer.status_code == 302
    acme.refresh_from_db()
    assert (acme.max_channels, acme.max_cps) == (250, 25)
    entry = AuditEntry.objects.get(action="company.limits_set", target_id=str(acme.pk))
    assert entry.detail["changes"] == {"max_channels": [100, 250], "max_cps": [10, 25]}


@pytest.mark.parametrize("given", [{"max_channels": 0, "max_cps": 5}, {"max_channels": "x", "max_cps": 10**12}, {}])
def test_senseless_limits_are_refused_beside_the_field(browser: Client, acme: Company, given: dict[str, Any]) -> None:
    answer = browser.post(f"/companies/{acme.pk}/limits/", given)
    assert answer.status_code == 422
    assert b'class="err"' in answer.content
    acme.refresh_from_db()
    assert acme.max_channels == 100


def test_suspending_pauses_campaigns_and_shuts_people_out_until_it_is_resumed(
    browser: Client, busy: None, acme: Company, client_of: Callable[..., Client], master: User
) -> None:
    person = client_of("acme", master)
    assert person.get("/campaigns/").status_code == 200

    browser.post(f"/companies/{acme.pk}/suspend/", {"reason": "Fatura em aberto", "back": "company"})

    with schema_context("acme"):
        assert Campaign.objects.get().state == "paused"
    assert person.get("/campaigns/").status_code == 404
    entry = AuditEntry.objects.get(action="company.suspended")
    assert entry.detail["reason"] == "Fatura em aberto"

    browser.post(f"/companies/{acme.pk}/resume/", {"reason": "Paga", "back": "company"})
    assert person.get("/campaigns/").status_code == 200


def test_suspending_without_a_reason_changes_nothing(browser: Client, acme: Company) -> None:
    browser.post(f"/companies/{acme.pk}/suspend/", {"reason": "  "})
    acme.refresh_from_db()
    assert acme.status == "approved"


def entry_of(user: User, schema: str = "acme") -> PersonEntry:
    return PersonEntry.objects.get(schema=schema, person_id=user.pk)


def test_people_of_all_companies_are_found_by_name_and_by_company(
    browser: Client, make_user: Callable[..., User]
) -> None:
    make_user("acme", "operator", name="Ana Lima")
    make_user("beta", "supervisor", name="Ana Souza")
    make_user("beta", "operator", name="Rui Prado")

    both = text_of(browser.get("/directory/?q=ana"))
    beta = text_of(browser.get("/directory/?q=ana&company=beta"))

    assert ("Ana Lima" in both, "Ana Souza" in both, "Rui Prado" in both) == (True, True, False)
    assert ("Ana Lima" in beta, "Ana Souza" in beta) == (False, True)


def test_who_was_invited_and_has_no_password_yet_is_no_active_person(
    browser: Client, make_user: Callable[..., User]
) -> None:
    invited, active = make_user("acme", "operator", name="Ana Lima"), make_user("acme", "operator", name="Ana Souza")
    with schema_context("acme"):
        invited.set_unusable_password()
        invited.save(update_fields=["password"])

    found = {state: text_of(browser.get(f"/directory/?q=ana&state={state}")) for state in ("invited", "active")}

    assert ("Ana Lima" in found["invited"], "Ana Souza" in found["invited"]) == (True, False)
    assert ("Ana Lima" in found["active"], "Ana Souza" in found["active"]) == (False, True)
    assert "is-ring" in browser.get(f"/directory/{entry_of(invited).pk}/").content.decode()
    assert "is-ring" not in browser.get(f"/directory/{entry_of(active).pk}/").content.decode()


def test_a_person_is_deactivated_with_an_entry_in_both_trails(
    browser: Client, master: User, make_user: Callable[..., User], client_of: Callable[..., Client], global_admin: User
) -> None:
    other = make_user("acme", "supervisor", name="Bia")
    hers = client_of("acme", other)
    assert hers.get("/campaigns/").status_code == 200

    browser.post(f"/directory/{entry_of(other).pk}/deactivate/")

    assert hers.get("/campaigns/").status_code == 302
    with schema_context("acme"):
        own = AuditEntry.objects.get(action="person.deactivated", target_id=str(other.pk))
        assert own.actor_id is None
    public = AuditEntry.objects.get(action="person.deactivated")
    assert (public.actor_id, public.detail["company"]) == (global_admin.pk, "acme")
    assert not entry_of(other).is_active

    browser.post(f"/directory/{entry_of(other).pk}/reactivate/")
    assert entry_of(other).is_active


def test_a_companys_last_master_stays(browser: Client, master: User) -> None:
    answer = browser.post(f"/directory/{entry_of(master).pk}/deactivate/", follow=True)
    assert answer.status_code == 200
    assert entry_of(master).is_active
    assert not AuditEntry.objects.filter(action="person.deactivated").exists()


def test_ended_sessions_end_and_the_person_may_log_in_again(
    browser: Client, master: User, client_of: Callable[..., Client]
) -> None:
    his = client_of("acme", master)
    browser.post(f"/directory/{entry_of(master).pk}/end-sessions/")
    assert his.get("/campaigns/").status_code == 302
    assert client_of("acme", master).get("/campaigns/").status_code == 200
    assert AuditEntry.objects.filter(action="person.sessions_ended").count() == 1


def test_the_page_of_a_person_shows_no_password(browser: Client, master: User) -> None:
    page = text_of(browser.get(f"/directory/{entry_of(master).pk}/"))
    assert master.password not in page
    assert master.email in page


def test_the_audit_shows_the_platforms_trail_and_a_companys_own_apart(
    browser: Client, master: User, global_admin: User, acme: Company
) -> None:
    audit.record("company.approved", acme, acting_user=global_admin)
    with schema_context("acme"):
        audit.record("person.role_changed", master, acting_user=master, before="operator", after="master")

    own = text_of(browser.get("/audit/"))
    theirs = text_of(browser.get("/audit/?company=acme"))

    assert global_admin.name in own
    assert "Acme Cobranças" in own
    assert theirs.count(master.name) >= 2  # who and whom
    assert f">{global_admin.name}<" not in theirs.split("<main")[1]


def test_the_audit_of_a_company_without_one_is_empty_and_not_the_platforms(
    browser: Client, acme: Company, global_admin: User
) -> None:
    audit.record("company.approved", acme, acting_user=global_admin)
    Company.objects.create(schema_name="nova", slug="nova", legal_name="Nova", status="pending")
    assert "data-l=" in text_of(browser.get("/audit/"))
    for asked in ("pg_catalog", "nobody", "%00", "public", "nova"):
        assert "data-l=" not in text_of(browser.get(f"/audit/?company={asked}"))


def test_every_action_of_the_platform_has_words(global_admin: User) -> None:
    from desk.history_words import ACTIONS

    assert {"company.limits_set", "company.suspended", "company.resumed", "company.rejected"} <= ACTIONS.keys()
    assert "person.sessions_ended" in ACTIONS


def test_processes_without_a_sign_are_said_to_be_away(browser: Client, redis: Any) -> None:
    signs.Pulse("web").give(redis)
    redis.zadd(signs.SIGNS, {"calls host:1": to_us(now()) - 60_000_000})

    page = text_of(browser.get("/overview/"))

    assert page.count('is-bad">') >= 1
