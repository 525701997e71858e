"""Every page and form of both sites, found by walking them, fed with nonsense field by field.

Never a failure of ours, nothing that runs in the browser, and never the loss of what somebody has typed beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from django.test import Client

from tests.hostile.conftest import send
from tests.hostile.forms_of import Form, forms_of
from tests.hostile.nonsense import DEPTH, SCRIPT, TEXTS, some
from tests.isolation.table import COMPANY, PLATFORM, Row

FORM = "application/x-www-form-urlencoded"
MARK = "Zq9 typed"
ROOT = Path(__file__).parents[2]
_READ = re.compile(r'(?:POST|GET|query)\.get(?:list)?\(\s*"(\w+)"')
SITES = {"company": COMPANY, "platform": PLATFORM}
ROLES = {"company": ("master", "supervisor", "operator", "nobody"), "platform": ("global_admin", "nobody")}
_ASKED = re.compile(r"[?&](?:amp;)?([a-z_]{2,20})=")


def encoded(values: dict[str, list[str]]) -> str:
    """As a browser encodes a form; half a surrogate pair as its three bytes."""
    pairs = [(name, value.encode("utf-8", "surrogatepass")) for name, found in values.items() for value in found]
    return urlencode(pairs, quote_via=quote_plus)


def names_read() -> list[str]:
    """Give all parameters that the pages' code names: for what no form of a page sends."""
    found: set[str] = set()
    for folder in ("accounts", "calls", "campaigns", "contacts", "desk", "integrations", "screens", "telephony"):
        for file in (ROOT / folder).rglob("*.py"):
            found |= set(_READ.findall(file.read_text(encoding="utf-8")))
    return sorted(found)


NAMES = names_read()


def url_of(route: str, row: Row, objects: dict[str, Any]) -> str:
    return "/" + (re.sub(r"<\w+>", str(objects[row.of]), route) if row.of else route)


def visits(site: str, method: str, objects: dict[str, Any], people: dict[str, Client]) -> Iterator[tuple[Client, str]]:
    """Give each page's address with a client who may be there, the mightiest role first."""
    for route, row in sorted(SITES[site].items()):
        role = next((role for role in ROLES[site] if role in row.roles(method)), "")
        if role and not route.startswith("api/"):
            who = "platform_nobody" if (site, role) == ("platform", "nobody") else role
            yield people[who], url_of(route, row, objects)


def fault_of(answer: Any, allowed: set[int]) -> str:
    """Give what is wrong with an answer, and with the page that it leads to; "" for nothing."""
    if answer.status_code not in allowed:
        return f"{answer.status_code} {answer.said[:300]}"
    for one in (answer, answer.next):
        if one is None:
            continue
        if one.status_code >= 500:
            return f"leads to {one.status_code} {one.said[:300]}"
        if SCRIPT in one.said and "html" in one["Content-Type"]:
            return "what was sent runs on the page"
    return ""


@pytest.mark.parametrize("site", SITES)
def test_a_page_answers_whatever_its_address_holds(
    site: str, objects: dict[str, Any], people: dict[str, Client]
) -> None:
    found = []
    for client, url in visits(site, "GET", objects, people):
        plain = send(client, "GET", url)
        names = {name for form in forms_of(plain.said, url) if form.method == "get" for name in form.kinds}
        names |= set(_ASKED.findall(plain.said)) | {"page", "export", "part"}
        for name in sorted(names):
            for text in some(TEXTS, f"{url} {name}", DEPTH):
                query = encoded({name: [text]})
                if fault := fault_of(send(client, "GET", f"{url}?{query}"), {200, 302, 400, 404, 422}):
                    found.append(f"GET {url}?{query[:100]} → {fault}")

    assert not found, "\n".join(found)


@pytest.mark.parametrize("site", SITES)
def test_a_form_answers_whatever_is_typed_and_loses_nothing(
    site: str, objects: dict[str, Any], people: dict[str, Client]
) -> None:
    forms = all_forms(site, objects, people)
    found = []
    for client, url in visits(site, "POST", objects, people):
        form = forms.get(url)
        for name, text, values in _attacks(form) if form else _shots(url):
            answer = send(client, "POST", url, encoded(values).encode(), FORM)
            fault = fault_of(answer, {200, 204, 302, 400, 403, 404, 409, 413, 422})
            if not fault and answer.status_code == 422 and _is_lost(form, name, answer.said):
                fault = "what was typed beside it is lost"
            if fault:
                found.append(f"POST {url} {name}={text[:60]!r} → {fault}")

    assert not found, "\n".join(found)


def all_forms(site: str, objects: dict[str, Any], people: dict[str, Client]) -> dict[str, Form]:
    """Give the forms of all pages by where they are sent to."""
    found: dict[str, Form] = {}
    for client, url in visits(site, "GET", objects, people):
        for form in forms_of(send(client, "GET", url).said, url):
            form.kinds.pop("csrfmiddlewaretoken", None)
            form.values.pop("csrfmiddlewaretoken", None)
            if form.method == "post" and len(form.kinds) >= len(found.get(form.action, form).kinds):
                found[form.action] = form
    return found


def _marked(form: Form | None) -> str:
    """Give the field that stands for what somebody has typed."""
    kinds = form.kinds if form else {}
    return next((name for name, kind in kinds.items() if kind in {"text", "textarea"}), "")


def _is_lost(form: Form | None, attacked: str, said: str) -> bool:
    marked = _marked(form)
    return bool(marked) and attacked not in {marked, ""} and MARK not in said


def _attacks(form: Form) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Give a field, what is wrong with it, and the whole form's values: all others as they were."""
    sound = {name: list(values) for name, values in form.values.items()}
    if marked := _marked(form):
        sound[marked] = [MARK]
    yield "", "untouched", sound
    yield "", "nothing", {}
    for name in form.kinds:
        yield name, "twice", sound | {name: ["a", "\x00", "99999999999999999999"]}
        for text in some(TEXTS, f"{form.action} {name}", DEPTH):
            yield name, text, sound | {name: [text]}


def _shots(url: str) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Where no page has a form: everything that our code reads anywhere, all of it the same nonsense."""
    for text in some(TEXTS, url, 3 * DEPTH):
        yield "*", text, {name: [text] for name in NAMES}
