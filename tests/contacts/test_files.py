"""Files on their way to disk: a full disk and an endless body end in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest

from accounts.models import User
from contacts import files
from contacts.actions import do_upload
from contacts.exceptions import DiskFullError
from contacts.models import ContactList, Import
from contacts.uploads import SpoolHandler, uploaded_file
from dialer.body_limit import USUAL_BYTES, BodyLimit

GB = 1_000_000_000


def test_a_full_disk_is_told_and_nothing_is_kept(
    in_acme: None, master: User, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # /dev/full is a disk without room: every write to it fails with ENOSPC.
    folder = data_dir / "acme" / "imports"
    folder.mkdir(parents=True)
    (folder / ".incoming-full").symlink_to("/dev/full")
    monkeypatch.setattr(files, "uuid4", lambda: SimpleNamespace(hex="full"))

    with pytest.raises(DiskFullError):
        do_upload([b"fone\n11987654321\n"], file_name="june.csv", acting_user=master)
    assert list(folder.iterdir()) == []
    assert not ContactList.objects.exists()


def test_a_body_that_finds_no_room_stops_and_the_view_can_tell() -> None:
    request = HttpRequest()
    handler = SpoolHandler(request)
    handler.new_file("file", "june.csv", "text/csv", 10)
    handler.file.close()
    with Path("/dev/full").open("wb", buffering=0) as full:
        handler.file = full  # type: ignore[assignment]
        with pytest.raises(StopUpload):
            handler.receive_data_chunk(b"x" * 100, 0)
    with pytest.raises(DiskFullError):
        uploaded_file(request)


def test_an_interrupted_upload_leaves_nothing(in_acme: None, master: User, data_dir: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"fone\n"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        do_upload(chunks(), file_name="june.csv", acting_user=master)
    assert not [path for path in data_dir.rglob("*") if path.is_file()]


def test_each_company_has_its_own_folder(upload: Callable[..., Import], data_dir: Path) -> None:
    import_ = upload(b"fone\n11987654321\n")
    assert files.path_of("acme", import_.pk) == data_dir / "acme" / "imports" / str(import_.pk)
    assert files.path_of("acme", import_.pk).is_file()


class Exchange:
    """One HTTP exchange with BodyLimit around an application that reads the whole body.

    ``left_at_answer``: the pieces not yet read when the answer began; what is read after it is thrown away.
    """

    def __init__(self, path: str, *, declared: int | None, pieces: int = 0, speaks: str = "", kind: str = "") -> None:
        self.pieces_left = self.left_at_answer = pieces
        self.sent: list[dict[str, Any]] = []
        headers = [] if declared is None else [(b"content-length", str(declared).encode())]
        headers += [(b"accept-language", speaks.encode()), (b"content-type", kind.encode())]
        self.scope = {"type": "http", "path": path, "headers": headers}

    async def run(self, *, limit: int) -> dict[str, Any]:
        await BodyLimit(self._application, upload_bytes=lambda: limit)(self.scope, self._receive, self._send)
        return {"status": self.sent[0]["status"], "body": self.sent[1]["body"]}

    async def _receive(self) -> dict[str, Any]:
        self.pieces_left -= 1
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": self.pieces_left > 0}

    async def _send(self, message: dict[str, Any]) -> None:
        if not self.sent:
            self.left_at_answer = self.pieces_left
        self.sent.append(message)

    async def _application(self, _scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


async def test_two_gigabytes_too_many_are_refused_before_the_first_byte_is_read() -> None:
    exchange = Exchange("/c/acme/api/v1/imports/", declared=2 * GB + 1, pieces=2000)
    answer = await exchange.run(limit=2 * GB)
    assert (answer["status"], json.loads(answer["body"])["code"]) == (413, "file_too_large")
    assert exchange.left_at_answer == 2000


async def test_a_body_without_a_length_is_cut_at_the_limit() -> None:
    exchange = Exchange("/lists/upload/", declared=None, pieces=2000)
    answer = await exchange.run(limit=20_000_000)
    assert answer["status"] == 413
    assert answer["body"].decode()
    assert exchange.left_at_answer == 2000 - 21


@pytest.mark.parametrize(
    ("speaks", "said"),
    [("en-US,en;q=0.9", '<html lang="en"'), ("pt-BR", '<html lang="pt-BR"'), ("xx;q=x,\xff", '<html lang="pt-BR"')],
)
async def test_a_page_too_large_is_refused_by_a_page_in_the_browsers_language(speaks: str, said: str) -> None:
    answer = await Exchange("/login/", declared=USUAL_BYTES + 1, speaks=speaks).run(limit=2 * GB)

    assert answer["status"] == 413
    assert said in answer["body"].decode()
    assert "Cadência" in answer["body"].decode()


@pytest.mark.parametrize(
    ("path", "said"), [("/lists/upload/", "smaller ones"), ("/people/new/", "Go back and send less")]
)
async def test_a_page_too_large_speaks_of_a_file_only_where_one_is_sent(path: str, said: str) -> None:
    answer = await Exchange(path, declared=3 * GB, speaks="en").run(limit=2 * GB)

    assert said in answer["body"].decode()


@pytest.mark.parametrize(("path", "start"), [("/c/acme/people/new/", "/c/acme/"), ("/people/new/", "/")])
async def test_a_page_too_large_leads_back_to_the_start_of_its_own_site(path: str, start: str) -> None:
    answer = await Exchange(path, declared=USUAL_BYTES + 1).run(limit=2 * GB)

    assert f'href="{start}"' in answer["body"].decode()


@pytest.mark.parametrize(
    ("path", "kind", "code", "said"),
    [
        ("/api/v1/contacts/", "application/json", "body_too_large", "The body is larger than is taken here."),
        ("/c/acme/api/v1/contacts/", "", "body_too_large", "The body is larger than is taken here."),
        ("/api/v1/announcements/", "multipart/form-data; boundary=x", "file_too_large", "The file is too large."),
    ],
)
@pytest.mark.parametrize("declared", [3 * GB, None])
async def test_the_api_speaks_of_a_file_only_where_one_is_sent(
    path: str, kind: str, code: str, said: str, declared: int | None
) -> None:
    answer = await Exchange(path, declared=declared, pieces=20, speaks="en", kind=kind).run(limit=2 * GB)

    body = json.loads(answer["body"])
    assert (answer["status"], body["code"]) == (413, code)
    assert body["detail"].startswith(said)


async def test_other_paths_take_no_large_bodies_whatever_the_limit_of_mailings() -> None:
    assert (await Exchange("/login/", declared=USUAL_BYTES + 1).run(limit=2 * GB))["status"] == 413
    assert (await Exchange("/login/", declared=1_000_000, pieces=1).run(limit=2 * GB))["status"] == 200
