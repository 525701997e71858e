"""Nobody twice in a list: by document and by phone, the first row wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from common.phone import PhoneNumber
from contacts.mailing.reasons import RowNote, RowReason
from contacts.mailing.rows import ContactRow, RefusedRow


@dataclass(frozen=True, slots=True)
class Known:
    """What the list holds already: document or phone → True if it came with this same file."""

    documents: Mapping[str, bool] = field(default_factory=dict)
    phones: Mapping[str, bool] = field(default_factory=dict)


def drop_duplicates(rows: Iterable[ContactRow], known: Known) -> tuple[list[ContactRow], list[RefusedRow]]:
    """Go through rows in the file's order. Give those that are new, without phones of others, and those refused.

    A row is refused when its document is in the list, or when all of its phones are.
    """
    documents, phones = dict(known.documents), dict(known.phones)
    accepted: list[ContactRow] = []
    refused: list[RefusedRow] = []
    for row in rows:
        if row.document and row.document in documents:
            reason = _pick(documents[row.document], _SAME_DOCUMENT)
            refused.append(RefusedRow(row.line, reason, row.cells))
            continue
        new = tuple(phone for phone in row.phones if phone.e164 not in phones)
        if not new:
            reason = _pick(phones[row.phones[0].e164], _SAME_PHONE)
            refused.append(RefusedRow(row.line, reason, row.cells))
            continue
        if row.document:
            documents[row.document] = True
        phones.update((phone.e164, True) for phone in new)
        accepted.append(row if len(new) == len(row.phones) else _without_repeated(row, new))
    return accepted, refused


_SAME_DOCUMENT = (RowReason.DUPLICATE_DOCUMENT_IN_LIST, RowReason.DUPLICATE_DOCUMENT_IN_FILE)
_SAME_PHONE = (RowReason.DUPLICATE_PHONE_IN_LIST, RowReason.DUPLICATE_PHONE_IN_FILE)


def _pick(from_this_file: object, reasons: tuple[RowReason, RowReason]) -> RowReason:
    return reasons[bool(from_this_file)]


def _without_repeated(row: ContactRow, phones: tuple[PhoneNumber, ...]) -> ContactRow:
    return replace(row, phones=phones, notes=row.notes | {RowNote.PHONE_REPEATED})
