"""Requests in a fixed few threads: in turn, without traces of one another, and nobody slow holds the others up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.core import signals
from django.db import connection, connections
from django.urls import reverse

from dialer.body_limit import UPLOAD_PATHS
from dialer.http import LaneHandler
from dialer.lanes import Lanes
from tests.dialer import lane_views
from tests.dialer.lane_views import FILE, Course

TIMEOUT_S = 60
CROWD = 40


@dataclass
class Ask:
    """One request over ASGI, and what came of it."""

    path: str
    method: str = "GET"
    query: str = ""
    body: bytes = b""
    root: str = ""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set: the client closes his connection."""
    reads: asyncio.Event | None = None
    """Given: a client who takes nothing of the body before this is set."""
    ends: asyncio.Event | None = None
    """Given: a client who has not sent all of the body before this is set."""
    status: int = 0
    got: bytes = b""
    _is_told: bool = False
    _is_sent: bool = False

    @property
    def scope(self) -> dict[str, Any]:
        return {
            "type": "http",
            "method": self.method,
            "path": self.root + self.path,
            "root_path": self.root,
            "query_string": self.query.encode(),
            "headers": [(b"host", b"localhost")],
        }

    async def receive(self) -> dict[str, Any]:
        if not self._is_told:
            self._is_told = True
            return {"type": "http.request", "body": self.body, "more_body": self.ends is not None}
        if self.ends is not None and not self._is_sent:
            await self.ends.wait()
            self._is_sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        if message.get("body") and self.reads is not None:
            await self.reads.wait()
        self.got += message.get("body", b"")


class Site:
    def __init__(self, handler: LaneHandler) -> None:
        self._handler = handler

    def begin(self, ask: Ask) -> asyncio.Task[None]:
        return asyncio.create_task(self._handler(ask.scope, ask.receive, ask.send))

    async def ask(self, path: str, **more: Any) -> Ask:
        ask = Ask(path, **more)
        async with asyncio.timeout(TIMEOUT_S):
            await self.begin(ask)
        return ask


