"""Notices: who is told, in which language, how often, and what the bell shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django_tenants.utils import schema_context

from accounts import notices
from accounts.choices import Role
from accounts.models import Notice, User
from accounts.notices import do_notify, do_read, latest, people_with, unread_count
from contacts.background import tell_of_end
from contacts.models import ContactList, Import
from live import publish, topics
from tenants.models import Company

ClientOf = Callable[..., Client]


@pytest.fixture
def import_(acme: Company, master: User) -> Import:
    with schema_context("acme"):
        mailing = ContactList.objects.create(name="Novembro 100%")
        return Import.objects.create(
            contact_list=mailing, state="done", file_name="a.csv", size_bytes=1, encoding="utf-8", created_by=master,
            contacts_created=1150, rows_refused=50,
        )  # fmt: skip


def test_a_notice_speaks_the_readers_language_and_leads_to_its_page(import_: Import, master: User) -> None:
    with schema_context("acme"):
        tell_of_end(import_)
        with translation.override("en"):
            (shown,) = latest(master)
    assert (shown.heading, shown.is_unread) == ("Novembro 100% is imported", True)
    assert shown.words == "1,150 contacts came in, 50 rows were refused."
    assert shown.url == f"/lists/imports/{import_.pk}/"


def test_whoever_brought_the_file_is_told_and_all_masters_of_nobodys(
    import_: Import, master: User, supervisor: User, make_user: Callable[..., User]
) -> None:
    other = make_user("acme", Role.MASTER)
    gone = make_user("acme", Role.MASTER, is_active=False)
    with schema_context("acme"):
        tell_of_end(import_)
        assert [unread_count(user) for user in (master, other, supervisor, gone)] == [1, 0, 0, 0]
        import_.created_by = None
        tell_of_end(import_)
        assert [unread_count(user) for user in (master, other, supervisor, gone)] == [2, 1, 0, 0]


def test_who_canceled_an_import_is_not_told_of_it(import_: Import, master: User) -> None:
    import_.state = "canceled"
    with schema_context("acme"):
        tell_of_end(import_)
        assert unread_count(master) == 0


def test_a_state_is_told_once_a_day(master: User) -> None:
    with schema_context("acme"):
        told = [do_notify(people_with(Role.MASTER), code="import.done", key="room") for _ in range(3)]
        assert told == [1, 0, 0]
        Notice.objects.update(created_at="2026-01-01T00:00Z")
        assert do_notify(people_with(Role.MASTER), code="import.done", key="room") == 1
        assert Notice.objects.count() == 1  # and what is older than ninety days is gone


def test_a_notice_of_a_kind_or_page_that_is_gone_still_shows(master: User) -> None:
    with schema_context("acme"):
        do_notify([master], code="from.the.future", params={"x": 1}, view="no:such", args=[1])
        do_notify([master], code="import.done", params={})
        assert [one.url for one in latest(master)] == ["", ""]


def test_the_bell_is_told_on_its_persons_topic_and_on_the_wallboard_of_who_sees_that(
    master: User, operator_user: User, redis: Any, django_capture_on_commit_callbacks: Any
) -> None:
    def numbers() -> list[int]:
        wanted = (topics.WALLBOARD, topics.person(master.pk), topics.person(operator_user.pk))
        return [publish.last_sequence("acme", topic) for topic in wanted]

    before = numbers()
    with schema_context("acme"):
        for user in (master, operator_user):
            with django_capture_on_commit_callbacks(execute=True):
                do_notify([user], code="import.done")
    assert [now - then for then, now in zip(before, numbers(), strict=True)] == [1, 1, 1]


def test_a_person_reads_his_own_only(master: User, supervisor: User) -> None:
    with schema_context("acme"):
        do_notify([master], code="import.done")
        notice = Notice.objects.get()
        assert do_read(notice.pk, acting_user=supervisor) is None
        assert unread_count(master) == 1
        read = do_read(notice.pk, acting_user=master)
        assert read is not None
        assert unread_count(master) == 0


def test_following_a_notice_reads_it_and_leads_on(
    import_: Import, master: User, client_of: ClientOf, redis: object
) -> None:
    with schema_context("acme"):
        tell_of_end(import_)
        notice = Notice.objects.get()
    client = client_of("acme", master)
    assert "Novembro 100%" in client.get("/notices/").content.decode()
    assert client.post("/notices/follow/", {"notice": notice.pk})["Location"] == f"/lists/imports/{import_.pk}/"
    assert 'class="cnt"' not in client.get("/notices/count/").content.decode()
    for nonsense in ("999999", "", "x", "\x00", "9" * 40):
        assert client.post("/notices/follow/", {"notice": nonsense})["Location"] == "/"


def test_all_are_read_at_once_and_the_panel_says_so(master: User, client_of: ClientOf, redis: object) -> None:
    with schema_context("acme"):
        for _ in range(120):
            do_notify([master], code="import.done", params={"list": "<b>", "contacts": 1, "refused": 0})
        assert unread_count(master) == notices.MOST_COUNTED
    client = client_of("acme", master)
    assert "<b>&lt;b&gt;" in client.get("/notices/").content.decode()
    answer = client.post("/notices/read/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="bell-panel"' in answer
    assert "unread" not in answer.replace("bell-it is-free unread", "unread!")
    with schema_context("acme"):
        assert unread_count(master) == 0


def test_what_runs_in_the_background_is_found_behind_the_bell(
    import_: Import, master: User, supervisor: User, client_of: ClientOf, redis: object
) -> None:
    with schema_context("acme"):
        Import.objects.update(state="running", rows_total=200, rows_read=50)
    answer = client_of("acme", master).get("/notices/").content.decode()
    assert f"/lists/imports/{import_.pk}/" in answer
    assert "25,0" in answer
    assert f"/lists/imports/{import_.pk}/" not in client_of("acme", supervisor).get("/notices/").content.decode()
