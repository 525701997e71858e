"""What can be refused about lists and imports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from contacts.mailing.reasons import FileFault, MailingError


class FileRefusedError(DomainError):
    """A file that can't become a list. ``code`` is the fault's."""

    http_status = 422
    message = _("The file can't be read as a contact list.")

    @classmethod
    def of(cls, error: MailingError) -> FileRefusedError:
        """Give the refusal for a fault, of its own class."""
        return _BY_FAULT[error.fault](line=error.line or 0)


class EmptyFileError(FileRefusedError):
    code = FileFault.EMPTY
    message = _("The file is empty.")


class FileTooLargeError(FileRefusedError):
    code = FileFault.TOO_LARGE
    http_status = 413
    message = _("The file is too large. Split it into smaller ones.")


class NotATableError(FileRefusedError):
    code = FileFault.NOT_A_TABLE
    message = _("This isn't a CSV or Excel file. Save it as CSV or .xlsx and send it again.")


class OldExcelError(FileRefusedError):
    code = FileFault.OLD_EXCEL
    message = _("This is an old Excel file (.xls). Save it as .xlsx or CSV and send it again.")


class NoRowsError(FileRefusedError):
    code = FileFault.NO_ROWS
    message = _("The file has a header but no rows.")


class TooManyRowsError(FileRefusedError):
    code = FileFault.TOO_MANY_ROWS
    message = _("The file has too many rows. Split it into smaller ones.")


class TooManyColumnsError(FileRefusedError):
    code = FileFault.TOO_MANY_COLUMNS
    message = _("The file has too many columns.")


class LineTooLongError(FileRefusedError):
    code = FileFault.LINE_TOO_LONG
    message = _("Line %(line)s of the file is too long to be a row. Is this really a CSV file?")


class BrokenWorkbookError(FileRefusedError):
    code = FileFault.BROKEN_WORKBOOK
    message = _("The Excel file is damaged. Open it, save it again and send it.")


class DiskFullError(FileRefusedError):
    code = FileFault.DISK_FULL
    http_status = 507
    retryable = True
    message = _("There is no room on the disk for the file. Nothing was kept; try again later.")


class FileGoneError(FileRefusedError):
    code = FileFault.GONE
    http_status = 409
    message = _("The uploaded file is no longer there. Send it again.")


_BY_FAULT: dict[FileFault, type[FileRefusedError]] = {
    FileFault(error.code): error for error in FileRefusedError.__subclasses__()
}


class NoFileError(DomainError):
    code = "file_missing"
    message = _("Choose a file.")


class WrongColumnsError(DomainError):
    """A layout that can't be imported by; ``detail`` says what is wrong with it."""

    code = "wrong_columns"
    http_status = 422
    message = _("%(detail)s")


class ImportNotWaitingError(DomainError):
    code = "import_not_waiting"
    http_status = 409
    message = _("This import isn't waiting for its columns to be confirmed.")


class ImportEndedError(DomainError):
    code = "import_ended"
    http_status = 409
    message = _("This import has already ended.")


class GoneError(DomainError):
    """A list or an import that somebody has removed meanwhile."""

    code = "gone"
    http_status = 404
    message = _("This was removed meanwhile.")


class ListNotEmptyError(DomainError):
    code = "list_not_empty"
    http_status = 409
    message = _("The list holds contacts, or is being filled.")


class WrongDocumentError(DomainError):
    code = "wrong_document"
    message = _("This is neither a CPF nor a CNPJ: the check digits don't agree.")


class DocumentTakenError(DomainError):
    code = "document_taken"
    http_status = 409
    message = _("Another contact of this list has this CPF or CNPJ.")


class ContactDataError(DomainError):
    code = "contact_data"
    message = _("A contact can't have so many columns.")


class WrongPhoneError(DomainError):
    """``phone``: what was written, or "–" where there is none, or more than a contact can have."""

    code = "wrong_phone"
    message = _("A contact needs 1 to 10 phones with their area codes. Not one: %(phone)s")


class PhonesTakenError(DomainError):
    code = "phones_taken"
    http_status = 409
    message = _("Every one of these phones is in this list already.")
