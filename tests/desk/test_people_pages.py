"""The pages of a company's people."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django_tenants.utils import schema_context

from accounts import actions, invitations
from accounts.exceptions import LinkInvalidError, NotAllowedError
from accounts.models import AuditEntry, User
from accounts.tasks import mail_link
from agents.models import Operator, OperatorSession
from campaigns.models import Campaign, CampaignOperator
from common.clock import now
from screens import shown_once

GOOD = "a-fine-long-secret"


@pytest.fixture
def browser(client_of: Callable[..., Client], master: User) -> Client:
    return client_of("acme", master)


def form(**changed: Any) -> dict[str, Any]:
    return {"name": "Ana Lima", "email": "ana@acme.example", "role": "operator", "language": "pt-br"} | changed


def ana() -> User:
    with schema_context("acme"):
        return User.objects.get(email="ana@acme.example")


def link_in(page: Any) -> str:
    found = re.search(r'value="https?://[^/]+(/welcome/[^"]+)"', page.content.decode())
    assert found is not None
    return found.group(1)


@pytest.fixture
def invited(browser: Client) -> str:
    """Ana was invited; the path of her link."""
    return link_in(browser.post("/people/new/", form(), follow=True))


def test_the_answer_to_an_invitation_can_be_fetched_anew_and_shows_the_link_once(browser: Client) -> None:
    answer = browser.post("/people/new/", form())
    assert (answer.status_code, answer["Location"]) == (302, f"/people/{ana().pk}/")

    shown = browser.get(answer["Location"])
    link_in(shown)
    assert shown["Cache-Control"] == "no-store"
    assert "/welcome/" not in browser.get(answer["Location"]).content.decode()


def test_a_link_that_nobody_came_to_see_within_the_minute_is_forgotten_and_lies_sealed_until_then(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_once, "KEPT", timedelta(seconds=-1))
    page = browser.post("/people/new/", form())["Location"]
    with schema_context("acme"):
        (waiting,) = [kept for one in Session.objects.all() if (kept := one.get_decoded().get("shown_once"))]
    assert "/welcome/" not in str(waiting)

    assert "/welcome/" not in browser.get(page).content.decode()
    with schema_context("acme"):
        assert not any("shown_once" in one.get_decoded() for one in Session.objects.all())


def test_an_invited_person_sets_a_password_by_the_link_and_logs_in(
    invited: str, client_of: Callable[..., Client]
) -> None:
    stranger = client_of("acme")
    assert "Ana Lima" in stranger.get(invited).content.decode()

    answer = stranger.post(invited, {"password": GOOD, "again": GOOD})

    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    assert stranger.post("/login/", {"email": "ana@acme.example", "password": GOOD}).status_code == 302
    with schema_context("acme"):
        assert Operator.objects.filter(user=ana()).count() == 1
        assert AuditEntry.objects.filter(action="person.invited", target_id=str(ana().pk)).count() == 1


def test_a_link_works_once_and_for_its_company_and_person_only(
    invited: str, client_of: Callable[..., Client], beta_master: User, browser: Client
) -> None:
    token = invited.rstrip("/").rsplit("/", 1)[1]
    other = client_of("beta")
    assert other.get(f"/welcome/{beta_master.pk}/{token}/").status_code == 404
    assert other.get(invited).status_code == 404
    assert client_of("acme").get(f"/welcome/{ana().pk + 1}/{token}/").status_code == 404

    stranger = client_of("acme")
    stranger.post(invited, {"password": GOOD, "again": GOOD})
    again = stranger.post(invited, {"password": "another-long-secret", "again": "another-long-secret"})

    assert again.status_code == 404
    assert ana().check_password(GOOD)


def test_a_link_ends_after_72_hours(invited: str, settings: Any, client_of: Callable[..., Client]) -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 72 * 3600
    with schema_context("acme"):
        old = invitations._tokens._make_token_with_timestamp(
            ana(), invitations._tokens._num_seconds(invitations._tokens._now() - timedelta(hours=72, seconds=5)), ""
        )
        with pytest.raises(LinkInvalidError):
            invitations.person_of_link(ana().pk, old)


def test_a_second_link_for_somebody_without_password_voids_the_first(
    invited: str, browser: Client, client_of: Callable[..., Client]
) -> None:
    second = link_in(browser.post(f"/people/{ana().pk}/link/", follow=True))

    assert client_of("acme").get(invited).status_code == 404
    assert client_of("acme").get(second).status_code == 200


def test_a_deactivated_persons_link_is_void(invited: str, browser: Client, client_of: Callable[..., Client]) -> None:
    browser.post(f"/people/{ana().pk}/deactivate/")

    assert client_of("acme").get(invited).status_code == 404
    refused = browser.post(f"/people/{ana().pk}/link/", follow=True)
    assert "/welcome/" not in refused.content.decode()


def test_a_weak_password_is_refused_beside_its_field_and_the_link_still_works(
    invited: str, client_of: Callable[..., Client]
) -> None:
    stranger = client_of("acme")
    assert stranger.post(invited, {"password": "1234567890", "again": "1234567890"}).status_code == 422
    assert stranger.post(invited, {"password": GOOD, "again": GOOD + "x"}).status_code == 422
    assert not ana().has_usable_password()
    assert stranger.get(invited).status_code == 200


def test_a_link_for_a_new_password_keeps_the_old_one_until_it_is_used(
    browser: Client, operator_user: User, client_of: Callable[..., Client]
) -> None:
    his = client_of("acme", operator_user)
    url = link_in(browser.post(f"/people/{operator_user.pk}/link/", follow=True))
    assert his.get("/api/v1/session/").json()["user"]["id"] == operator_user.pk

    client_of("acme").post(url, {"password": GOOD, "again": GOOD})

    assert his.get("/api/v1/session/").json()["user"] is None


def test_the_link_is_mailed_in_the_persons_language(invited: str, settings: Any, browser: Client, acme: Any) -> None:
    mail_link("acme", ana().pk, "https://acme.example/welcome/1/x/")

    [letter] = mail.outbox
    assert letter.to == ["ana@acme.example"]
    assert "https://acme.example/welcome/1/x/" in letter.body
    assert "Ana Lima" in letter.body


def test_all_is_changed_in_one_form_and_told_in_the_history(invited: str, browser: Client) -> None:
    with schema_context("acme"):
        campaign = Campaign.objects.create(name="Cobrança")
    pk = ana().pk

    answer = browser.post(f"/people/{pk}/", form(name="Ana Souza", email="ana@acme.example", campaigns=[campaign.pk]))

    assert answer.status_code == 302
    with schema_context("acme"):
        assert User.objects.get(pk=pk).name == "Ana Souza"
        assert CampaignOperator.objects.get().operator.user_id == pk
    page = browser.get(f"/people/{pk}/").content.decode()
    assert "Ana Lima → Ana Souza" in page
    browser.post(f"/people/{pk}/", form(name="Ana Souza", campaigns=[]))
    with schema_context("acme"):
        assert not CampaignOperator.objects.exists()


def test_a_taken_email_changes_nothing_and_is_said_beside_the_field(
    invited: str, browser: Client, operator_user: User
) -> None:
    answer = browser.post(f"/people/{ana().pk}/", form(name="Outra", email=operator_user.email, role="supervisor"))

    assert answer.status_code == 422
    assert 'value="Outra"' in answer.content.decode()
    assert (ana().name, ana().role) == ("Ana Lima", "operator")


def test_deactivating_ends_sessions_and_shift_and_can_be_undone(
    browser: Client, operator_user: User, client_of: Callable[..., Client]
) -> None:
    his = client_of("acme", operator_user)
    with schema_context("acme"):
        operator = Operator.objects.create(user=operator_user, extension="101901")
        OperatorSession.objects.create(
            operator=operator, campaign_ids=[1], node="sim1", state="free", state_since=now(), started_at=now()
        )

    browser.post(f"/people/{operator_user.pk}/deactivate/")

    assert his.get("/api/v1/session/").json()["user"] is None
    with schema_context("acme"):
        assert not OperatorSession.objects.filter(ended_at__isnull=True).exists()
    browser.post(f"/people/{operator_user.pk}/reactivate/")
    with schema_context("acme"):
        assert User.objects.get(pk=operator_user.pk).is_active


def test_the_last_master_stays(browser: Client, master: User) -> None:
    browser.post(f"/people/{master.pk}/deactivate/")
    demoted = browser.post(
        f"/people/{master.pk}/", form(name=master.name, email=master.email, role="operator"), follow=True
    )

    assert demoted.status_code == 422
    with schema_context("acme"):
        kept = User.objects.get(pk=master.pk)
    assert (kept.is_active, kept.role) == (True, "master")


def test_nobody_but_masters_lifts_anybody(client_of: Callable[..., Client], supervisor: User) -> None:
    his = client_of("acme", supervisor)

    assert his.post(f"/people/{supervisor.pk}/", form(role="master")).status_code == 403
    with schema_context("acme"), pytest.raises(NotAllowedError):
        actions.do_change_role(supervisor, role="master", acting_user=supervisor)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ana", {"Ana Lima"}),
        ("q=acme.example&role=master", {"Master 1"}),
        ("state=invited", {"Ana Lima"}),
        ("state=active&role=master", {"Master 1"}),
        ("state=inactive", set()),
        ("q=%00%3Cscript%3E", set()),
    ],
)
def test_people_are_searched_and_filtered(invited: str, browser: Client, query: str, found: set[str]) -> None:
    page = browser.get(f"/people/?{query}", headers={"hx-request": "true", "hx-target": "table-people"})
    names = set(re.findall(r'class="strong" href="/people/\d+/">([^<]+)<', page.content.decode()))
    assert names == found


def test_the_list_asks_as_much_of_the_database_for_many_as_for_one(
    browser: Client, make_user: Callable[..., User], django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        make_user("acme", "operator")
    browser.get("/people/")
    with django_assert_max_num_queries(14):
        assert browser.get("/people/").status_code == 200


def test_names_are_shown_as_text(browser: Client) -> None:
    browser.post("/people/new/", form(name="<img src=x onerror=alert(1)>"))

    page = browser.get("/people/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img" in page
