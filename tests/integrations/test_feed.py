"""The feed misses nothing, whoever commits when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context

from common.clock import now
from common.ids import uuid7_floor
from integrations.choices import TEST_EVENT
from integrations.models import Event
from integrations.webhooks import feed, retention
from integrations.webhooks.events import News, emit
from integrations.webhooks.exceptions import CursorExpiredError
from tests.factories.world import World

Happen = Callable[..., list[Event]]


def read(after: int | None = None, schema: str = "acme", **options: object) -> feed.Page:
    with schema_context(schema):
        return feed.read(after, **options)  # type: ignore[arg-type]


def test_events_come_in_order_page_by_page_and_only_once(happen: Happen) -> None:
    events = [event for _ in range(5) for event in happen(3)]

    seen, page = [], read(limit=4)
    seen += page.events
    while page.has_more:
        page = read(page.after, limit=4)
        seen += page.events

    assert [event.pk for event in seen] == [event.pk for event in events]
    assert read(page.after).events == []


def test_an_event_that_was_written_first_and_committed_last_is_not_missed(happen: Happen) -> None:
    written, may_commit = threading.Event(), threading.Event()
    early: list[Event] = []

    def slow() -> None:
        try:
            with schema_context("acme"), transaction.atomic():
                early.extend(emit([News("import.finished", {})]))
                written.set()
                may_commit.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    assert written.wait(20)
    late = happen()
    first = read()
    may_commit.set()
    writer.join()
    second = read(first.after)

    assert early[0].pk < late[0].pk, "its key is the lower one"
    assert [event.pk for event in first.events] == [late[0].pk]
    assert [event.pk for event in second.events] == [early[0].pk]


def test_readers_and_writers_at_once_miss_nothing_and_see_nothing_twice(happen: Happen) -> None:
    seen: list[list[str]] = [[], []]
    stop = threading.Event()

    def write() -> None:
        try:
            for _ in range(30):
                happen(3)
        finally:
            connection.close()

    def follow(mine: list[str]) -> None:
        after = None
        try:
            while True:
                over = stop.is_set()
                page = read(after, limit=7)
                mine += [str(event.pk) for event in page.events]
                after = page.after
                if over and not page.has_more:
                    return
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(3)]
    readers = [threading.Thread(target=follow, args=(mine,)) for mine in seen]
    for thread in [*writers, *readers]:
        thread.start()
    for writer in writers:
        writer.join()
    stop.set()
    for reader in readers:
        reader.join()

    assert len(seen[0]) == len(set(seen[0])) == 270
    assert seen[0] == seen[1]


def test_types_are_chosen_and_the_cursor_passes_over_the_others(happen: Happen) -> None:
    happen(4, event_type="call.ended")
    (wanted,) = happen(event_type="import.finished")
    happen(4, event_type="call.ended")

    page = read(types=["import.finished"])

    assert [event.pk for event in page.events] == [wanted.pk]
    assert not page.has_more
    assert read(page.after).events == []


def test_a_request_looks_at_a_bounded_number_of_events(happen: Happen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SPAN", 5)
    happen(12, event_type="call.ended")
    (wanted,) = happen(event_type="import.finished")

    pages, after, has_more = 0, None, True
    found: list[Event] = []
    while has_more:
        page = read(after, types=["import.finished"])
        pages, after, has_more = pages + 1, page.after, page.has_more
        found += page.events

    assert ([event.pk for event in found], pages) == ([wanted.pk], 3)


def test_more_than_one_round_of_numbering_is_done_at_once(happen: Happen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "NUMBERED_AT_ONCE", 4)
    happen(10)

    assert len(read().events) == 10


def test_from_latest_on_nothing_of_what_was_is_seen(happen: Happen) -> None:
    happen(3)
    with schema_context("acme"):
        cursor = feed.latest()
    (event,) = happen()

    assert [one.pk for one in read(cursor).events] == [event.pk]


def test_another_company_has_a_feed_of_its_own(happen: Happen, beta_world: World) -> None:
    happen(2)
    happen(1, schema="beta")

    assert (len(read().events), len(read(schema="beta").events)) == (2, 1)


def test_tests_of_webhooks_are_not_in_the_feed(happen: Happen) -> None:
    happen(event_type=TEST_EVENT)

    assert read().events == []


def test_who_was_away_for_longer_than_events_are_kept_is_told_so(happen: Happen) -> None:
    old, kept = happen(), happen()
    cursor = read(limit=1).after
    with schema_context("acme"):
        Event.objects.filter(pk=old[0].pk).update(id=uuid7_floor(now() - timedelta(days=31)))
        assert retention.forget_old(now()) == 1

    with pytest.raises(CursorExpiredError):
        read(0)
    assert [event.pk for event in read(cursor).events] == [kept[0].pk]
    assert [event.pk for event in read().events] == [kept[0].pk], "without a cursor from the oldest that is kept"


def test_a_cursor_from_beyond_is_refused_rather_than_silent_for_ever(happen: Happen) -> None:
    happen()

    with pytest.raises(CursorExpiredError):
        read(1_000_000)
