"""What may be said of a row: refused for a reason, or imported with a note. Codes are stable (API, error files)."""

from __future__ import annotations

from enum import StrEnum

from common.phone import PhoneFault


class RowReason(StrEnum):
    """Why a row was refused. Together with the contacts created they add up to the rows of the file."""

    NO_PHONE = "no_phone"
    SERVICE_NUMBER = "service_number"
    """Only 0800, 4004 and the like: a dialer doesn't call those."""
    PHONE_EXCEL_TRUNCATED = PhoneFault.EXCEL_TRUNCATED.value
    PHONE_NOT_A_NUMBER = PhoneFault.NOT_A_NUMBER.value
    PHONE_SHORT_CODE = PhoneFault.SHORT_CODE.value
    PHONE_NO_AREA_CODE = PhoneFault.NO_AREA_CODE.value
    PHONE_UNKNOWN_AREA_CODE = PhoneFault.UNKNOWN_AREA_CODE.value
    PHONE_WRONG_LENGTH = PhoneFault.WRONG_LENGTH.value
    PHONE_IMPOSSIBLE = PhoneFault.IMPOSSIBLE.value
    SUPPRESSED = "suppressed"
    """The company must not call its phones again."""
    TOO_MANY_CELLS = "too_many_cells"
    """More values than the header has columns: they can't be told apart."""
    UNCLOSED_QUOTE = "unclosed_quote"
    DUPLICATE_DOCUMENT_IN_FILE = "duplicate_document_in_file"
    DUPLICATE_DOCUMENT_IN_LIST = "duplicate_document_in_list"
    DUPLICATE_PHONE_IN_FILE = "duplicate_phone_in_file"
    DUPLICATE_PHONE_IN_LIST = "duplicate_phone_in_list"


class RowNote(StrEnum):
    """What was mended or left out in a row that was imported. A row may have several."""

    NINTH_DIGIT_ADDED = "note_ninth_digit_added"
    DOCUMENT_ZEROS_RESTORED = "note_document_zeros_restored"
    DOCUMENT_DROPPED = "note_document_dropped"
    """Not a CPF or CNPJ: kept among the other values, not as the document."""
    PHONE_DROPPED = "note_phone_dropped"
    """One phone of several can't be dialed."""
    PHONE_REPEATED = "note_phone_repeated"
    """One phone of several belongs to an earlier contact."""
    PHONE_SUPPRESSED = "note_phone_suppressed"
    """One phone of several must not be called again."""
    PHONES_OVER_LIMIT = "note_phones_over_limit"
    TEXT_REPAIRED = "note_text_repaired"
    """UTF-8 that some system had read as Windows-1252 ("JoÃ£o")."""


class FileFault(StrEnum):
    """Why a whole file is refused."""

    EMPTY = "file_empty"
    TOO_LARGE = "file_too_large"
    NOT_A_TABLE = "file_not_a_table"
    OLD_EXCEL = "file_old_excel"
    NO_ROWS = "file_without_rows"
    TOO_MANY_ROWS = "file_too_many_rows"
    TOO_MANY_COLUMNS = "file_too_many_columns"
    LINE_TOO_LONG = "file_line_too_long"
    BROKEN_WORKBOOK = "file_broken_workbook"
    DISK_FULL = "disk_full"
    GONE = "file_gone"


class MailingError(Exception):
    """A file that can't be read as a mailing. ``line`` is where, when known."""

    def __init__(self, fault: FileFault, line: int | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.line = line
