"""Lists and imports over the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from contacts.importing import run_import
from contacts.models import ContactList, Import

IMPORTS = "/api/v1/imports/"
FILE = "nome;telefone;=cmd\r\nJoão;(11) 98765-4321;x\r\nAna;190;=1+1\r\n".encode("cp1252")


@pytest.fixture
def api(client_of: Callable[..., Client], master: User, redis: Any) -> Client:
    return client_of("acme", master)


def post(client: Client, path: str, data: object = None) -> Any:
    return client.post(path, json.dumps(data or {}), content_type="application/json")


def send(client: Client, content: bytes = FILE, **fields: str) -> Any:
    return client.post(IMPORTS, {"file": SimpleUploadedFile("june.csv", content), **fields})


def run(import_id: int) -> None:
    with schema_context("acme"):
        run_import("acme", import_id, on_progress=lambda _import: None)


def test_a_file_goes_from_upload_to_result(api: Client) -> None:
    sent = send(api, list_name="Junho")
    assert sent.status_code == 201, sent.content
    body = sent.json()
    assert (body["state"], body["encoding"], body["delimiter"], body["has_header"]) == ("uploaded", "cp1252", ";", True)
    assert [(column["header"], column["role"], column["position"]) for column in body["columns"]] == [
        ("nome", "name", 0),
        ("telefone", "phone", 1),
        ("=cmd", "extra", 0),
    ]
    assert body["columns"][1]["samples"] == ["(11) 98765-4321", "190"]

    confirmed = post(api, f"{IMPORTS}{body['id']}/confirm/")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "queued")
    run(body["id"])

    done = api.get(f"{IMPORTS}{body['id']}/").json()
    assert (done["state"], done["rows_total"], done["contacts_created"], done["rows_refused"]) == ("done", 2, 1, 1)
    assert [(reason["code"], reason["rows"]) for reason in done["refused"]] == [("phone_short_code", 1)]
    contacts = api.get(f"/api/v1/contacts/?contact_list={done['contact_list_id']}&search=98765-4321")
    assert contacts.json()["results"] == []  # eight digits are no number
    contacts = api.get(f"/api/v1/contacts/?contact_list={done['contact_list_id']}&search=(11) 98765-4321")
    assert [contact["phones"][0]["e164"] for contact in contacts.json()["results"]] == ["+5511987654321"]
    assert api.get("/api/v1/contact-lists/").json()["results"][0]["contact_count"] == 1


def test_refused_rows_come_as_a_file_that_opens_right_and_runs_nothing(api: Client) -> None:
    import_id = send(api).json()["id"]
    post(api, f"{IMPORTS}{import_id}/confirm/")
    run(import_id)

    answer = api.get(f"{IMPORTS}{import_id}/errors.csv")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert content.startswith(b"\xef\xbb\xbf")
    header, row = content.decode("utf-8-sig").split("\r\n")[:2]
    assert header.endswith(";nome;telefone;'=cmd")
    assert row.startswith("3;")
    assert row.endswith(";Ana;190;'=1+1")


def test_corrected_columns_are_what_counts(api: Client) -> None:
    body = send(api, b"a;b;c\r\n11987654321;x;1132123456\r\n").json()
    columns = [{"role": "phone", "position": 2}, {"role": "ignore"}, {"role": "phone", "position": 1}]
    assert post(api, f"{IMPORTS}{body['id']}/confirm/", {"columns": columns}).status_code == 200
    run(body["id"])
    contact = api.get("/api/v1/contacts/").json()["results"][0]
    assert [phone["e164"] for phone in contact["phones"]] == ["+551132123456", "+5511987654321"]
    assert contact["extra"] == {}


@pytest.mark.parametrize(
    "columns",
    [
        [],
        [{"role": "name"}, {"role": "extra"}, {"role": "extra"}],
        [{"role": "phone", "position": 1}, {"role": "phone", "position": 1}, {"role": "extra"}],
        [{"role": "phone", "position": 0}, {"role": "extra"}, {"role": "extra"}],
        [{"role": "phone", "position": 1}, {"role": "area_code", "position": 2}, {"role": "extra"}],
        [{"role": "phone", "position": 1}, {"role": "name"}, {"role": "name"}],
    ],
)
def test_a_layout_that_cannot_be_imported_by_is_refused_in_words(api: Client, columns: list[Any]) -> None:
    import_id = send(api).json()["id"]
    answer = post(api, f"{IMPORTS}{import_id}/confirm/", {"columns": columns})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_columns")
    assert len(answer.json()["detail"]) > 20


def test_a_wrong_delimiter_can_be_corrected(api: Client) -> None:
    body = send(api, b"nome|x,fone\r\nA,11987654321\r\n").json()
    again = post(api, f"{IMPORTS}{body['id']}/read-again/", {"delimiter": "|", "has_header": False})
    assert again.status_code == 200, again.content
    assert (again.json()["delimiter"], again.json()["has_header"]) == ("|", False)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "file_empty"),
        (b"\xef\xbb\xbf\r\n \r\n", 422, "file_empty"),
        (b"%PDF-1.7\n%\xe2\xe3", 422, "file_not_a_table"),
        (b"\x00\x01\x02\x03" * 1000, 422, "file_not_a_table"),
        (b"<html><table><tr><td>fone</td></tr></table></html>", 422, "file_not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, 422, "file_old_excel"),
        (b"PK\x03\x04 no zip", 422, "file_broken_workbook"),
        (b"x" * 200_000, 422, "file_line_too_long"),
        ((b"c;" * 300) + b"\r\n", 422, "file_too_many_columns"),
    ],
)
def test_a_file_that_is_no_mailing_is_refused_and_nothing_is_kept(
    api: Client, data_dir: Any, content: bytes, status: int, code: str
) -> None:
    answer = send(api, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not [path for path in data_dir.rglob("*") if path.is_file()]
    with schema_context("acme"):
        assert not ContactList.objects.exists()


def test_a_file_above_the_limit_is_refused_with_413(api: Client, settings: Any, data_dir: Any) -> None:
    settings.MAILING_MAX_BYTES = 1000
    answer = send(api, b"fone\r\n" + b"11987654321\r\n" * 1000)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert not [path for path in data_dir.rglob("*") if path.is_file()]


def test_a_request_without_a_file_says_so(api: Client) -> None:
    answer = api.post(IMPORTS, {"list_name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "file_missing")


def test_only_masters_import_and_supervisors_read(
    client_of: Callable[..., Client], supervisor: User, operator_user: User, redis: Any
) -> None:
    watching, working, nobody = client_of("acme", supervisor), client_of("acme", operator_user), client_of("acme")
    assert send(watching).status_code == 403
    assert watching.get("/api/v1/contact-lists/").status_code == 200
    assert post(watching, "/api/v1/contact-lists/", {"name": "x"}).status_code == 403
    for path in ("contact-lists", "contacts", "imports"):
        assert working.get(f"/api/v1/{path}/").status_code == 403
        assert nobody.get(f"/api/v1/{path}/").status_code == 401
    with schema_context("acme"):
        assert not Import.objects.exists()


def test_another_company_sees_nothing_of_it(
    api: Client, client_of: Callable[..., Client], beta_master: User, data_dir: Any
) -> None:
    import_id = send(api).json()["id"]
    other = client_of("beta", beta_master)
    for path in ("", "errors.csv"):
        assert other.get(f"{IMPORTS}{import_id}/{path}").status_code == 404
    for path in ("confirm/", "cancel/", "read-again/"):
        assert post(other, f"{IMPORTS}{import_id}/{path}").status_code == 404
    assert other.get("/api/v1/contact-lists/").json()["results"] == []
    assert other.get("/api/v1/contacts/").json()["results"] == []
    assert (data_dir / "acme" / "imports" / str(import_id)).exists()
    assert not (data_dir / "beta").exists()


def test_what_was_done_stands_in_the_audit_trail(api: Client, master: User) -> None:
    import_id = send(api, list_name="Junho").json()["id"]
    post(api, f"{IMPORTS}{import_id}/confirm/")
    with schema_context("acme"):
        assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
            "contact_list.created",
            "import.uploaded",
            "import.confirmed",
        ]
        assert set(AuditEntry.objects.values_list("actor_name", flat=True)) == {master.name}


def test_a_canceled_import_takes_its_file_along(
    api: Client, data_dir: Any, django_capture_on_commit_callbacks: Any
) -> None:
    import_id = send(api).json()["id"]
    with django_capture_on_commit_callbacks(execute=True):
        assert post(api, f"{IMPORTS}{import_id}/cancel/").json()["state"] == "canceled"
    assert not [path for path in data_dir.rglob("*") if path.is_file()]
    again = post(api, f"{IMPORTS}{import_id}/confirm/")
    assert (again.status_code, again.json()["code"]) == (409, "import_not_waiting")
