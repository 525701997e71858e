"""The language that somebody chose stays his: after logging out, at another computer, and for programs in his name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import User
from integrations.keys import do_create_key
from tests.conftest import PASSWORD

ClientOf = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("redis")
PORTUGUESE, ENGLISH = 'lang="pt-BR"', 'lang="en"'


def html_of(answer: Any) -> str:
    """The page's own <html …>."""
    tag: str = answer.content.decode().partition("<html")[2].partition(">")[0]
    return tag


def log_in(client: Client, person: User) -> None:
    assert client.post("/login/", {"email": person.email, "password": PASSWORD}).status_code == 302


def test_a_choice_outlives_the_session_and_follows_to_other_computers(client_of: ClientOf, master: User) -> None:
    here = client_of("acme")
    log_in(here, master)
    assert PORTUGUESE in html_of(here.get("/campaigns/"))
    here.post("/language/", {"language": "en", "next": "/campaigns/"})
    assert ENGLISH in html_of(here.get("/campaigns/"))
    here.post("/logout/")
    assert ENGLISH in html_of(here.get("/login/")), "the browser remembers"

    elsewhere = client_of("acme")
    assert PORTUGUESE in html_of(elsewhere.get("/login/"))
    log_in(elsewhere, master)
    assert ENGLISH in html_of(elsewhere.get("/campaigns/", headers={"accept-language": "pt-BR"}))


def test_two_people_at_one_computer_read_their_own(client_of: ClientOf, master: User, supervisor: User) -> None:
    client = client_of("acme")
    log_in(client, master)
    client.post("/language/", {"language": "en"})
    client.post("/logout/")
    log_in(client, supervisor)
    assert PORTUGUESE in html_of(client.get("/campaigns/"))


@pytest.mark.parametrize(
    ("wanted", "cookie", "spoken"),
    [
        ("", "", PORTUGUESE),
        ("en-US,en;q=0.9", "", ENGLISH),
        ("de-DE,de;q=0.9", "", PORTUGUESE),
        ("de,en;q=0.8,pt;q=0.5", "", ENGLISH),
        ("pt-PT", "", PORTUGUESE),
        ("en-US", "pt-br", PORTUGUESE),
        ("pt-BR", "en", ENGLISH),
        ("en", "klingon\x00'", ENGLISH),
    ],
)
def test_nobody_yet_reads_what_his_browser_asks_for_until_he_chooses(
    wanted: str, cookie: str, spoken: str, client_of: ClientOf, db: None
) -> None:
    client = client_of("acme")
    if cookie:
        client.cookies["django_language"] = cookie
    answer = client.get("/login/", headers={"accept-language": wanted} if wanted else {})
    assert spoken in html_of(answer)


def _refused(client: Client, **headers: str) -> str:
    answer = client.get("/api/v1/campaigns/999999/", headers=headers)
    assert answer.status_code == 404
    return str(answer.json()["detail"])


def test_a_program_reads_its_persons_language_unless_it_asks_for_another(client_of: ClientOf, master: User) -> None:
    with schema_context("acme"):
        key = do_create_key(name="CRM", role="master", scopes=["campaigns:read"], acting_user=master).secret
        User.objects.filter(pk=master.pk).update(language="en")
    client, bearer = client_of("acme"), f"Bearer {key}"

    assert _refused(client, authorization=bearer) == "Not found."
    assert _refused(client, authorization=bearer, **{"accept-language": "pt-BR"}) == "Não encontrado."
    with schema_context("acme"):
        User.objects.filter(pk=master.pk).update(language="pt-br")
    assert _refused(client, authorization=bearer) == "Não encontrado."
    assert _refused(client, authorization=bearer, **{"accept-language": "en"}) == "Not found."


def test_a_page_that_asks_the_api_reads_the_persons_language(client_of: ClientOf, master: User) -> None:
    client = client_of("acme", master)
    assert _refused(client, **{"accept-language": "en"}) == "Não encontrado."
