"""One record → one contact with its phones, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.documents import Document, DocumentFault, parse_document
from common.phone import NumberKind, PhoneFault, PhoneNumber, parse_phone
from common.plain import plain_line
from contacts.mailing.columns import MAX_PHONES, Column, ColumnRole
from contacts.mailing.reasons import RowNote, RowReason
from contacts.mailing.records import Record

MAX_NAME = 150
MAX_EXTERNAL_ID = 80
MAX_EXTRA = 2000
"""Characters of one extra value."""
DIALED_KINDS = (NumberKind.LANDLINE, NumberKind.MOBILE, NumberKind.INTERNATIONAL)
_SEVERAL = re.compile(r"[/;|,\n]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f\u00a0]+")
_MOJIBAKE = re.compile("[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A row that may become a contact. ``phones`` in the file's order, each once, at least one."""

    line: int
    name: str
    document: str
    external_id: str
    extra: dict[str, str]
    phones: tuple[PhoneNumber, ...]
    notes: frozenset[RowNote]
    cells: tuple[str, ...]
    """As they stood in the file."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    line: int
    reason: RowReason
    cells: tuple[str, ...]


class RowReader:
    """Reads records by a confirmed layout of columns."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._width = len(columns)
        areas = {column.position: index for index, column in enumerate(columns) if column.role is ColumnRole.AREA_CODE}
        phones = sorted(
            (column.position, index) for index, column in enumerate(columns) if column.role is ColumnRole.PHONE
        )
        self._phones = [(index, areas.get(position)) for position, index in phones]
        self._name = _index_of(columns, ColumnRole.NAME)
        self._document = _index_of(columns, ColumnRole.DOCUMENT)
        self._external_id = _index_of(columns, ColumnRole.EXTERNAL_ID)
        self._headers = [column.header for column in columns]
        self._extras = [index for index, column in enumerate(columns) if column.role is ColumnRole.EXTRA]

    def read(self, record: Record) -> ContactRow | RefusedRow:
        """Read one record that isn't blank."""
        cells = record.cells
        if record.fault:
            return RefusedRow(record.line, record.fault, tuple(cells))
        if any(cell.strip() for cell in cells[self._width :]):
            return RefusedRow(record.line, RowReason.TOO_MANY_CELLS, tuple(cells))
        cells = cells[: self._width] + [""] * (self._width - len(cells))
        notes: set[RowNote] = set()
        phones = self._read_phones(cells, notes)
        if isinstance(phones, RowReason):
            return RefusedRow(record.line, phones, tuple(record.cells))
        document, rejected = self._read_document(cells, notes)
        name = self._text(cells, self._name, notes)[:MAX_NAME]
        external_id = self._text(cells, self._external_id, notes)
        extra = self._read_extra(cells, notes)
        if rejected and self._document is not None:
            extra[self._headers[self._document]] = rejected
        if len(external_id) > MAX_EXTERNAL_ID and self._external_id is not None:
            extra[self._headers[self._external_id]] = external_id[:MAX_EXTRA]
            external_id = ""
        return ContactRow(
            record.line, name, document, external_id, extra, phones, frozenset(notes), tuple(record.cells)
        )

    def _read_phones(self, cells: list[str], notes: set[RowNote]) -> tuple[PhoneNumber, ...] | RowReason:
        found: dict[str, PhoneNumber] = {}
        first_fault: RowReason | None = None
        for index, area_index in self._phones:
            area_code = cells[area_index] if area_index is not None else ""
            for result in read_phone_cell(cells[index], area_code):
                if isinstance(result, PhoneNumber) and result.kind in DIALED_KINDS:
                    found.setdefault(result.e164, result)
                elif result is not PhoneFault.EMPTY:
                    first_fault = first_fault or _reason_of(result)
        if not found:
            return first_fault or RowReason.NO_PHONE
        phones = tuple(found.values())[:MAX_PHONES]
        if first_fault:
            notes.add(RowNote.PHONE_DROPPED)
        if len(found) > MAX_PHONES:
            notes.add(RowNote.PHONES_OVER_LIMIT)
        if any(phone.ninth_digit_added for phone in phones):
            notes.add(RowNote.NINTH_DIGIT_ADDED)
        return phones

    def _read_document(self, cells: list[str], notes: set[RowNote]) -> tuple[str, str]:
        """Give the document and, when it is none, what stood there."""
        if self._document is None:
            return "", ""
        text = cells[self._document]
        document = parse_document(text)
        if isinstance(document, Document):
            if document.zeros_restored:
                notes.add(RowNote.DOCUMENT_ZEROS_RESTORED)
            return document.value, ""
        if document is DocumentFault.EMPTY:
            return "", ""
        notes.add(RowNote.DOCUMENT_DROPPED)
        return "", plain_line(clean_text(text))[:MAX_EXTRA]

    def _read_extra(self, cells: list[str], notes: set[RowNote]) -> dict[str, str]:
        extra: dict[str, str] = {}
        for index in self._extras:
            if value := self._text(cells, index, notes):
                extra[self._headers[index]] = value[:MAX_EXTRA]
        return extra

    @staticmethod
    def _text(cells: list[str], index: int | None, notes: set[RowNote]) -> str:
        if index is None:
            return ""
        text = clean_text(cells[index])
        repaired = repair_mojibake(text)
        if repaired != text:
            notes.add(RowNote.TEXT_REPAIRED)
        return plain_line(repaired)


def read_phone_cell(text: str, area_code: str) -> Iterable[PhoneNumber | PhoneFault]:
    """Read one cell, which may hold several numbers; a later one may borrow the area code of the one before."""
    whole = parse_phone(text, area_code=area_code)
    if isinstance(whole, PhoneNumber) or whole is PhoneFault.EXCEL_TRUNCATED or not _SEVERAL.search(text):
        yield whole
        return
    for part in _SEVERAL.split(text):
        result = parse_phone(part, area_code=area_code)
        if isinstance(result, PhoneNumber):
            area_code = area_code or result.area_code
        yield result


def clean_text(text: str) -> str:
    """Give a value on one line, without control characters and doubled spaces."""
    return _SPACES.sub(" ", text).strip()


def repair_mojibake(text: str) -> str:
    """Give "João" for "JoÃ£o": UTF-8 once read as Windows-1252. What doesn't convert cleanly stays as it is."""
    if not _MOJIBAKE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _reason_of(result: PhoneNumber | PhoneFault) -> RowReason:
    return RowReason.SERVICE_NUMBER if isinstance(result, PhoneNumber) else RowReason(result.value)


def _index_of(columns: Sequence[Column], role: ColumnRole) -> int | None:
    return next((index for index, column in enumerate(columns) if column.role is role), None)
