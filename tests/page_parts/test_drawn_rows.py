"""What is drawn in Python is well-formed HTML, and shows names as words, whatever they hold."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from agents.models import Operator
from calls.models import Call, Disposition, Recording
from campaigns.models import Campaign
from contacts.models import Contact, ContactList, Phone
from tests.isolation.objects import FIRST_ID, make_objects

HOSTILE = "<img src=x onerror=alert(1)>\"' & %(n)s {n}"
VOID = frozenset({"input", "img", "br", "meta", "link", "hr", "source", "col"})


class Reader(HTMLParser):
    """Reads a page: its words and attributes, which elements it has, and which tags don't fit together."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.images = 0
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.faults += [f"{tag} stays open" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for _name, value in attrs if value]
        self.images += tag == "img"
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for _name, value in attrs if value]

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def page(client_of: Callable[..., Client], operator_user: User, master: User, redis: object) -> Client:
    """A company in which everything bears a hostile name."""
    make_objects(operator_user)
    with schema_context("acme"):
        for model in (Campaign, ContactList, Contact, Disposition):
            model._default_manager.filter(pk=FIRST_ID).update(name=HOSTILE)
        operator = Operator.objects.get(pk=FIRST_ID)
        User.objects.filter(pk__in=[operator.user_id, FIRST_ID]).update(name=HOSTILE)
        Call.objects.update(note=HOSTILE, operator_id=operator.pk, disposition_id=FIRST_ID, attempt=2)
        Recording.objects.update(state="failed", detail=HOSTILE)
        Phone.objects.create(contact_id=FIRST_ID, e164="+551133334444", kind="landline", position=1)
        Phone.objects.create(contact_id=FIRST_ID, e164="+551133334445", kind="landline", position=2)
        AuditEntry.objects.create(
            actor_name=HOSTILE, action="campaign.changed", target_type="campaigns.campaign", target_id=str(FIRST_ID),
            detail={"changes": {"name": [HOSTILE, "B"]}},
        )  # fmt: skip
    return client_of("acme", master)


def read(page: Client, path: str) -> Reader:
    answer = page.get(path)
    assert answer.status_code == 200
    return Reader(answer.content.decode())


def test_a_hostile_name_is_shown_as_words(page: Client) -> None:
    for path in (
        "/calls/",
        f"/calls/?campaign={FIRST_ID}&columns=contact,campaign,operator,disposition,note",
        "/calls/recordings/",
        "/lists/",
        "/lists/contacts/",
        f"/lists/contacts/?list={FIRST_ID}",
        f"/lists/contacts/{FIRST_ID}/",
        "/people/",
        "/campaigns/",
        f"/campaigns/{FIRST_ID}/",
        "/settings/history/",
    ):
        found = read(page, path)
        assert found.images == 0, path
        assert any(HOSTILE in words for words in found.words), path


def test_the_parts_of_a_table_fit_together(page: Client) -> None:
    for path, table in (
        ("/calls/", "calls"),
        (f"/calls/?campaign={FIRST_ID}&direction=in&since=yesterday&sort=dialed", "calls"),
        (f"/calls/?operator={FIRST_ID}", "calls"),
        ("/lists/?columns=name", "lists"),
        ("/lists/?search=nothing+like+it", "lists"),
        ("/lists/contacts/", "contacts"),
        ("/people/?role=operator&sort=-seen", "people"),
        ("/settings/history/", "history"),
        (f"/settings/webhooks/{FIRST_ID}/", "deliveries"),
    ):
        answer = page.get(path, headers={"HX-Request": "true", "HX-Target": f"table-{table}"})
        assert f'id="table-{table}"' in answer.content.decode()[:60], path
        assert Reader(answer.content.decode()).faults == [], path


def test_a_filter_that_is_set_says_its_words_and_is_chosen_in_its_list(page: Client) -> None:
    shown = page.get(f"/calls/?campaign={FIRST_ID}").content.decode()
    assert f'<option value="{FIRST_ID}" selected>' in shown
    assert 'class="fchip-off" href="/calls/"' in shown
    assert shown.count(" selected>") == 1
