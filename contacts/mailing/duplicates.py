"""Nobody twice in a list: by document and by phone, the first row wins. And nobody who must not be called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace

from common.phone import PhoneNumber
from contacts.mailing.reasons import RowNote, RowReason
from contacts.mailing.rows import ContactRow, RefusedRow


@dataclass(frozen=True, slots=True)
class Known:
    """What the list holds already: document or phone → True if it came with this same file.

    ``suppressed``: numbers that the company must not call again.
    """

    documents: Mapping[str, bool] = field(default_factory=dict)
    phones: Mapping[str, bool] = field(default_factory=dict)
    suppressed: Set[str] = frozenset()


def drop_known(rows: Iterable[ContactRow], known: Known) -> tuple[list[ContactRow], list[RefusedRow]]:
    """Go through rows in the file's order. Give those that are new, and those refused.

    A row is refused when its document is in the list, or when none of its phones is left: each belongs to an earlier
    contact or must not be called.
    """
    judge = _Judge(known)
    accepted: list[ContactRow] = []
    refused: list[RefusedRow] = []
    for row in rows:
        verdict = judge.judge(row)
        if isinstance(verdict, RowReason):
            refused.append(RefusedRow(row.line, verdict, row.cells))
        else:
            accepted.append(verdict)
    return accepted, refused


class _Judge:
    def __init__(self, known: Known) -> None:
        self._documents, self._phones = dict(known.documents), dict(known.phones)
        self._suppressed = known.suppressed

    def judge(self, row: ContactRow) -> ContactRow | RowReason:
        if row.document and row.document in self._documents:
            in_file = self._documents[row.document]
            return RowReason.DUPLICATE_DOCUMENT_IN_FILE if in_file else RowReason.DUPLICATE_DOCUMENT_IN_LIST
        left = tuple(phone for phone in row.phones if self._fault(phone) is None)
        if not left:
            return self._fault(row.phones[0]) or RowReason.NO_PHONE
        if row.document:
            self._documents[row.document] = True
        self._phones.update((phone.e164, True) for phone in left)
        return row if len(left) == len(row.phones) else self._without(row, left)

    def _fault(self, phone: PhoneNumber) -> RowReason | None:
        if phone.e164 in self._suppressed:
            return RowReason.SUPPRESSED
        in_file = self._phones.get(phone.e164)
        if in_file is None:
            return None
        return RowReason.DUPLICATE_PHONE_IN_FILE if in_file else RowReason.DUPLICATE_PHONE_IN_LIST

    def _without(self, row: ContactRow, left: tuple[PhoneNumber, ...]) -> ContactRow:
        dropped = set(row.phones) - set(left)
        notes = {
            RowNote.PHONE_SUPPRESSED if phone.e164 in self._suppressed else RowNote.PHONE_REPEATED for phone in dropped
        }
        return replace(row, phones=left, notes=row.notes | notes)