@pytest.fixture
def course(monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    one = Course()
    monkeypatch.setattr(lane_views, "course", one)
    yield one
    one.go_on.set()
    one.together.abort()


@pytest.fixture
async def site(request: pytest.FixtureRequest, settings: Any, course: Course) -> AsyncIterator[Site]:
    """The site of lane_views with so many threads (one, unless parametrized), and one more for uploads."""
    settings.ROOT_URLCONF = "tests.dialer.lane_views"
    settings.MIDDLEWARE = []
    lanes = Lanes(usual=getattr(request, "param", 1), uploads=1)
    yield Site(LaneHandler(lanes))
    course.go_on.set()
    for pool in (lanes.usual, lanes.uploads, lanes.sounds, lanes.files, *lanes.downloads):
        pool.submit(connections.close_all).result(TIMEOUT_S)
        pool.shutdown()


async def _until(happened: Any) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while not happened():  # noqa: ASYNC110  threads set no events of this loop
            await asyncio.sleep(0.01)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Which of Django's signals of a request were sent."""
    names: list[str] = []

    def started(**kwargs: Any) -> None:
        names.append("started")

    def finished(**kwargs: Any) -> None:
        names.append("finished")

    signals.request_started.connect(started)
    signals.request_finished.connect(finished)
    yield names
    signals.request_started.disconnect(started)
    signals.request_finished.disconnect(finished)


async def test_who_came_first_is_served_first(site: Site, course: Course) -> None:
    waiting = [site.begin(Ask("/hold/first/"))]
    await _until(lambda: course.begun)
    waiting += [site.begin(Ask(f"/note/{number}/")) for number in range(8)]
    await asyncio.sleep(0)

    course.go_on.set()
    await asyncio.gather(*waiting)

    assert course.begun == ["first", *(str(number) for number in range(8))]


@pytest.mark.parametrize("site", [2], indirect=True)
async def test_as_many_as_there_are_threads_are_worked_on_at_once(site: Site) -> None:
    met = await asyncio.gather(site.ask("/meet/"), site.ask("/meet/"))

    assert [ask.got for ask in met] == [b"met", b"met"]


async def test_nothing_of_a_request_is_left_to_the_next_one_of_its_thread(site: Site) -> None:
    before = json.loads((await site.ask("/state/")).got)
    traces = json.loads((await site.ask("/traces/")).got)
    below = json.loads((await site.ask("/state/", root="/below")).got)
    after = json.loads((await site.ask("/state/")).got)

    assert (traces["language"], traces["zone"], traces["prefix"]) == ("en", "Asia/Tokyo", "/elsewhere/")
    assert traces["thread"] == after["thread"]
    assert below == before | {"prefix": "/below/"}
    assert after == before


@pytest.mark.parametrize("path", UPLOAD_PATHS)
async def test_an_upload_keeps_no_page_waiting(site: Site, course: Course, path: str) -> None:
    upload = Ask(path, method="POST")
    taking = site.begin(upload)
    await _until(lambda: course.begun)

    page = await site.ask("/note/page/")

    assert (page.got, upload.status) == (b"page", 0)
    course.go_on.set()
    await taking
    assert upload.got == b"upload"


SOUNDS = [
    reverse(name, urlconf="dialer.urls_company", args=args)
    for name, args in (
        ("calls:recording-play", [UUID(int=1)]),
        ("calls:recording-audio", [UUID(int=1)]),
        ("calls:recording-file", [UUID(int=1)]),
        ("api-recording-file", [UUID(int=1)]),
        ("campaigns:message-audio", [1]),
        ("api-announcements-audio", [1]),
    )
]


@pytest.mark.parametrize("path", SOUNDS)
async def test_sound_that_a_slow_disk_reads_keeps_no_page_waiting(site: Site, course: Course, path: str) -> None:
    listeners = [site.begin(Ask(path)) for _ in range(4)]
    await _until(lambda: course.begun)

    assert (await site.ask("/note/page/")).got == b"page"
    course.go_on.set()
    await asyncio.gather(*listeners)


async def test_who_sends_his_words_slowly_holds_no_thread(site: Site) -> None:
    crowd = [Ask("/echo/", method="POST", body=b"word", ends=asyncio.Event()) for _ in range(CROWD)]
    sending = [site.begin(slow) for slow in crowd]

    assert (await site.ask("/note/page/")).got == b"page"
    for slow in crowd:
        assert slow.ends is not None
        slow.ends.set()
    await asyncio.gather(*sending)
    assert {slow.got for slow in crowd} == {b"word"}


@pytest.mark.parametrize("path", UPLOAD_PATHS)
async def test_who_reads_where_others_upload_waits_for_none_of_them(site: Site, course: Course, path: str) -> None:
    upload = site.begin(Ask(path, method="POST"))
    await _until(lambda: course.begun)
    reader = site.begin(Ask(path))
    await _until(lambda: len(course.begun) == 2)

    course.go_on.set()
    await asyncio.gather(upload, reader)


async def test_a_download_holds_no_thread_while_it_lasts(site: Site, course: Course) -> None:
    downloads = [Ask("/stream/"), Ask("/stream/"), Ask("/stream/")]
    sending = [site.begin(download) for download in downloads]
    await _until(lambda: all(download.got for download in downloads))

    page = json.loads((await site.ask("/state/")).got)
    course.next_piece.set()
    await asyncio.gather(*sending)

    threads = {int(download.got.removeprefix(b"first,")) for download in downloads}
    assert len(threads) <= 2
    assert page["thread"] not in threads


async def test_a_slow_client_of_a_file_holds_no_thread(site: Site) -> None:
    slow = Ask("/file/", reads=asyncio.Event())
    sending = site.begin(slow)
    await _until(lambda: slow.status)

    assert (await site.ask("/note/page/")).got == b"page"
    assert slow.got == b""
    assert slow.reads is not None
    slow.reads.set()
    await sending
    assert slow.got == FILE


async def test_a_crowd_that_reads_slowly_keeps_no_download_and_no_page_waiting(site: Site) -> None:
    reads = asyncio.Event()
    crowd = [Ask(path, reads=reads) for path in ("/file/", "/rows/quick/") for _ in range(CROWD)]
    sending = [site.begin(slow) for slow in crowd]
    await _until(lambda: all(slow.status for slow in crowd))

    file, rows, page = await asyncio.gather(site.ask("/file/"), site.ask("/rows/quick/"), site.ask("/note/page/"))

    assert (file.got, rows.got, page.got) == (FILE, b"quick" * lane_views.ROWS, b"page")
    assert {slow.got for slow in crowd} == {b""}
    reads.set()
    await asyncio.gather(*sending)
    assert {slow.got for slow in crowd} == {FILE, b"quick" * lane_views.ROWS}


async def test_downloads_that_share_a_thread_take_turns(site: Site, course: Course) -> None:
    reads, names = asyncio.Event(), [f"{number}" for number in range(8)]
    downloads = [Ask(f"/rows/{name}/", reads=reads) for name in names]
    sending = [site.begin(download) for download in downloads]
    await _until(lambda: len(course.begun) == len(names))  # each has its first piece, and nobody takes it yet
    reads.set()
    await asyncio.gather(*sending)

    for thread in set(course.threads):
        turns = [name for name, used in zip(course.begun, course.threads, strict=True) if used == thread]
        shared = set(turns)
        for upto in range(len(turns)):
            had = [turns[:upto].count(name) for name in shared]
            assert max(had) - min(had) <= 2


async def test_rows_that_take_long_keep_the_next_download_not_waiting(site: Site, course: Course) -> None:
    slow = site.begin(Ask("/rows/slow/"))
    await _until(lambda: course.begun)

    assert (await site.ask("/rows/quick/")).got == b"quick" * lane_views.ROWS
    assert course.begun.count("slow") == 1
    course.go_on.set()
    await slow


async def test_a_disk_that_hangs_holds_up_files_alone(site: Site, course: Course) -> None:
    """Signs of life and sockets use the threads of asyncio.to_thread, of which there are fewer than these files."""
    hanging = [site.begin(Ask("/hung-disk/")) for _ in range(CROWD)]
    await _until(lambda: course.begun)

    rows, page = await asyncio.gather(site.ask("/rows/quick/"), site.ask("/note/page/"))
    async with asyncio.timeout(TIMEOUT_S):
        assert await asyncio.to_thread(lambda: "alive") == "alive"

    assert (rows.status, page.got) == (200, b"page")
    course.go_on.set()
    await asyncio.gather(*hanging)


@pytest.mark.parametrize("path", ["/file/", "/stream/"])
async def test_nothing_is_read_for_who_asks_for_the_head_of_a_download(
    site: Site, course: Course, heard: list[str], path: str
) -> None:
    ask = await site.ask(path, method="HEAD")

    assert (ask.status, ask.got) == (200, b"")
    assert heard == ["started", "finished"]


async def test_who_leaves_while_he_waits_is_passed_over_unless_he_changes_something(
    site: Site, course: Course, heard: list[str]
) -> None:
    waiting = [site.begin(Ask("/hold/first/"))]
    await _until(lambda: course.begun)
    reader, writer = Ask("/note/reader/"), Ask("/note/writer/", method="POST")
    waiting += [site.begin(reader), site.begin(writer)]
    await asyncio.sleep(0)

    reader.left.set()
    writer.left.set()
    await waiting[1]
    course.go_on.set()
    await asyncio.gather(*waiting)

    assert course.begun == ["first", "writer"]
    assert (reader.status, writer.status) == (0, 0)
    assert heard == ["started", "finished"] * 2


async def test_a_download_stops_when_its_client_leaves(site: Site, course: Course, heard: list[str]) -> None:
    download = Ask("/stream/")
    sending = site.begin(download)
    await _until(lambda: download.got)

    download.left.set()
    await sending

    assert course.stopped == ["stream"]
    assert download.got == b"first,"
    assert heard == ["started", "finished"]


async def test_a_process_that_ends_lets_what_has_begun_come_to_its_end(
    site: Site, course: Course, heard: list[str]
) -> None:
    begun, waits = site.begin(Ask("/hold/begun/")), site.begin(Ask("/note/waits/"))
    await _until(lambda: course.begun)

    for task in (begun, waits):
        task.cancel()
    ended = await asyncio.gather(begun, waits, return_exceptions=True)
    course.go_on.set()
    await _until(lambda: heard[-1:] == ["finished"])

    assert all(isinstance(one, asyncio.CancelledError) for one in ended)
    assert course.begun == ["begun"]
    assert heard == ["started", "finished"]


async def test_an_error_is_answered_and_its_thread_goes_on(site: Site, heard: list[str], settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False

    failed, fine = await site.ask("/fail/"), await site.ask("/note/fine/")

    assert (failed.status, fine.status) == (500, 200)
    assert heard == ["started", "finished"] * 2


async def test_bodies_arrive_whole(site: Site) -> None:
    body = bytes(range(256)) * 15_000

    assert (await site.ask("/echo/", method="POST", body=body)).got == body


@pytest.fixture
def outside_transactions(
    django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The database for threads of their own; connections are given back after each use, but for those that last."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    with django_db_blocker.unblock():
        yield


async def test_a_thread_keeps_its_connection_and_gets_another_when_postgresql_has_ended_it(
    outside_transactions: None, site: Site
) -> None:
    first, second = await site.ask("/backend/"), await site.ask("/backend/")
    assert int(first.got) == int(second.got)

    await asyncio.to_thread(_end_backend, int(first.got))
    third = await site.ask("/backend/")

    assert third.status == 200
    assert int(third.got) != int(first.got)


def _end_backend(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 30000)", [pid])
        assert cursor.fetchone()[0]
    connection.close()
