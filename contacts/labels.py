"""The words for the codes of contacts.mailing."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.exceptions import FileRefusedError
from contacts.mailing.columns import ColumnRole
from contacts.mailing.reasons import RowNote, RowReason

REASONS: dict[RowReason, Promise | str] = {
    RowReason.NO_PHONE: _("No phone in the row"),
    RowReason.SERVICE_NUMBER: _("Only service numbers (0800, 4004…)"),
    RowReason.PHONE_EXCEL_TRUNCATED: _("Number cut off by Excel (as 5,51199E+12)"),
    RowReason.PHONE_NOT_A_NUMBER: _("What stands in the phone column is no number"),
    RowReason.PHONE_SHORT_CODE: _("Too short: emergency or service code"),
    RowReason.PHONE_NO_AREA_CODE: _("Number without area code (DDD)"),
    RowReason.PHONE_UNKNOWN_AREA_CODE: _("Area code (DDD) doesn't exist"),
    RowReason.PHONE_WRONG_LENGTH: _("Number with too many or too few digits"),
    RowReason.PHONE_IMPOSSIBLE: _("Number that can't exist"),
    RowReason.SUPPRESSED: _("Not to be called any more"),
    RowReason.TOO_MANY_CELLS: _("More values than columns"),
    RowReason.UNCLOSED_QUOTE: _("Quotation mark that never closes"),
    RowReason.DUPLICATE_DOCUMENT_IN_FILE: _("CPF or CNPJ repeated in the file"),
    RowReason.DUPLICATE_DOCUMENT_IN_LIST: _("CPF or CNPJ already in the list"),
    RowReason.DUPLICATE_PHONE_IN_FILE: _("Phone repeated in the file"),
    RowReason.DUPLICATE_PHONE_IN_LIST: _("Phone already in the list"),
}
NOTES: dict[RowNote, Promise | str] = {
    RowNote.NINTH_DIGIT_ADDED: _("Ninth digit added to a mobile number"),
    RowNote.DOCUMENT_ZEROS_RESTORED: _("Leading zeros given back to a CPF or CNPJ"),
    RowNote.DOCUMENT_DROPPED: _("CPF or CNPJ invalid: contact imported without it"),
    RowNote.PHONE_DROPPED: _("One of the phones is unusable and was left out"),
    RowNote.PHONE_REPEATED: _("One of the phones belongs to another contact and was left out"),
    RowNote.PHONE_SUPPRESSED: _("One of the phones isn't to be called any more and was left out"),
    RowNote.PHONES_OVER_LIMIT: _("More than ten phones: the others were left out"),
    RowNote.TEXT_REPAIRED: _("Broken accents repaired"),
}
ROLES: dict[ColumnRole, Promise | str] = {
    ColumnRole.PHONE: _("Phone"),
    ColumnRole.AREA_CODE: _("Area code (DDD)"),
    ColumnRole.NAME: _("Name"),
    ColumnRole.DOCUMENT: _("CPF or CNPJ"),
    ColumnRole.EXTERNAL_ID: _("Contract or code"),
    ColumnRole.EXTRA: _("Keep as extra information"),
    ColumnRole.IGNORE: _("Leave out"),
}


def reason_text(code: str) -> str:
    """Give the words for a RowReason or RowNote code; an unknown code as it is."""
    for labels in (REASONS, NOTES):
        for known, label in labels.items():
            if known.value == code:
                return str(label)
    return code


def failure_text(code: str, line: int = 0) -> str:
    """Give the words for a failed import's FileFault code; "" for none."""
    for error in FileRefusedError.__subclasses__():
        if error.code == code:
            return str(error(line=line))
    return str(_("The import stopped because of an internal error. Our team can see it.")) if code else ""
