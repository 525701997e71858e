"""Names without what nobody sees."""

from __future__ import annotations

import pytest

from common.plain import plain_line, plain_text
from contacts.mailing.columns import Column, ColumnRole
from contacts.mailing.records import Record
from contacts.mailing.rows import ContactRow, RowReader

PERSIAN = "\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645 \U0001f469\u200d\U0001f4bb"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Bidi \u202egnp.exe", "Bidi gnp.exe"),
        ("a\u2066b\u2069\u200e\u200fc", "abc"),
        ("\ufeffAna\u200b \u2060 Lima\u00ad", "Ana Lima"),
        ("A\x00n\x1ba\x9f\r\n\t Lima", "Ana Lima"),
        ("\u202e \u2068", ""),
        ("João d’Ávila", "João d’Ávila"),
        (PERSIAN, PERSIAN),
    ],
)
def test_what_nobody_sees_is_no_part_of_a_name(typed: str, stored: str) -> None:
    assert plain_line(typed) == stored


def test_the_lines_of_a_text_stay() -> None:
    assert plain_text("uma\n\tduas\u202e") == "uma\n\tduas"


def test_a_file_brings_no_name_that_reads_otherwise_than_it_is_written() -> None:
    columns = [
        Column("nome", ColumnRole.NAME),
        Column("fone", ColumnRole.PHONE, 1),
        Column("cidade", ColumnRole.EXTRA),
    ]

    row = RowReader(columns).read(Record(2, ["Ana \u202eamiL", "11987654321", "Mar\u00c3\u00ada\u00c3\u00a3"]))

    assert isinstance(row, ContactRow)
    assert (row.name, row.extra) == ("Ana amiL", {"cidade": "Maríaã"})
