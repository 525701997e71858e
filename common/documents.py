"""CPF and CNPJ: check digits, and what spreadsheets did to them.

A CNPJ may hold letters in its first twelve characters since 31 July 2026 (IN RFB 2.229/2024): never store one as a
number, never pad one that holds letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_EXCEL = re.compile(r"^\d+[.,]\d+E\+?\d+$", re.IGNORECASE)
_EXCEL_FLOAT = re.compile(r"^(\d+)[.,]0$")
_MASK = re.compile(r"[\s.\-/'’]")
_CPF_LENGTH, _CNPJ_LENGTH = 11, 14


class DocumentFault(StrEnum):
    """Why a text is neither CPF nor CNPJ. Stable codes."""

    EMPTY = "document_empty"
    EXCEL_TRUNCATED = "document_truncated_by_excel"
    INVALID = "document_invalid"


@dataclass(frozen=True, slots=True)
class Document:
    """A valid CPF (11 digits) or CNPJ (14 characters), without its mask.

    ``zeros_restored``: it had lost leading zeros to a spreadsheet.
    """

    value: str
    zeros_restored: bool = False

    @property
    def is_cpf(self) -> bool:
        return len(self.value) == _CPF_LENGTH


def parse_document(text: str) -> Document | DocumentFault:
    """Read a CPF or CNPJ with or without mask; give back lost leading zeros where the check digits then agree."""
    text = text.strip().upper()
    if not text:
        return DocumentFault.EMPTY
    if _EXCEL.match(text):
        return DocumentFault.EXCEL_TRUNCATED
    if floated := _EXCEL_FLOAT.match(text):
        text = floated[1]
    value = _MASK.sub("", text)
    if is_valid_cpf(value) or is_valid_cnpj(value):
        return Document(value)
    # Eleven digits are a whole CPF, and a wrong one: padding would pass one in a hundred off as a CNPJ.
    if value.isascii() and value.isdigit() and len(value) != _CPF_LENGTH:
        for length, is_valid in ((_CPF_LENGTH, is_valid_cpf), (_CNPJ_LENGTH, is_valid_cnpj)):
            if len(value) < length and is_valid(value.zfill(length)):
                return Document(value.zfill(length), zeros_restored=True)
    return DocumentFault.INVALID


def is_valid_cpf(value: str) -> bool:
    """Check eleven bare digits: modulo 11, and not eleven times the same digit (which would pass the arithmetic)."""
    if len(value) != _CPF_LENGTH or not (value.isascii() and value.isdigit()) or value == value[0] * _CPF_LENGTH:
        return False
    return value[9:] == cpf_check_digits(value[:9])


def is_valid_cnpj(value: str) -> bool:
    """Check fourteen bare characters, numeric or alphanumeric, upper case."""
    if not _CNPJ.fullmatch(value) or value == "0" * _CNPJ_LENGTH:
        return False
    return value[12:] == cnpj_check_digits(value[:12])


def cpf_check_digits(base: str) -> str:
    """Give the two check digits of nine digits (weights 10…2, then 11…2)."""
    first = _check_digit(base, range(10, 1, -1))
    return first + _check_digit(base + first, range(11, 1, -1))


def cnpj_check_digits(base: str) -> str:
    """Give the two check digits of twelve characters. A character counts as its ASCII code - 48 (SERPRO's manual)."""
    first = _check_digit(base, (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
    return first + _check_digit(base + first, (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))


def _check_digit(characters: str, weights: range | tuple[int, ...]) -> str:
    rest = sum((ord(character) - 48) * weight for character, weight in zip(characters, weights, strict=True)) % 11
    return "0" if rest < 2 else str(11 - rest)


def mask(value: str) -> str:
    """Write a CPF or CNPJ as people read it; anything else as it is."""
    if len(value) == _CPF_LENGTH:
        return f"{value[:3]}.{value[3:6]}.{value[6:9]}-{value[9:]}"
    if len(value) == _CNPJ_LENGTH:
        return f"{value[:2]}.{value[2:5]}.{value[5:8]}/{value[8:12]}-{value[12:]}"
    return value
