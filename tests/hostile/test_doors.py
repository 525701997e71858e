"""Requests that no view should ever see: without the form's token, by a method that isn't there, too large.

Every address of both sites is asked; each refuses in words, as a page in the person's language or as a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.hostile.conftest import send
from tests.hostile.test_pages import FORM, ROLES, SITES, url_of
from tests.isolation.table import METHODS, Row

JSON = "application/json"
LANGUAGE = re.compile(r'<html lang="([\w-]+)"')
TOO_LARGE = b"a=" + b"x" * 3_000
EXPIRED = {"pt-BR": "O formulário expirou", "en": "The form has expired"}


def doors(site: str, objects: dict[str, Any], people: dict[str, Client]) -> Iterator[tuple[Client, str, Row]]:
    """Give each address with the mightiest who may be there."""
    for route, row in sorted(SITES[site].items()):
        role = next((one for one in ROLES[site] for method in row.methods if one in row.roles(method)), "")
        if role:
            who = "platform_nobody" if (site, role) == ("platform", "nobody") else role
            yield people[who], url_of(route, row, objects), row


def is_page_of_ours(answer: Any) -> bool:
    return "Cadência" in answer.said and bool(LANGUAGE.search(answer.said))


def fault_of(answer: Any, url: str, status: int, code: str) -> str:
    """Give what is wrong with a refusal; "" for nothing."""
    if answer.status_code != status:
        return f"{answer.status_code} {answer.said[:200]}"
    if "/api/" not in url:
        return "" if is_page_of_ours(answer) else f"no page of ours but {answer.said[:100]!r}"
    if answer["Content-Type"] != "application/problem+json" or f'"{code}"' not in answer.said:
        return f"no problem {code} but {answer.said[:200]}"
    return ""


@pytest.fixture
def strict(people: dict[str, Client]) -> dict[str, Client]:
    """People whose requests are checked for the form's token."""
    for client in people.values():
        client.handler.enforce_csrf_checks = True
    return people


@pytest.mark.parametrize("site", SITES)
def test_a_form_without_its_token_is_refused_by_a_page_of_ours(
    site: str, objects: dict[str, Any], strict: dict[str, Client]
) -> None:
    found = []
    for client, url, row in doors(site, objects, strict):
        if not row.POST or "/api/" in url:
            continue
        for language, words in EXPIRED.items():
            answer = send(client, "POST", url, b"a=b", FORM, headers={"Accept-Language": language})
            spoken = LANGUAGE.search(answer.said)
            if fault := fault_of(answer, url, 403, ""):
                found.append(f"POST {url} → {fault}")
            elif spoken is None or EXPIRED[spoken[1]] not in answer.said:
                found.append(f"POST {url} doesn't say that the form has expired: {words}")

    assert not found, "\n".join(found)


@pytest.mark.parametrize("site", SITES)
def test_a_sessions_program_without_its_token_is_refused(
    site: str, objects: dict[str, Any], strict: dict[str, Client]
) -> None:
    found = []
    for client, url, row in doors(site, objects, strict):
        for method in row.methods:
            if "/api/" not in url or method == "GET" or "/token/" in url:
                continue
            if fault := fault_of(send(client, method, url, b"{}", JSON), url, 403, "csrf_failed"):
                found.append(f"{method} {url} → {fault}")

    assert not found, "\n".join(found)


@pytest.mark.parametrize("site", SITES)
def test_a_method_that_an_address_does_not_take_is_refused_in_words(
    site: str, objects: dict[str, Any], people: dict[str, Client]
) -> None:
    found = []
    for client, url, row in doors(site, objects, people):
        for method in METHODS:
            if method in row.methods:
                continue
            answer = send(client, method, url, b"{}", JSON if "/api/" in url else FORM)
            fault = fault_of(answer, url, 405, "method_not_allowed")
            if not fault and method in answer["Allow"].split(", "):
                fault = f"takes {answer['Allow']}"
            if fault:
                found.append(f"{method} {url} → {fault}")

    assert not found, "\n".join(found)


@pytest.mark.parametrize("site", SITES)
def test_more_than_a_form_may_hold_is_refused_before_anything_is_done(
    site: str, objects: dict[str, Any], strict: dict[str, Client], settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000
    for client in strict.values():
        client.cookies[settings.CSRF_COOKIE_NAME] = "t" * 32
    found = []
    for client, url, row in doors(site, objects, strict):
        if (
            row.POST
            and "/api/" not in url
            and (fault := fault_of(send(client, "POST", url, TOO_LARGE, FORM), url, 413, ""))
        ):
            found.append(f"POST {url} → {fault}")

    assert not found, "\n".join(found)
