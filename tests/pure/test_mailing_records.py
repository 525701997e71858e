"""Records, encodings and delimiters of real-world files."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.mailing.reasons import FileFault, MailingError, RowReason
from contacts.mailing.records import Record, split_records, text_lines
from contacts.mailing.scan import Scan, Scanner
from contacts.mailing.table import TableFormat, guess_delimiter, guess_table, read_rows

JOSE = "JOSÉ DA CONCEIÇÃO"


def scan(*chunks: bytes) -> Scan:
    scanner = Scanner()
    for chunk in chunks:
        scanner.feed(chunk)
    return scanner.result()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (JOSE.encode("cp1252"), "cp1252"),
        (b"JOS\xc9 DA CONCEI\xc7\xc3O", "cp1252"),
        (JOSE.encode(), "utf-8"),
        (JOSE.encode("utf-8-sig"), "utf-8-sig"),
        (JOSE.encode("utf-16"), "utf-16"),
        (b"plain", "utf-8"),
        ("custa 10 €".encode("cp1252"), "cp1252"),
        (b"nome;fone\r\nMaria\x00;11987654321\x00\r\n", "utf-8"),
        (b"end cut in \xc3", "cp1252"),
    ],
)
def test_the_encoding_is_found(content: bytes, encoding: str) -> None:
    assert scan(content).encoding == encoding


def test_the_encoding_is_judged_on_the_whole_file_and_across_chunks() -> None:
    text = JOSE.encode()
    assert scan(*(text[index : index + 1] for index in range(len(text)))).encoding == "utf-8"
    assert scan(b"a" * 200_000, b"\xe7", b"a").encoding == "cp1252"


def split(text: str, delimiter: str = ";") -> list[Record]:
    return list(split_records(text_lines(StringIO(text, newline="")), delimiter=delimiter))


def test_quoted_line_breaks_and_delimiters_stay_in_their_cell() -> None:
    assert split('a;"b\r\nc;d";e\r\nf;g;h\r\n') == [Record(1, ["a", "b\r\nc;d", "e"]), Record(3, ["f", "g", "h"])]


def test_nul_bytes_are_dropped_and_old_mac_line_ends_understood() -> None:
    assert split("a\0;b\rc;d\r") == [Record(1, ["a", "b"]), Record(2, ["c", "d"])]


@pytest.mark.parametrize("tail", ["x;y\r\n" * 3, "x;y\r\n" * 200])
def test_a_quote_that_never_closes_costs_its_own_line_only(tail: str) -> None:
    records = split(f'a;b\r\n"JOÃO;1\r\n{tail}')
    assert records[1] == Record(2, ['"JOÃO', "1"], RowReason.UNCLOSED_QUOTE)
    assert [record.cells for record in records[2:]] == [["x", "y"]] * tail.count("\r\n")
    assert [record.line for record in records] == list(range(1, len(records) + 1))


def test_a_quote_inside_a_value_is_only_a_character() -> None:
    assert split('TV 42";x\r\nb;y\r\n') == [Record(1, ['TV 42"', "x"]), Record(2, ["b", "y"])]


@given(st.lists(st.lists(st.text('ab;"\n\r é', max_size=6), min_size=2, max_size=4), max_size=8))
def test_what_a_csv_writer_wrote_is_read_back(rows: list[list[str]]) -> None:
    import csv

    text = StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    assert [record.cells for record in split(text.getvalue())] == rows


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(MailingError) as caught:
        split("a;b\n" + "x" * 200_000)
    assert (caught.value.fault, caught.value.line) == (FileFault.LINE_TOO_LONG, 2)


def test_memory_does_not_grow_with_the_file() -> None:
    def lines(count: int) -> Iterator[str]:
        for number in range(count):
            yield f"NOME {number};11987654321\r\n"

    def peak(rows: Iterable[Record]) -> int:
        tracemalloc.start()
        for _ in rows:
            pass
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small = peak(split_records(lines(1_000), delimiter=";"))
    large = peak(split_records(lines(50_000), delimiter=";"))
    assert large < small + 50_000


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["nome;fone;valor\r\n", "a;1;1.234,56\r\n"], ";"),
        (["nome,fone\r\n"], ","),
        (["nome\tfone\r\n"], "\t"),
        (["nome|fone\r\n"], "|"),
        (["sep=,\r\n", "a;b;c,d\r\n"], ","),
        (["\ufeffsep=;\r\n"], ";"),
        (["fone\r\n"], ";"),
    ],
)
def test_the_delimiter_is_voted_by_the_header(lines: list[str], delimiter: str) -> None:
    assert guess_delimiter(lines) == delimiter


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "file"
    path.write_bytes(text.encode(encoding))
    return path


def test_the_separator_line_blank_lines_and_trailing_columns_are_no_rows(tmp_path: Path) -> None:
    path = write(tmp_path, "sep=;\r\nnome;fone;;\r\n\r\n;;;\r\nA;11987654321;;\r\n ; ;\r\n")
    guess = guess_table(path, "utf-8")
    assert [column.header for column in guess.columns] == ["nome", "fone"]
    assert list(read_rows(path, guess.format)) == [Record(5, ["A", "11987654321", "", ""])]


def test_a_file_without_a_header_is_read_from_its_first_row(tmp_path: Path) -> None:
    path = write(tmp_path, "JOÃO;11987654321;52998224725\nANA;1132123456;11144477735\n", "cp1252")
    guess = guess_table(path, "cp1252")
    assert not guess.format.has_header
    assert [(column.header, column.role.value) for column in guess.columns] == [
        ("#1", "extra"),
        ("#2", "phone"),
        ("#3", "document"),
    ]
    assert len(list(read_rows(path, guess.format))) == 2


def test_a_utf_16_file_of_excel_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "Nome\tCelular\r\nJosé\t11987654321\r\n", "utf-16")
    guess = guess_table(path, "utf-16")
    assert guess.format == TableFormat("utf-16", "\t", has_header=True)
    assert [record.cells for record in read_rows(path, guess.format)] == [["José", "11987654321"]]


def test_equal_headers_are_told_apart(tmp_path: Path) -> None:
    guess = guess_table(write(tmp_path, "obs;obs;;fone\na;b;c;11987654321\n"), "utf-8")
    assert [column.header for column in guess.columns] == ["obs", "obs #2", "#3", "fone"]
