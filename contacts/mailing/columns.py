"""What is in each column? Guessed from its header first, from its values where that says nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from common.documents import Document, parse_document
from common.phone import PhoneNumber, parse_phone

MAX_PHONES = 10
MAX_COLUMNS = 200


class ColumnRole(StrEnum):
    PHONE = "phone"
    AREA_CODE = "area_code"
    NAME = "name"
    DOCUMENT = "document"
    EXTERNAL_ID = "external_id"
    EXTRA = "extra"
    """Kept with the contact under its header."""
    IGNORE = "ignore"


SINGLE_ROLES = (ColumnRole.NAME, ColumnRole.DOCUMENT, ColumnRole.EXTERNAL_ID)
NUMBERED_ROLES = (ColumnRole.PHONE, ColumnRole.AREA_CODE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``position``: which phone (from 1) a phone or area code belongs to; 0 for the other roles."""

    header: str
    role: ColumnRole
    position: int = 0
    samples: tuple[str, ...] = ()


_ALIASES = (
    (
        ColumnRole.AREA_CODE,
        re.compile(r"(?:ddd|area|codarea|codigoarea|dddtel|dddfone|dddcel|dddtelefone|dddcelular)(\d*)"),
    ),
    (
        ColumnRole.PHONE,
        re.compile(
            r"(?:ddd)?(?:fone|telefone|tel|celular|cel|whatsapp|whats|zap|numero|contato|phone|mobile)"
            r"(?:residencial|comercial|celular|fixo|movel|recado|principal|contato|res|com|cel)?(\d*)"
        ),
    ),
    (
        ColumnRole.DOCUMENT,
        re.compile(r"(?:num|nr|numero)?(?:cpf|cnpj|cpfcnpj|cnpjcpf|documento|doc)()(?:cliente|devedor)?"),
    ),
    (
        ColumnRole.NAME,
        re.compile(r"(?:nome|cliente|razaosocial|devedor|nomecliente|nomecompleto|nomedevedor|name|contato)()"),
    ),
    (
        ColumnRole.EXTERNAL_ID,
        re.compile(
            r"(?:contrato|id|codigo|chave|idcliente|codcliente|codigocliente|matricula|nrcontrato|numcontrato)()"
        ),
    ),
)
_HEADER_NOISE = re.compile(r"[^a-z0-9]")


def normalise_header(header: str) -> str:
    """Give a header without case, accents, spaces and punctuation: "Razão Social" → "razaosocial"."""
    plain = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode()
    return _HEADER_NOISE.sub("", plain.casefold())


def looks_like_header(cells: Sequence[str]) -> bool:
    """Tell a header from a first row of data: it names something known, and holds no number to dial and no document."""
    if any(_is_phone(cell) or isinstance(parse_document(cell), Document) for cell in cells):
        return False
    return any(_by_header(cell)[0] is not ColumnRole.EXTRA for cell in cells) or all(
        cell.strip() and not any(character.isdigit() for character in cell) for cell in cells
    )


def guess_columns(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Column]:
    """Guess every column's role. ``rows`` are samples of the data; each column keeps three values of its own."""
    columns: list[Column] = []
    for index, header in enumerate(headers):
        values = [row[index].strip() for row in rows if index < len(row) and row[index].strip()]
        role, number = _guess_one(header, values)
        columns.append(Column(header, role, number, tuple(dict.fromkeys(values))[:3]))
    return number_phones(_keep_first_of_each(columns))


def _guess_one(header: str, values: Sequence[str]) -> tuple[ColumnRole, int]:
    role, number = _by_header(header)
    if role is ColumnRole.AREA_CODE and values and sum(map(_is_phone, values)) * 2 > len(values):
        return ColumnRole.PHONE, number  # "DDDFONE1" with area code and number in one
    if role is ColumnRole.PHONE and values and not any(_is_phone_or_part(value) for value in values):
        role = ColumnRole.NAME if normalise_header(header) == "contato" else ColumnRole.EXTRA
    if role is ColumnRole.EXTRA:
        role = _by_values(values)
    return role, number if role in NUMBERED_ROLES else 0


def _by_header(header: str) -> tuple[ColumnRole, int]:
    plain = normalise_header(header)
    for role, pattern in _ALIASES:
        if match := pattern.fullmatch(plain):
            return role, int(match[1] or 0)
    return ColumnRole.EXTRA, 0


def _by_values(values: Sequence[str]) -> ColumnRole:
    """Judge a column of unknown name: documents before phones, since a CPF may look like a mobile number."""
    if len(values) >= 2:
        if sum(_is_whole_document(value) for value in values) * 10 >= len(values) * 8:
            return ColumnRole.DOCUMENT
        if sum(map(_is_phone, values)) * 10 >= len(values) * 6:
            return ColumnRole.PHONE
    return ColumnRole.EXTRA


def _is_phone(text: str) -> bool:
    return isinstance(parse_phone(text), PhoneNumber)


def _is_phone_or_part(text: str) -> bool:
    """Also a number without its area code, damaged ones, or several in one cell."""
    return sum(character.isdigit() for character in text) >= 6 and not any(
        character.isalpha() and character not in "eE" for character in text
    )


def _is_whole_document(text: str) -> bool:
    document = parse_document(text)
    return isinstance(document, Document) and not document.zeros_restored


def _keep_first_of_each(columns: list[Column]) -> list[Column]:
    """A list has one name, one document, one code: the first of each; the others are kept as extra values."""
    seen: set[ColumnRole] = set()
    kept: list[Column] = []
    for column in columns:
        repeated = column.role in SINGLE_ROLES and column.role in seen
        seen.add(column.role)
        kept.append(replace(column, role=ColumnRole.EXTRA) if repeated else column)
    return kept


def number_phones(columns: Sequence[Column]) -> list[Column]:
    """Number the phones 1…10 in their order and give each area code the number of its phone.

    An area code belongs to the phone of the same number in the header, else to the next phone on its right that has
    none. What is over (an eleventh phone, an area code without a phone) becomes an extra value.
    """
    phones = [index for index, column in enumerate(columns) if column.role is ColumnRole.PHONE][:MAX_PHONES]
    place = {index: number for number, index in enumerate(phones, start=1)}
    result = [
        replace(column, role=ColumnRole.EXTRA, position=0)
        if column.role is ColumnRole.PHONE and index not in place
        else replace(column, position=place.get(index, 0))
        for index, column in enumerate(columns)
    ]
    taken: set[int] = set()
    for index, column in enumerate(columns):
        if column.role is not ColumnRole.AREA_CODE:
            continue
        owner = _phone_of(index, columns, [phone for phone in phones if phone not in taken])
        if owner is None:
            result[index] = replace(column, role=ColumnRole.EXTRA, position=0)
        else:
            taken.add(owner)
            result[index] = replace(column, position=place[owner])
    return result


def _phone_of(index: int, columns: Sequence[Column], free: list[int]) -> int | None:
    number = columns[index].position
    same = [phone for phone in free if number and columns[phone].position == number]
    following = [phone for phone in free if phone > index]
    return next(iter(same or following), None)
