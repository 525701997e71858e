"""Sending a sound file: whole for a download, in parts for a player that seeks (RFC 9110, 14)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from common.byte_ranges import UnsatisfiableError, parse_range

PART_BYTES = 1 << 20
"""A part is read into memory: players that want more ask for the next."""
_TYPE = "audio/wav"


def player_response(request: HttpRequest, file: Path, *, tag: str) -> HttpResponseBase:
    """Answer a player: 206 with the part that it asks for, 200 with everything, 416 behind the end.

    ``tag`` identifies the content (its hash). Raises OSError.
    """
    size = file.stat().st_size
    header = request.headers.get("Range", "")
    if (condition := request.headers.get("If-Range")) and condition != f'"{tag}"':
        header = ""
    try:
        part = parse_range(header, size, most=PART_BYTES)
    except UnsatisfiableError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        return _kept_private(_whole(file, size), tag)
    with file.open("rb") as opened:
        opened.seek(part.first)
        body = opened.read(part.length)
    answer = HttpResponse(body, status=206, content_type=_TYPE, headers={"Content-Range": part.content_range})
    return _kept_private(answer, tag)


def download_response(file: Path, *, name: str, tag: str) -> HttpResponseBase:
    """Answer with the file as a download of that name. Raises OSError."""
    answer = _kept_private(_whole(file, file.stat().st_size), tag)
    answer["Content-Disposition"] = disposition(name)
    return answer


def disposition(name: str) -> str:
    """An attachment's name, for old clients in ASCII and for the others as it is (RFC 6266, 4.1 and RFC 8187).

    Nothing of it can end the header or the quoted string, or name another folder.
    """
    clean = "".join("_" if ord(letter) < 32 or letter in '"\\/:*?<>|;%\x7f' else letter for letter in name).strip(". ")
    plain = clean.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def _kept_private(answer: HttpResponseBase, tag: str) -> HttpResponseBase:
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = f'"{tag}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _whole(file: Path, size: int) -> StreamingHttpResponse:
    return StreamingHttpResponse(_pieces(file), content_type=_TYPE, headers={"Content-Length": str(size)})


def _pieces(file: Path) -> Iterator[bytes]:
    """Read piece by piece, each in a thread that only files wait for (dialer.lanes)."""
    with file.open("rb") as opened:
        while piece := opened.read(PART_BYTES):
            yield piece
