"""The consumer as a process: killed, cut off from PostgreSQL, and stopped, in the middle of its work."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django_tenants.utils import schema_context

from calls.consumer import DEAD
from calls.models import Call, DayFigures
from calls.rebuild import rebuild
from live.redis import client as redis_client
from telephony.bus import keys
from telephony.bus.events import CallEvent
from tests.calls.live_state import live_state
from tests.factories.calls import BORN, Telling, build_call, put

ROOT = Path(__file__).resolve().parents[2]
CALLS = 240


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Real commits, that another process sees; cleared away afterwards."""
    with django_db_blocker.unblock():
        yield
        with schema_context("acme"), connection.cursor() as cursor:
            cursor.execute("TRUNCATE calls_call, calls_dayfigures, calls_slotfigures")
        connection.close()


@pytest.fixture
def redis_db() -> Iterator[Any]:
    server = redis_client()
    server.flushdb()
    yield server
    server.flushdb()


def environment() -> dict[str, str]:
    db = settings.DATABASES["default"]
    url = f"postgres://{db['USER']}:{db['PASSWORD']}@{db['HOST']}:{db['PORT']}/{connection.settings_dict['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "CADENCIA_PROCESS": "h-calls-under-test"}


class Process:
    """``manage.py run_calls``, started again whenever it is killed."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(ROOT / "manage.py"), "run_calls"]
        self.popen = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE)

    def kill_and_restart(self) -> None:
        self.popen.send_signal(signal.SIGKILL)
        self._reap()
        self.start()

    def stop(self) -> int:
        self.popen.send_signal(signal.SIGTERM)
        self._reap()
        return self.popen.returncode

    def _reap(self) -> None:
        self.popen.communicate(timeout=60)


@pytest.fixture
def process(committed: None, redis_db: Any) -> Iterator[Process]:
    made = Process()
    yield made
    if made.popen.poll() is None:
        made.popen.kill()
        made.popen.communicate(timeout=60)


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 90) -> None:
    limit = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < limit, f"waited too long for: {what}"
        time.sleep(0.05)


def cut_database_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = %s",
            ["h-calls-under-test"],
        )
        return int(cursor.fetchone()[0])


def make_stories() -> tuple[list[Any], dict[str, str]]:
    """All events of many calls, in disorder and some of them twice; and each call's right outcome."""
    events, outcomes = [], {}
    calls = [build_call(campaign_id=1 + n % 3) for n in range(CALLS)]
    with schema_context("acme"):
        Call.objects.bulk_create(calls)
    for n, call in enumerate(calls):
        telling = Telling.of(call)
        stories: list[tuple[str, list[CallEvent]]] = [
            ("connected", telling.talk()),
            ("busy", telling.busy()),
            ("abandoned", telling.abandoned()),
            ("not_dialed", [telling.refused()]),
        ]
        outcome, story = stories[n % 4]
        outcomes[str(call.id)] = outcome
        events += story + story[:2]
    random.Random(7).shuffle(events)
    return events, outcomes


def outcomes_now() -> dict[str, str]:
    with schema_context("acme"):
        return {str(pk): outcome for pk, outcome in Call.objects.values_list("id", "outcome")}


def drained(redis: Any) -> bool:
    groups = redis.xinfo_groups(keys.EVENTS) if redis.exists(keys.EVENTS) else []
    last = redis.xinfo_stream(keys.EVENTS)["last-generated-id"] if groups else None
    return any(group["pending"] == 0 and group["last-delivered-id"] == last for group in groups)


@pytest.mark.slow
def test_killed_and_cut_off_in_the_middle_it_loses_nothing_and_counts_nothing_twice(
    process: Process, redis_db: Any
) -> None:
    events, outcomes = make_stories()
    wait_until(lambda: bool(redis_db.exists(keys.EVENTS)), "the first start")
    cuts = 0
    for part in range(6):
        put(redis_db, *events[part::6])
        if part % 2:
            process.kill_and_restart()
        else:
            wait_until(lambda: cut_database_connections() > 0 or drained(redis_db), "a connection to cut")
            cuts += 1
    wait_until(lambda: drained(redis_db) and outcomes_now() == outcomes, "every call's right outcome")
    assert process.stop() == 0

    with schema_context("acme"):
        figures = list(DayFigures.objects.all())
        calls = list(Call.objects.exclude(outcome="not_dialed"))
    assert sum(row.attempts for row in figures) == len(calls) == CALLS * 3 // 4
    assert sum(row.ended for row in figures) == len(calls)
    assert sum(row.connected for row in figures) == sum(row.busy for row in figures) == CALLS // 4
    assert sum(row.talk_ms for row in figures) == 60_000 * CALLS // 4
    assert not redis_db.exists(DEAD)
    kept = live_state(redis_db, "acme")
    for key in kept:
        redis_db.delete(key)
    rebuild("acme", full=True, redis=redis_db, at=BORN)
    assert live_state(redis_db, "acme") == kept


@pytest.mark.slow
def test_an_emptied_redis_is_filled_again_and_the_work_goes_on(process: Process, redis_db: Any) -> None:
    call, ringing = build_call(), build_call(state="ringing")
    ringing.dialed_at = ringing.ringing_at = ringing.created_at
    with schema_context("acme"):
        Call.objects.bulk_create([call, ringing])
    wait_until(lambda: bool(redis_db.exists(keys.EVENTS)), "the first start")
    redis_db.flushdb()
    wait_until(lambda: bool(redis_db.exists("live:acme:calls:7:ringing")), "the rebuilt live state")
    put(redis_db, *Telling.of(call).busy())
    wait_until(lambda: outcomes_now()[str(call.id)] == "busy", "the next call")
    assert process.stop() == 0
