"""What the API draws by plans, and of rows of the database, is what DRF would have drawn: the same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import FieldError
from django.test import Client
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import BooleanFilter, DjangoFilterBackend
from django_tenants.utils import get_public_schema_name, schema_context
from rest_framework import mixins, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from calls.api.serializers import CallSerializer
from calls.models import Call
from contacts.api.serializers import ContactSerializer
from contacts.models import Contact
from tenants.api import drawing, filtering, rendering, rows
from tenants.models import Company
from tests.isolation.table import COMPANY, PLATFORM, Row
from tests.isolation.test_every_url import url_of
from tests.queries.rows import make_company_rows, make_platform_rows
from tests.queries.test_baselines import _asked, clients, objects

__all__ = ["clients", "objects"]
ROOT = Path(__file__).parents[2]
MOVING = re.compile(rb'"(at|now_us|csrf_token|seen_at|free_bytes|seconds|\w+_ms|\w+_s|last_login)":("[^"]*"|[\d.]+)')
"""What another moment makes another value of."""
NO_DATA = ("schema/", "/try/", "/errors/", "errors.csv", "/audio/", "/file/")
YES_NO = ("", "1", "0", "true")
DRAWN = ("application/json", "text/csv")


def _endpoints(table: dict[str, Row]) -> dict[str, str]:
    asked = _asked(table).items()
    return {
        route: role for route, role in asked if "api/v1/" in route and not any(one in f"/{route}" for one in NO_DATA)
    }


def _answers(table: dict[str, Row], objects: dict[str, Any], clients: dict[str, Client]) -> dict[str, bytes]:
    found = {}
    for route, role in _endpoints(table).items():
        answer: Any = clients[role].get(url_of(route, table[route], objects))
        if answer.status_code == 200 and answer["content-type"].startswith(DRAWN):
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found[route] = MOVING.sub(rb'"\1":0', content)
    return found


@pytest.fixture
def as_drf_draws(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make the API draw everything field by field, of objects, with DRF's renderer."""

    def switch() -> None:
        monkeypatch.setattr(drawing, "plan_of", lambda _cls: None)
        monkeypatch.setattr(drawing, "is_plain", lambda _cls: False)
        monkeypatch.setattr(rows, "columns_of", lambda *_of: None)
        monkeypatch.setattr(rendering.Renderer, "render", JSONRenderer.render)

    return switch


def test_every_endpoint_of_a_company_answers_byte_for_byte_what_drf_would(
    objects: dict[str, Any],
    clients: dict[str, Client],
    acme: Company,
    master: User,
    as_drf_draws: Callable[[], None],
) -> None:
    with schema_context("acme"):
        make_company_rows(range(1, 3), acme=acme, master=master)
    _answers(COMPANY, objects, clients)  # what is put in order once
    ours = _answers(COMPANY, objects, clients)
    as_drf_draws()

    assert ours == _answers(COMPANY, objects, clients)
    assert len(ours) > 50
    assert sum(b'"results":[{' in body for body in ours.values()) > 12


def test_every_endpoint_of_the_platform_answers_byte_for_byte_what_drf_would(
    objects: dict[str, Any], clients: dict[str, Client], acme: Company, as_drf_draws: Callable[[], None]
) -> None:
    with schema_context(get_public_schema_name()):
        make_platform_rows(range(1, 3), acme=acme, admin=User.objects.get(role="global_admin"))
    ours = _answers(PLATFORM, objects, clients)
    as_drf_draws()

    assert ours == _answers(PLATFORM, objects, clients)
    assert len(ours) > 15


def _below(kind: Any) -> Iterator[Any]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_no_endpoint_is_left_to_be_drawn_field_by_field() -> None:
    def of_ours(kind: Any, ours: Any) -> set[Any]:
        apps = {path.parent.parent.name for path in ROOT.glob("*/api/__init__.py")}
        assert {"calls", "desk", "tenants"} <= apps
        return {one for one in _below(kind) if one.__module__.split(".")[0] in apps and not issubclass(one, ours)}

    assert of_ours(serializers.Serializer, drawing.Drawn) == set()
    assert of_ours(mixins.ListModelMixin, rows.DrawnList) == set()
    assert of_ours(DjangoFilterBackend, filtering.FilterBackend) == set()


def test_lists_among_millions_are_drawn_without_objects() -> None:
    assert rows.columns_of(CallSerializer, Call, frozenset()) is not None
    contacts = rows.columns_of(ContactSerializer, Contact, frozenset())
    assert contacts is not None
    assert list(contacts.children) == ["phones"]


def filtered_views() -> Iterator[Any]:
    for view in _below(GenericViewSet):
        if filtering.FilterBackend in view.filter_backends and getattr(view, "filterset_class", None):
            yield view


def _filtered(backend: Any, view: Any, query: dict[str, str]) -> str:
    request = Request(APIRequestFactory().get("/", query))
    model = getattr(view.queryset, "model", None) or view.serializer_class.Meta.model
    try:
        return str(backend().filter_queryset(request, model.objects.all(), view).query)
    except (ValidationError, FieldError) as error:  # some filter by what their view's rows have besides
        return str(error)


@pytest.mark.parametrize("value", ["", "1", "0", "true", "x", "running", "2026-11-20T10:00:00Z", "\x00"])
def test_a_filter_does_the_same_alone_as_among_all_of_its_view(value: str, acme: Company) -> None:
    alone, among = {}, {}
    with schema_context("acme"):
        for view in filtered_views():
            filters = view.filterset_class.base_filters
            # What is neither yes nor no is refused by ours alone.
            of_all = (name for name, one in filters.items() if value in YES_NO or not isinstance(one, BooleanFilter))
            for name in [*of_all, "unknown"]:
                alone[view, name] = _filtered(filtering.FilterBackend, view, {name: value})
                among[view, name] = _filtered(DjangoFilterBackend, view, {name: value})

    assert alone == among
    assert len(alone) > 30


def test_json_is_written_as_drf_writes_it() -> None:
    for data in (
        {"a": [1, 2.5, None, True, "ção \u2028\u2029 </script>"], "b": {}},
        {"at": datetime(2026, 11, 22, 1, 2, 3, 456, UTC), "day": date(2026, 11, 22), "long": timedelta(seconds=3)},
        {"here": [datetime(2026, 11, 22, 1, 2, 3, 40, ZoneInfo(zone)) for zone in ("America/Sao_Paulo", "UTC")]},
        {"price": Decimal("1.50"), "id": UUID(int=7), "word": gettext_lazy("Call"), "key": (1, 2)},
        {1: "number", "big": 2**70},
        None,
    ):
        assert rendering.Renderer().render(data) == JSONRenderer().render(data)
    assert b"\n" in rendering.Renderer().render({"a": 1}, "application/json; indent=2")
