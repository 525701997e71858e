"""``manage.py import_list``."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_tenants.utils import schema_context

from contacts.models import ContactList, Phone


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_list", *arguments, stdout=out)
    return out.getvalue()


def test_a_list_comes_in_by_command(acme: object, redis: Any, tmp_path: Path) -> None:
    file = tmp_path / "June.csv"
    file.write_bytes('sep=;\r\nNome;Celular\r\n"Silva, ""Zé""";(11) 98765-4321 / 3212-3456\r\nMaria;190\r\n'.encode())
    said = run("--schema", "acme", "--name", "Junho", str(file))

    assert "2 rows, 1 contacts, 2 phones, 1 rows refused" in said
    with schema_context("acme"):
        assert list(Phone.objects.values_list("contact__name", "e164")) == [
            ('Silva, "Zé"', "+5511987654321"),
            ('Silva, "Zé"', "+551132123456"),
        ]
        assert ContactList.objects.get().name == "Junho"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--schema", "nobody", "x.csv"), "No approved company"),
        (("--schema", "acme", "/no/such/file.csv"), "No such file"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(acme: object, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(*arguments)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 \x00\x01", b"\xd0\xcf\x11\xe0old excel", b"a;b\n1;2\n"])
def test_a_file_that_is_no_mailing_leaves_nothing(
    acme: object, tmp_path: Path, content: bytes, django_capture_on_commit_callbacks: Any
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError), django_capture_on_commit_callbacks(execute=True):
        run("--schema", "acme", str(file))
    with schema_context("acme"):
        assert not ContactList.objects.exists()
    assert not list((tmp_path / "acme" / "imports").iterdir())
