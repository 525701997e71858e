"""Log lines in Redis."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from desk.browser_events import LogsWritten
from desk.platform.log_lines import Wanted
from live import keys, log_stream, topics
from live.log_stream import LogLine, LogStream
from tenants.active import active_schema


@pytest.fixture
def handler(redis: Any) -> Iterator[LogStream]:
    made = LogStream(settings.REDIS_URL, "dial")
    made.setLevel(logging.INFO)
    yield made
    made.close()


def record(text: str, *args: object, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("campaigns.dialing", level, __file__, 1, text, args, None)


def lines(redis: Any) -> list[LogLine]:
    return log_stream.read(redis, ["dial"], lambda line: True)


def test_a_line_is_kept_with_its_part_level_and_company(handler: LogStream, redis: Any) -> None:
    one = record("%s: no room", "acme")
    one.schema = "acme"
    handler.emit(one)
    handler.close()
    (line,) = lines(redis)
    assert (line.part, line.level, line.schema, line.text) == ("dial", "WARNING", "acme", "acme: no room")
    assert log_stream.parts(redis) == ["dial"]


@pytest.mark.parametrize(
    ("text", "first", "company"),
    [
        ("[%s] phone %s: registered", "acme", "acme"),
        ("[%s] phone %s: registered", "public", ""),
        ("[%s] phone %s: registered", "PJSIP/1", ""),
        ("phone of %s: %s", "acme", ""),
    ],
)
def test_a_line_without_a_filter_is_of_the_company_that_it_begins_with(
    handler: LogStream, redis: Any, text: str, first: str, company: str
) -> None:
    handler.emit(record(text, first, "101012"))
    handler.close()
    (line,) = lines(redis)
    assert line.schema == company
    assert Wanted("acme", "dial", "", "101012").fits(line) is (company == "acme")


@pytest.mark.parametrize(
    ("part", "command"),
    [("web", ("-c", "import dialer.asgi")), ("switch", ("-m", "telephony.simulated", "--port", "0"))],
)
def test_a_process_that_starts_says_so_in_its_part(redis: Any, part: str, command: tuple[str, ...]) -> None:
    env = os.environ | {"CADENCIA_ENV": "dev", "CADENCIA_PROCESS": part, "REDIS_URL": settings.REDIS_URL}
    with subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, env=env) as process:
        end = time.monotonic() + 120
        while not (said := log_stream.read(redis, [part], lambda line: "started" in line.text)):
            assert time.monotonic() < end
            time.sleep(0.1)
        process.terminate()
    assert said[0].text.startswith(f"{part} started: process {process.pid} on ")
    assert log_stream.parts(redis) == [part]


def test_what_is_kept_is_bounded(handler: LogStream, redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_stream, "KEPT", 100)
    for _ in range(5):
        for number in range(100):
            handler._lines.append(handler._line(record("line %d", number)))
        assert handler._write(list(handler._drain()))
    assert redis.xlen("logs:dial") < 300


def test_a_process_whose_redis_is_away_logs_on_and_keeps_no_more_than_its_queue() -> None:
    away = LogStream("redis://127.0.0.1:1/0", "dial")
    for number in range(log_stream.QUEUED + 500):
        away._lines.append(away._line(record("line %d", number)))
    assert len(away._lines) == log_stream.QUEUED
    assert not away._write(list(away._drain(10)))
    away.close()


def test_a_record_that_cannot_be_said_breaks_nothing(handler: LogStream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    handler.emit(record("%d", "no number"))
    handler.emit(record("well"))
    assert [line.text for line in handler._lines] == ["well"] or not handler._lines


def test_pages_are_told_in_the_form_of_a_declared_event(handler: LogStream, redis: Any) -> None:
    listener = redis.pubsub()
    channel = keys.channel("public", topics.LOGS)
    listener.subscribe(channel)
    listener.get_message(timeout=2)
    handler.emit(record("said"))
    handler.close()

    sequence, _space, text = listener.get_message(timeout=5)["data"].partition(" ")

    assert sequence == redis.get(keys.sequence("public", topics.LOGS))
    told = json.loads(text)
    assert told == {"type": LogsWritten.type, "data": LogsWritten(lines=lines(redis)).payload()}
    listener.close()


def test_a_forked_process_writes_by_a_thread_of_its_own(handler: LogStream, redis: Any) -> None:
    handler.emit(record("parent"))
    child = os.fork()
    if child == 0:
        handler.emit(record("child"))
        handler.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    handler.close()
    assert {line.text for line in lines(redis)} == {"parent", "child"}


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted("", "", "", ""), True),
        (Wanted("acme", "", "", ""), True),
        (Wanted("beta", "", "", ""), False),
        (Wanted("", "calls", "", ""), False),
        (Wanted("", "", "INFO", ""), True),
        (Wanted("", "", "ERROR", ""), False),
        (Wanted("", "", "", "campaigns.d"), True),
        (Wanted("", "", "", "shard 4"), False),
    ],
)
def test_lines_are_filtered_by_company_part_level_and_text(wanted: Wanted, fits: bool) -> None:
    line = LogLine(
        at_us=1,
        part="dial",
        place="7",
        level="WARNING",
        logger="campaigns.dialing",
        schema="acme",
        text="Shard 3: late",
    )
    assert wanted.fits(line) is fits


def test_the_company_of_a_line_is_its_schema_or_the_name_it_begins_with(db: None) -> None:
    from django_tenants.utils import schema_context

    from dialer.logs import WithSchema

    named, active, neither = record("%s: upkeep failed", "beta"), record("late"), record("late")
    bracketed = record("[%s] phone %s: lost", "beta", "101012")
    WithSchema().filter(named)
    WithSchema().filter(bracketed)
    with schema_context("acme"):
        WithSchema().filter(active)
    WithSchema().filter(neither)
    assert active_schema() == "public"
    found = [one.schema for one in (named, bracketed, active, neither)]  # type: ignore[attr-defined]
    assert found == ["beta", "beta", "acme", ""]
