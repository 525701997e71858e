"""Every operation of both sites' API, found in its description, fed with nonsense part by part.

Beside tests/dialer/test_schemathesis.py, which makes whole requests from the schema: here one thing is wrong at a time.
Always a problem with a code and words, never a failure of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from tests.hostile.conftest import send
from tests.hostile.nonsense import BODIES, DEPTH, TEXTS, VALUES, some
from tests.isolation.table import COMPANY, METHODS, PLATFORM

JSON = "application/json"
SITES = {
    "company": ("dialer.urls_company", COMPANY, ("master", "supervisor", "operator", "nobody")),
    "platform": ("dialer.urls_public", PLATFORM, ("global_admin", "nobody")),
}
HEADERS: list[dict[str, str]] = [
    {"If-Match": "nonsense"},
    {"If-Match": '"' + "0" * 10_000 + '"'},
    {"If-None-Match": ",,,W/,\x7f"},
    {"Idempotency-Key": "k" * 201},
    {"Idempotency-Key": "with space"},
    {"Idempotency-Key": "é"},
    {"Accept": "image/png"},
    {"Accept": "*/;q=x,,"},
    {"Accept-Language": "x" * 5_000},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer cad_\xff\xfe"},
    {"Authorization": "Basic " + "A" * 5_000},
    {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoxfQ."},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Range": "bytes=99999999999999999999-1,-"},
    {"Cookie": "session_acme=\x01; session_acme=" + "9" * 5_000},
]
KINDS = ["text/plain", "application/xml", "multipart/form-data; boundary=", "application/json; charset=nonsense", ";"]


@dataclass(frozen=True, slots=True)
class Operation:
    """``path`` as described, with its parameters in braces; ``url`` with acme's own object in their place."""

    method: str
    path: str
    url: str
    query: list[str]
    body: dict[str, Any]
    """The JSON body's schema, resolved; empty where there is none."""
    client: Client

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations(site: str, objects: dict[str, Any], people: dict[str, Client]) -> list[Operation]:
    urlconf, table, roles = SITES[site]
    generator: Any = SchemaGenerator
    described = generator(urlconf=urlconf).get_schema(request=None, public=True)
    rows = {re.sub(r"<\w+>", "{}", route): row for route, row in table.items()}
    found = []
    for path, methods in described["paths"].items():
        row = rows[re.sub(r"{\w+}", "{}", path.lstrip("/"))]
        url = re.sub(r"{\w+}", str(objects[row.of]) if row.of else "", path)
        for method in METHODS:
            if method.lower() not in methods:
                continue
            one = methods[method.lower()]
            role = next((role for role in roles if role in row.roles(method)), "")
            if not role:
                continue
            query = [name["name"] for name in one.get("parameters", ()) if name["in"] == "query"]
            content = one.get("requestBody", {}).get("content", {})
            body = _resolved(content.get(JSON, {}).get("schema", {}), described)
            client = people["platform_nobody" if (site, role) == ("platform", "nobody") else role]
            found.append(Operation(method, path, url, query, body, client))
    return found


