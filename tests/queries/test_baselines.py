"""How many queries each page and endpoint takes: as many as its baseline says, however many rows there are.

The baselines stand in baselines.json, by site, role and route. After a change that is meant:
``CADENCIA_WRITE_BASELINES=1 make test ARGS=tests/queries``, and look at the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import get_public_schema_name, schema_context

from accounts.models import User
from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.status import NodeStatus
from tenants.models import Company
from tests.isolation.objects import make_objects
from tests.isolation.table import COMPANY, PLATFORM, Row
from tests.isolation.test_every_url import url_of
from tests.queries.rows import make_company_rows, make_platform_rows

FILE = Path(__file__).with_name("baselines.json")
STRONGEST = ("master", "supervisor", "operator", "global_admin", "nobody", "platform_nobody")
FEW, MORE = range(1, 3), range(3, 9)
AT_ONCE = 25
"""URLs of one test: on a slow machine each look takes its time."""
Counts = dict[str, int]


def _role(row: Row) -> str | None:
    """Who asks: whoever sees most of it."""
    return next((role for role in STRONGEST if role in row.GET), None)


def _asked(table: dict[str, Row]) -> dict[str, str]:
    return {route: role for route, row in table.items() if (role := _role(row))}


@pytest.fixture
def clients(
    make_user: Callable[..., User], master: User, operator_user: User, client_of: Callable[..., Client]
) -> dict[str, Client]:
    return {
        "master": client_of("acme", master),
        "supervisor": client_of("acme", make_user("acme", "supervisor")),
        "operator": client_of("acme", operator_user),
        "nobody": client_of("acme"),
        "global_admin": client_of("public", make_user("public", "global_admin")),
        "platform_nobody": client_of("public"),
    }


@pytest.fixture
def objects(
    clients: dict[str, Client], operator_user: User, redis: Any, settings: Any, tmp_path: Path
) -> dict[str, Any]:
    """The objects of the isolation tests, and a switch that works."""
    settings.DATA_DIR, settings.RECORDINGS_DIR, settings.SOUNDS_DIR = tmp_path, tmp_path / "r", tmp_path / "s"
    at_us = to_us(now())
    status = NodeStatus("sim1", "up", since_us=at_us, at_us=at_us, cps_limit=10, channel_limit=10)
    redis.set(keys.node_status("sim1"), status.to_json(), ex=600)
    return make_objects(operator_user)


def parts_of(table: dict[str, Row]) -> list[list[str]]:
    routes = sorted(_asked(table))
    return [routes[start : start + AT_ONCE] for start in range(0, len(routes), AT_ONCE)]


def queries_of(client: Client, url: str) -> list[str]:
    """Ask once and give the queries, without those that name the schema."""
    with CaptureQueriesContext(connection) as captured:
        answer: Any = client.get(url)
        if answer.streaming:
            assert b"".join(answer.streaming_content)
    assert answer.status_code < 400, f"{url}: {answer.status_code}"
    return [query["sql"] for query in captured if not query["sql"].startswith(("SET", "SHOW"))]


def _ask_all(routes: list[str], table: dict[str, Row], objects: dict[str, Any], clients: dict[str, Client]) -> Counts:
    roles = _asked(table)
    return {route: len(queries_of(clients[roles[route]], url_of(route, table[route], objects))) for route in routes}


def _compare(site: str, few: Counts, many: Counts) -> list[str]:
    """Say what is wrong; with the variable set write the baselines instead."""
    grown = [
        f"{route}: {few[route]} queries with few rows, {count} with more"
        for route, count in many.items()
        if few[route] != count
    ]
    kept: dict[str, Counts] = json.loads(FILE.read_text(encoding="utf-8"))
    if os.environ.get("CADENCIA_WRITE_BASELINES"):
        known = {route: count for route, count in kept[site].items() if route in TABLES[site]}
        kept[site] = known | many
        FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return grown
    changed = [
        f"{route}: {kept[site].get(route)} → {count}" for route, count in many.items() if kept[site].get(route) != count
    ]
    return grown + changed


TABLES = {"company": COMPANY, "platform": PLATFORM}


@pytest.mark.parametrize("site", sorted(TABLES))
def test_every_url_that_is_read_has_a_baseline(site: str) -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))

    assert kept[site].keys() == _asked(TABLES[site]).keys()


@pytest.mark.parametrize("routes", parts_of(COMPANY), ids=lambda routes: routes[0])
def test_a_companys_pages_take_their_few_queries_however_many_rows_there_are(
    routes: list[str], objects: dict[str, Any], clients: dict[str, Client], acme: Company, master: User
) -> None:
    counted = []
    for numbers in (FEW, MORE):
        with schema_context("acme"):
            make_company_rows(numbers, acme=acme, master=master)
        _ask_all(routes, COMPANY, objects, clients)  # what is looked up, or put in order, once
        counted.append(_ask_all(routes, COMPANY, objects, clients))

    assert _compare("company", *counted) == []


@pytest.mark.parametrize("routes", parts_of(PLATFORM), ids=lambda routes: routes[0])
def test_the_platforms_pages_take_their_few_queries_however_many_rows_there_are(
    routes: list[str], objects: dict[str, Any], clients: dict[str, Client], acme: Company
) -> None:
    with schema_context(get_public_schema_name()):
        admin = User.objects.get(role="global_admin")
    counted = []
    for numbers in (FEW, MORE):
        with schema_context(get_public_schema_name()):
            make_platform_rows(numbers, acme=acme, admin=admin)
        _ask_all(routes, PLATFORM, objects, clients)
        counted.append(_ask_all(routes, PLATFORM, objects, clients))

    assert _compare("platform", *counted) == []
