"""Values as cells of files that open right in Brazilian Excel. Nothing in a file may run: OWASP, "CSV injection"."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

BOM = b"\xef\xbb\xbf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters that no workbook may hold (openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE)."""
LONGEST_CELL = 32_767
"""Characters of a workbook's cell (ECMA-376)."""

Workable = str | int | float | Decimal | bool | datetime | date | timedelta | None


def neutralise(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_cell(value: object, *, comma: bool, zone: tzinfo) -> str:
    """Give a value as text: figures bare (with a decimal comma for Brazil), instants in the company's zone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float | Decimal):
        figure = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return figure.replace(".", ",") if comma else figure
    if isinstance(value, date):
        return _day(value, comma=comma, zone=zone)
    if isinstance(value, timedelta):
        return _clock(value)
    return neutralise(str(value).replace("\x00", ""))


def workbook_cell(value: object, *, zone: tzinfo) -> Workable:
    """Give a value of a type that a workbook has: figures, instants and stretches stay what they are."""
    if value is None or isinstance(value, bool | int | float | Decimal | timedelta):
        return value
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None)
    if isinstance(value, date):
        return value
    return neutralise(_UNSTORABLE.sub("", str(value)))[:LONGEST_CELL]


def _day(at: date, *, comma: bool, zone: tzinfo) -> str:
    day = "%d/%m/%Y" if comma else "%Y-%m-%d"
    return at.astimezone(zone).strftime(f"{day} %H:%M:%S") if isinstance(at, datetime) else at.strftime(day)


def _clock(length: timedelta) -> str:
    minutes, seconds = divmod(max(int(length.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"
