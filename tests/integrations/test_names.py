"""Whatever is named, by whatever way: its name reads as it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.actions import do_invite_person
from accounts.exceptions import UnreadableNameError
from accounts.models import User
from agents.actions import do_create_pause_reason
from agents.pause_reasons import do_update_pause_reason
from calls.disposition_actions import do_create_disposition, do_update_disposition
from campaigns.actions import do_create_campaign, do_update_campaign
from contacts.actions import do_create_list
from contacts.adding import do_add_contact
from contacts.editing import do_edit_contact
from integrations.keys import do_create_key
from integrations.webhooks.actions import do_create_endpoint

TYPED, STORED = "Bidi \u202egnp.exe\u2066\u200f", "Bidi gnp.exe"


def _pause(name: str, by: User) -> str:
    made = do_create_pause_reason(code="cafe", name=name, is_mandatory=False, limit_minutes=None, acting_user=by)
    changed = do_update_pause_reason(made, name=f"{name} 2", limit_minutes=None, acting_user=by)
    assert changed.name == f"{made.name} 2"
    return str(made.name)


def _campaign(name: str, by: User) -> str:
    made = do_create_campaign(name=name, acting_user=by)
    assert do_update_campaign(made, name=f"{name} 2", acting_user=by).name == f"{STORED} 2"
    return str(made.name)


def _disposition(name: str, by: User) -> str:
    made = do_create_disposition(name=name, acting_user=by)
    assert do_update_disposition(made, name=f"{name} 2", acting_user=by).name == f"{STORED} 2"
    return str(made.name)


def _contact(name: str, by: User) -> str:
    listed = do_create_list(name="Lista", acting_user=by)
    made = do_add_contact(listed, phones=["11987654321"], name=name, extra={name: name}, acting_user=by)
    assert made.extra == {STORED: STORED}
    assert do_edit_contact(made, name=f"{name} 2", acting_user=by).name == f"{STORED} 2"
    return str(made.name)


THINGS: dict[str, Callable[[str, User], str]] = {
    "person": lambda name, by: (
        do_invite_person(email="bidi@acme.example", name=name, role="operator", acting_user=by).name
    ),
    "campaign": _campaign,
    "list": lambda name, by: do_create_list(name=name, acting_user=by).name,
    "contact": _contact,
    "disposition": _disposition,
    "pause reason": _pause,
    "key": lambda name, by: do_create_key(name=name, scopes=["calls:read"], acting_user=by).key.name,
    "webhook": lambda name, by: (
        do_create_endpoint(
            url="https://example.com/hook", event_types=["call.ended"], description=name, acting_user=by
        )[0].description
    ),
}


@pytest.mark.parametrize("thing", THINGS)
def test_a_name_is_stored_without_what_turns_it_around(thing: str, master: User, redis: Any) -> None:
    with schema_context("acme"):
        assert THINGS[thing](TYPED, master) == STORED


def test_a_contact_is_named_alike_by_the_api(client_of: Callable[..., Client], master: User, redis: Any) -> None:
    with schema_context("acme"):
        listed = do_create_list(name="Lista", acting_user=master)
    given = {"contact_list": listed.pk, "phones": ["11987654321"], "name": TYPED}

    answer = client_of("acme", master).post("/api/v1/contacts/", given, content_type="application/json")

    assert (answer.status_code, answer.json().get("name")) == (201, STORED)


def test_a_name_of_which_nothing_can_be_seen_is_none(master: User, redis: Any) -> None:
    with schema_context("acme"):
        for make in (do_create_list, do_create_campaign, do_create_disposition):
            with pytest.raises(UnreadableNameError):
                make(name="\u202e\u2069", acting_user=master)
