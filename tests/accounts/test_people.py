"""People of a company, made and unmade by its masters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts import actions, signals
from accounts.models import AuditEntry, User
from common.errors import DomainError

pytestmark = pytest.mark.usefixtures("redis")
GOOD = "a long enough one 7"


def _create(acting_user: User | None, **given: str) -> User:
    person = {"email": "New@Acme.example ", "name": "New", "role": "supervisor", "password": GOOD} | given
    return actions.do_create_person(**person, acting_user=acting_user)


def test_a_master_makes_a_person_and_the_trail_tells(master: User) -> None:
    told: list[tuple[str, User]] = []

    def receiver(sender: Any, *, schema: str, user: User, **kwargs: Any) -> None:
        told.append((schema, user))

    signals.person_created.connect(receiver)
    try:
        with schema_context("acme"):
            person = _create(master)
            entry = AuditEntry.objects.get(action="person.created")
    finally:
        signals.person_created.disconnect(receiver)

    assert (person.email, person.role) == ("new@acme.example", "supervisor")
    assert told == [("acme", person)]
    assert (entry.actor_id, entry.target_id, entry.detail["role"]) == (master.pk, str(person.pk), "supervisor")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"role": "global_admin"}, "role_refused"),
        ({"role": "king"}, "role_refused"),
        ({"password": "short"}, "weak_password"),
        ({"password": "password1234"}, "weak_password"),
    ],
)
def test_a_person_that_may_not_be_is_refused(master: User, given: dict[str, str], code: str) -> None:
    with schema_context("acme"), pytest.raises(DomainError) as refusal:
        _create(master, **given)

    assert refusal.value.code == code


def test_an_email_is_one_persons_within_a_company(master: User, beta_master: User) -> None:
    with schema_context("acme"):
        _create(master)
        with pytest.raises(DomainError) as refusal:
            _create(master, email="NEW@acme.example")
    with schema_context("beta"):
        _create(beta_master)

    assert refusal.value.code == "email_taken"


def test_only_masters_manage_people(supervisor: User, operator_user: User, master: User) -> None:
    with schema_context("acme"):
        for by in (supervisor, operator_user):
            attempts: list[Callable[[], User]] = [
                partial(_create, by),
                partial(actions.do_deactivate_person, master, acting_user=by),
                partial(actions.do_reactivate_person, master, acting_user=by),
                partial(actions.do_change_role, by, role="master", acting_user=by),
                partial(actions.do_set_password, master, password=GOOD, acting_user=by),
            ]
            for attempt in attempts:
                with pytest.raises(DomainError) as refusal:
                    attempt()
                assert refusal.value.code == "not_allowed"


def test_people_are_made_inside_a_company_and_global_admins_outside(global_admin: User, master: User) -> None:
    with pytest.raises(DomainError) as outside:
        _create(None)
    with schema_context("acme"), pytest.raises(DomainError) as inside:
        actions.do_create_global_admin(email="a@b.example", name="A", password=GOOD, acting_user=None)

    assert (outside.value.code, inside.value.code) == ("wrong_site", "wrong_site")
    assert actions.do_create_global_admin(email="a@b.example", name="A", password=GOOD, acting_user=global_admin).pk


def test_a_deactivated_person_is_out_at_once(
    client_of: Callable[..., Client], master: User, operator_user: User
) -> None:
    client = client_of("acme", operator_user)
    assert client.get("/api/v1/session/").json()["user"]["id"] == operator_user.pk

    with schema_context("acme"):
        actions.do_deactivate_person(operator_user, acting_user=master)
        actions.do_reactivate_person(operator_user, acting_user=master)
        trail = AuditEntry.objects.get(action="person.deactivated")

    assert client.get("/api/v1/session/").json()["user"] is None
    assert trail.detail == {"sessions": 1}


def test_a_new_password_ends_the_sessions_of_the_old_one_and_nobody_elses(
    client_of: Callable[..., Client], master: User, operator_user: User
) -> None:
    his, other = client_of("acme", operator_user), client_of("acme", master)

    with schema_context("acme"):
        actions.do_set_password(operator_user, password=GOOD, acting_user=operator_user)

    assert his.get("/api/v1/session/").json()["user"] is None
    assert other.get("/api/v1/session/").json()["user"]["id"] == master.pk


def test_the_last_master_can_not_be_lost(master: User, make_user: Callable[..., User]) -> None:
    with schema_context("acme"):
        attempts: list[Callable[[], User]] = [
            partial(actions.do_deactivate_person, master, acting_user=master),
            partial(actions.do_change_role, master, role="operator", acting_user=master),
        ]
        for attempt in attempts:
            with pytest.raises(DomainError) as refusal:
                attempt()
            assert refusal.value.code == "last_master"
        make_user("acme", "master")
        assert actions.do_deactivate_person(master, acting_user=master).is_active is False


def test_a_master_manages_people_over_the_api(client_of: Callable[..., Client], master: User) -> None:
    client = client_of("acme", master)

    made = client.post(
        "/api/v1/people/",
        {"email": "op@acme.example", "name": "Op", "role": "operator", "password": GOOD},
        content_type="application/json",
    )
    pk = made.json()["id"]
    raised = client.post(f"/api/v1/people/{pk}/role/", {"role": "supervisor"}, content_type="application/json")
    off = client.post(f"/api/v1/people/{pk}/deactivate/")
    back = client.post(f"/api/v1/people/{pk}/reactivate/")
    weak = client.post(
        "/api/v1/people/",
        {"email": "x@acme.example", "name": "X", "role": "operator", "password": "1234567890"},
        content_type="application/json",
    )

    assert (made.status_code, "password" in made.json()) == (201, False)
    assert raised.json()["role"] == "supervisor"
    assert (off.json()["is_active"], back.json()["is_active"]) == (False, True)
    assert (weak.status_code, weak.json()["code"]) == (400, "weak_password")
    assert [person["id"] for person in client.get("/api/v1/people/").json()["results"]] == [master.pk, pk]
