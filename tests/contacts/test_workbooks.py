"""Lists as Excel workbooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from contacts.choices import ImportState
from contacts.exceptions import FileRefusedError
from contacts.mailing import workbook as workbooks
from contacts.models import Contact, Import


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_becomes_a_list_with_its_numbers_and_dates_as_people_write_them(
    import_file: Callable[..., Import],
) -> None:
    import_ = import_file(
        workbook(
            ["Nome", "CPF", "Celular", "Vencimento", "Visita", "Valor"],
            ["José", 1234567890, 11987654321.0, date(2026, 12, 1), datetime.fromisoformat("2026-12-01 14:30"), 10.5],
            [None, None, None, None, None, None],
            ["Ana", "529.982.247-25", "(11) 3212-3456", None, None, True],
            ["Y", None, "5,51199E+12", None, None, None],
        ),
        file_name="lista.xlsx",
    )
    assert (import_.state, import_.encoding, import_.rows_total) == (ImportState.DONE, "xlsx", 3)
    jose, ana = Contact.objects.order_by("id")
    assert (jose.name, jose.document, jose.source_line) == ("José", "01234567890", 2)
    assert jose.extra == {"Vencimento": "01/12/2026", "Visita": "01/12/2026 14:30", "Valor": "10.5"}
    assert [phone.e164 for contact in (jose, ana) for phone in contact.phones.all()] == [
        "+5511987654321",
        "+551132123456",
    ]
    assert import_.rows_by_reason == {"phone_truncated_by_excel": 1, "note_document_zeros_restored": 1}


def test_a_zip_that_is_no_workbook_is_refused(upload: Callable[..., Import]) -> None:
    file = BytesIO()
    with ZipFile(file, "w") as package:
        package.writestr("list.csv", "fone\n11987654321\n")
    with pytest.raises(FileRefusedError) as caught:
        upload(file.getvalue())
    assert caught.value.code == "file_not_a_table"


def test_a_workbook_whose_parts_are_missing_is_refused(upload: Callable[..., Import]) -> None:
    file = BytesIO()
    with ZipFile(file, "w") as package:
        package.writestr("xl/workbook.xml", "<not><a></workbook>")
    with pytest.raises(FileRefusedError) as caught:
        upload(file.getvalue())
    assert caught.value.code == "file_broken_workbook"


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(
    upload: Callable[..., Import], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(FileRefusedError) as caught:
        upload(workbook(["fone"], ["11987654321"]))
    assert (caught.value.code, caught.value.http_status) == ("file_too_large", 413)


def parts_of(file: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(file)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"


@pytest.mark.parametrize(
    ("part", "old", "new", "code"),
    [
        (SHEET, b'row r="2"', b'row r="99999999999999999999"', "file_broken_workbook"),
        (SHEET, b'row r="2"', b'row r="NaN"', "file_broken_workbook"),
        (SHEET, b'r="A2"', b'r="ZZZZ2"', "file_broken_workbook"),
        (TYPES, b"sheet.main+xml", b"nothing+xml", "file_broken_workbook"),
    ],
)
def test_a_workbook_that_claims_nonsense_is_refused_in_words(
    upload: Callable[..., Import], part: str, old: bytes, new: bytes, code: str
) -> None:
    parts = parts_of(workbook(["fone"], ["11987654321"]))
    assert old in parts[part]
    with pytest.raises(FileRefusedError) as caught:
        upload(packed(parts | {part: parts[part].replace(old, new)}))
    assert caught.value.code == code


def test_a_part_that_is_read_whole_may_not_be_huge(
    upload: Callable[..., Import], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MAX_PART_BYTES", 50_000)
    parts = parts_of(workbook(["fone"], ["11987654321"]))
    with pytest.raises(FileRefusedError) as caught:
        upload(packed(parts | {"xl/styles.xml": parts["xl/styles.xml"] + b" " * 60_000}))
    assert caught.value.code == "file_too_large"
    with pytest.raises(FileRefusedError) as caught:
        # The styles in the place of a sheet: named as one, and told to be something else.
        upload(packed(parts | {SHEET: b" " * 60_000, TYPES: parts[TYPES].replace(b"worksheet+xml", b"styles+xml")}))
    assert caught.value.code == "file_broken_workbook"
    assert upload(packed(parts | {SHEET: parts[SHEET] + b" " * 60_000})).pk


def test_a_row_without_end_is_refused_with_its_line(
    upload: Callable[..., Import], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MAX_ROW_BYTES", 100_000)
    file = workbook(["fone"], ["11987654321"], ["x"])
    parts = parts_of(file)
    endless = parts[SHEET].replace(b'<row r="3"', b'<row r="3">' + b"<c><v>1</v></c>" * 20_000 + b'</row><row r="4"')
    with pytest.raises(FileRefusedError) as caught:
        upload(packed(parts | {SHEET: endless}))
    assert caught.value.code == "file_line_too_long"


def test_the_macros_of_a_workbook_are_left_alone(upload: Callable[..., Import]) -> None:
    parts = parts_of(workbook(["fone"], ["11987654321"]))
    plain, macros = b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    kind = parts[TYPES].replace(plain, macros)
    assert b"macroEnabled" in kind
    assert upload(packed(parts | {TYPES: kind, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})).encoding == "xlsx"