def _resolved(schema: dict[str, Any], described: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """Give a schema with what it refers to in its place."""
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            schema = {**schema, **_resolved(schema[several][0], described, depth)}
    if depth > 6:
        return schema
    found = dict(schema)
    if "properties" in found:
        found["properties"] = {
            name: _resolved(one, described, depth + 1)
            for name, one in found["properties"].items()
            if not one.get("readOnly")
        }
    if "items" in found:
        found["items"] = _resolved(found["items"], described, depth + 1)
    return found


def sound(schema: dict[str, Any]) -> Any:
    """Give a value that fits a schema."""
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if "properties" in schema:
        return {name: sound(one) for name, one in schema["properties"].items()}
    if schema.get("enum"):
        return schema["enum"][0]
    if kind == "array":
        return [sound(schema["items"])]
    plain = {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": True, "object": {}}
    if kind in plain:
        return plain[kind]
    by_format = {
        "email": "ana@acme.example",
        "date": "2026-11-20",
        "date-time": "2026-11-20T12:00:00Z",
        "uuid": "0" * 8 + "-0000-7000-8000-" + "0" * 12,
        "uri": "https://example.com/",
        "decimal": "1.00",
    }
    return by_format.get(schema.get("format", ""), "text")


def places(schema: dict[str, Any], way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every value of a body, as ``("columns", 0, "role")``."""
    if way:
        yield way
    for name, one in schema.get("properties", {}).items():
        yield from places(one, (*way, name))
    if "items" in schema:
        yield from places(schema["items"], (*way, 0))


def with_value(body: Any, way: tuple[Any, ...], value: Any) -> Any:
    """Give a copy of a body with one value replaced."""
    if not way:
        return value
    copy = list(body) if isinstance(body, list) else dict(body)
    copy[way[0]] = with_value(copy[way[0]], way[1:], value)
    return copy


def without(body: Any, name: str) -> Any:
    return {key: value for key, value in body.items() if key != name}


def fault_of(answer: Any) -> str:
    """Give what is wrong with an answer; "" for nothing."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.said[:400]}"
    if answer.status_code < 400:
        return ""
    if answer["Content-Type"] != "application/problem+json":
        return f"{answer.status_code} is no problem but {answer['Content-Type']}"
    said = json.loads(answer.said)
    if not said["code"] or not said["detail"] or said["status"] != answer.status_code:
        return f"{answer.status_code} says nothing: {answer.said[:300]}"
    return ""


def requests_of(one: Operation) -> Iterator[tuple[str, str, bytes, str, dict[str, str]]]:
    """Give url, what is wrong with it, body, its kind and headers."""
    plain = json.dumps(sound(one.body)).encode() if one.body else b""
    for name in one.query:
        for text in some(TEXTS, f"{one} {name}", DEPTH):
            sent = quote(text.encode("utf-8", "surrogatepass"))
            yield f"{one.url}?{name}={sent}", f"{name}={text[:40]!r}", plain, JSON, {}
    for headers in some(HEADERS, f"{one}", DEPTH):
        yield one.url, f"{headers}"[:80], plain, JSON, headers
    if "{" in one.path:
        for text in some(TEXTS, f"{one} path", DEPTH):
            sent = quote(text[:300].encode("utf-8", "surrogatepass"), safe="")
            yield re.sub(r"{\w+}", sent, one.path), f"path {text[:40]!r}", plain, JSON, {}
    if one.method == "GET":
        return
    for body in some(BODIES, f"{one}", DEPTH):
        yield one.url, f"body {body[:40]!r}", body, JSON, {}
    for kind in some(KINDS, f"{one}", 1):
        yield one.url, f"kind {kind}", plain, kind, {}
    yield from bodies_of(one)


def bodies_of(one: Operation) -> Iterator[tuple[str, str, bytes, str, dict[str, str]]]:
    """Give bodies that would do but for one value."""
    body = sound(one.body) if one.body else {}
    for way in places(one.body):
        for value in some(VALUES, f"{one} {way}", DEPTH):
            broken = json.dumps(with_value(body, way, value)).encode()
            yield one.url, f"{way}={value!r}"[:120], broken, JSON, {}
        if len(way) == 1:
            yield one.url, f"without {way[0]}", json.dumps(without(body, way[0])).encode(), JSON, {}


@pytest.mark.parametrize("site", SITES)
def test_an_operation_refuses_nonsense_in_words(site: str, objects: dict[str, Any], people: dict[str, Client]) -> None:
    found = []
    for one in operations(site, objects, people):
        for url, wrong, body, kind, headers in requests_of(one):
            answer = send(one.client, one.method, url, body, kind, headers=headers)
            if fault := fault_of(answer):
                found.append(f"{one} {wrong} → {fault}")

    assert not found, "\n".join(found)
