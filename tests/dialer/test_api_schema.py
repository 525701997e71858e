"""The API describes itself without a doubt."""

from __future__ import annotations

import gc
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIRequestFactory

from dialer.schema_view import SchemaView
from dialer.warm import warm_up


def test_the_api_schema_is_valid_and_complete(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))

    assert "/api/v1/campaigns/{id}/start/" in (tmp_path / "schema.yml").read_text(encoding="utf-8")


def test_the_platforms_api_schema_is_valid_too(tmp_path: Path) -> None:
    target = tmp_path / "schema.yml"
    call_command("spectacular", urlconf="dialer.urls_public", validate=True, fail_on_warn=True, file=str(target))

    assert "/api/v1/trunks/{id}/test-calls/" in target.read_text(encoding="utf-8")


def test_the_description_is_drawn_once_for_all_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    class Watched(SchemaGenerator):
        def get_schema(self, *args: Any, **options: Any) -> Any:
            drawn.append(get_language() or "")
            return super().get_schema(*args, **options)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(SchemaView, "generator_class", Watched)
    monkeypatch.setattr(SchemaView, "_drawn", {})
    view = SchemaView.as_view(urlconf="dialer.urls_company", authentication_classes=(), permission_classes=())

    def ask(query: str, prefix: str = "") -> HttpResponse:
        request = APIRequestFactory().get(f"/api/v1/schema/?format=json&{query}")
        request.site_prefix = prefix  # type: ignore[attr-defined]
        return view(request)

    with ThreadPoolExecutor(4) as pool:
        one, *others = pool.map(ask, ["lang=en"] * 4)
    assert one.status_code == 200
    assert one["content-type"].startswith("application/vnd.oai.openapi+json")
    assert one["content-disposition"].isascii()
    assert b'"/api/v1/campaigns/{id}/start/"' in one.content
    assert all(other.content == one.content for other in others)
    assert drawn == ["en"]
    assert ask("lang=xx&version=9").content == ask("lang=pt-br").content
    assert len(drawn) == 2
    for prefix, server in (("", "/"), ("/c/acme", "/c/acme")):
        assert json.loads(ask("lang=en", prefix).content)["servers"] == [{"url": server}]


def test_a_web_process_has_drawn_both_sites_descriptions_before_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SchemaView, "_drawn", {})
    for act in ("freeze", "set_threshold"):  # they would stay so for the other tests
        monkeypatch.setattr(gc, act, lambda *_given: None)
    warm_up()

    assert set(SchemaView._drawn) == {("dialer.urls_company", "pt-br"), ("dialer.urls_public", "pt-br")}
    assert all(json.loads(forms["json"])["paths"] and forms["yaml"] for forms in SchemaView._drawn.values())


def test_the_size_of_a_page_is_declared_with_its_bounds() -> None:
    paths = json.loads(SchemaView.drawn("dialer.urls_company", "en")["json"])["paths"]
    (size,) = (one for one in paths["/api/v1/contacts/"]["get"]["parameters"] if one["name"] == "page_size")

    assert size["schema"] == {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}
    assert "taken as 500" in size["description"]
    sized = [one for path in paths.values() for way in path.values() for one in way.get("parameters", ())]
    assert all("maximum" in one["schema"] for one in sized if one["name"] == "page_size")
