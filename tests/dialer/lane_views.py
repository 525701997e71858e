"""A site of its own for the tests of dialer.http (ROOT_URLCONF): views that wait until they are told to go on."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from channels.db import database_sync_to_async
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import get_script_prefix, get_urlconf, path, re_path, set_script_prefix, set_urlconf
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

WAIT_S = 60
ROWS = 20
"""Pieces of a download."""
FILE = bytes(range(256)) * 1000


class Course:
    """What a test steers and sees. ``begun``: names of the requests in the order in which a thread took them."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.threads: list[int] = []
        """In which thread each piece of rows was read."""
        self.go_on = threading.Event()
        self.together = threading.Barrier(2)
        self.next_piece = asyncio.Event()
        self.stopped: list[str] = []


course = Course()


@csrf_exempt
def note(request: HttpRequest, name: str) -> HttpResponse:
    course.begun.append(name)
    return HttpResponse(name)


@csrf_exempt
def hold(request: HttpRequest, name: str) -> HttpResponse:
    course.begun.append(name)
    assert course.go_on.wait(WAIT_S)
    return HttpResponse(name)


def meet(request: HttpRequest) -> HttpResponse:
    """Two of these end only when both are worked on at the same time."""
    course.together.wait(WAIT_S)
    return HttpResponse("met")


def fail(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def _state() -> dict[str, Any]:
    return {
        "language": translation.get_language(),
        "zone": timezone.get_current_timezone_name(),
        "prefix": get_script_prefix(),
        "urls": get_urlconf(),
        "thread": threading.get_ident(),
    }


def state(request: HttpRequest) -> JsonResponse:
    return JsonResponse(_state())


def leave_traces(request: HttpRequest) -> JsonResponse:
    """Leave behind what middleware would have put back."""
    translation.activate("en")
    timezone.activate("Asia/Tokyo")
    set_script_prefix("/elsewhere/")
    set_urlconf("dialer.urls_public")
    return JsonResponse(_state())


def backend(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(_backend()))


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_pieces())


async def _pieces() -> AsyncIterator[bytes]:
    try:
        yield b"first,"
        await course.next_piece.wait()
        yield str(await database_sync_to_async(threading.get_ident)()).encode()
    finally:
        course.stopped.append("stream")


def rows(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """As a CSV of so many pieces, each read in the thread of downloads. ``slow``: the first takes long."""
    return StreamingHttpResponse(_rows(name))


async def _rows(name: str) -> AsyncIterator[bytes]:
    for _ in range(ROWS):
        yield await database_sync_to_async(_row)(name)


def _row(name: str) -> bytes:
    course.threads.append(threading.get_ident())
    course.begun.append(name)
    if name == "slow":
        assert course.go_on.wait(WAIT_S)
    return name.encode()


def hung_disk(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_read_late())


def _read_late() -> Iterator[bytes]:
    course.begun.append("hung")
    assert course.go_on.wait(WAIT_S)
    yield b"late"


def file(request: HttpRequest) -> HttpResponseBase:
    return FileResponse(io.BytesIO(FILE))


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body)


urlpatterns = [
    path("note/<name>/", note),
    path("hold/<name>/", hold),
    path("lists/upload/", csrf_exempt(hold), {"name": "upload"}),
    path("api/v1/imports/", csrf_exempt(hold), {"name": "upload"}),
    re_path(r".+/(?:audio|play|file)/$", hold, {"name": "sound"}),
    path("meet/", meet),
    path("fail/", fail),
    path("state/", state),
    path("traces/", leave_traces),
    path("backend/", backend),
    path("stream/", stream),
    path("file/", file),
    path("rows/<name>/", rows),
    path("hung-disk/", hung_disk),
    path("echo/", csrf_exempt(echo)),
]
