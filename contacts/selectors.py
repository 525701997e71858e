"""Reads of lists, contacts and imports."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from contacts.choices import ContactState, ImportState
from contacts.labels import NOTES, REASONS, failure_text
from contacts.mailing.columns import Column
from contacts.models import Contact, ContactList, Import, Phone, RefusedRow

RESULT_PREVIEW = 20


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many rows for one reason or note. ``code`` is stable, ``label`` for people."""

    code: str
    label: str
    rows: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """An import as its page shows it.

    ``refused`` adds up to ``rows_refused``, and that with ``contacts_created`` to ``rows_read``. ``progress`` is 0..1.
    ``notes`` overlap: a row may have several, and was imported all the same.
    """

    id: int
    state: str
    state_label: str
    contact_list_id: int
    contact_list_name: str
    file_name: str
    size_bytes: int
    encoding: str
    delimiter: str
    has_header: bool
    columns: list[Column]
    rows_total: int | None
    rows_read: int
    contacts_created: int
    phones_created: int
    rows_refused: int
    refused: list[ReasonCount]
    notes: list[ReasonCount]
    progress: float
    failure: str
    is_waiting: bool
    """Waits for its columns to be confirmed."""
    is_over: bool


def import_result(import_: Import) -> ImportResult:
    """Give the view model of an import."""
    from contacts.importing import columns_of

    counts: dict[str, int] = import_.rows_by_reason
    is_over = import_.ended_at is not None
    return ImportResult(
        id=import_.pk,
        state=import_.state,
        state_label=str(import_.get_state_display()),
        contact_list_id=import_.contact_list_id,
        contact_list_name=import_.contact_list.name,
        file_name=import_.file_name,
        size_bytes=import_.size_bytes,
        encoding=import_.encoding,
        delimiter=import_.delimiter,
        has_header=import_.has_header,
        columns=columns_of(import_),
        rows_total=import_.rows_total,
        rows_read=import_.rows_read,
        contacts_created=import_.contacts_created,
        phones_created=import_.phones_created,
        rows_refused=import_.rows_refused,
        refused=_counts(counts, {reason.value: str(label) for reason, label in REASONS.items()}),
        notes=_counts(counts, {note.value: str(label) for note, label in NOTES.items()}),
        progress=1.0 if import_.state == ImportState.DONE else _share(import_),
        failure=failure_text(import_.failure),
        is_waiting=import_.state == ImportState.UPLOADED,
        is_over=is_over,
    )


def _counts(counts: dict[str, int], labels: dict[str, str]) -> list[ReasonCount]:
    found = [ReasonCount(code, labels[code], rows) for code, rows in counts.items() if code in labels]
    return sorted(found, key=lambda count: (-count.rows, count.code))


def _share(import_: Import) -> float:
    return import_.rows_read / import_.rows_total if import_.rows_total else 0.0


def lists() -> QuerySet[ContactList]:
    """All lists, the newest first."""
    return ContactList.objects.select_related("created_by")


def imports() -> QuerySet[Import]:
    return Import.objects.select_related("contact_list", "created_by")


def refused_rows(import_: Import) -> QuerySet[RefusedRow]:
    """The refused rows in the file's order."""
    return RefusedRow.objects.filter(source_import=import_).order_by("id")


def contacts_by_state(contact_list: ContactList) -> dict[str, int]:
    """Count a list's contacts by state; an index scan of one list, for its own page only."""
    rows = Contact.objects.filter(contact_list=contact_list).values("state").annotate(rows=Count("id")).order_by()
    found = {row["state"]: row["rows"] for row in rows}
    return {state.value: found.get(state.value, 0) for state in ContactState}


def contacts_by_index(text: str, *, limit: int) -> list[Contact]:
    """Contacts with their lists and phones by whole phone, document, or the beginning of the name.

    Each way has its index, whatever the table holds: for fields that search while somebody types.
    """
    text = text.replace("\x00", "").strip()
    bare = re.sub(r"\W", "", text).upper()
    digits = re.sub(r"\D", "", text)
    found = Contact.objects.none()
    if len(digits) >= 8:
        numbers = [f"+{digits}", f"+55{digits.lstrip('0')}"]
        owners = Phone.objects.filter(e164__in=numbers).order_by().values_list("contact_id", flat=True)
        found = Contact.objects.filter(Q(pk__in=list(owners[:limit])) | Q(document=bare))
    elif len(text) >= 2:
        # The cut comes before the order: by name it would sort every Maria there is.
        found = Contact.objects.filter(name__istartswith=text)
    keys = list(found.order_by().values_list("pk", flat=True)[:limit])
    return list(
        Contact.objects.filter(pk__in=keys).select_related("contact_list").prefetch_related("phones").order_by("name")
    )


def search_contacts(text: str = "", *, contact_list_id: int | None = None) -> QuerySet[Contact]:
    """Contacts with their phones, by document, phone (with or without +55), code, or part of a name."""
    found = Contact.objects.prefetch_related("phones").order_by("id")
    if contact_list_id is not None:
        found = found.filter(contact_list_id=contact_list_id)
    text = text.replace("\x00", "").strip()  # no column holds a NUL, and PostgreSQL takes none
    if not text:
        return found
    bare = re.sub(r"\W", "", text).upper()
    digits = re.sub(r"\D", "", text)
    match = Q(name__icontains=text) | Q(external_id=text)
    if bare:
        match |= Q(document=bare)
    if len(digits) >= 8:
        numbers = [f"+{digits}", f"+55{digits.lstrip('0')}"]
        match |= Q(Exists(Phone.objects.filter(contact=OuterRef("pk"), e164__in=numbers)))
    return found.filter(match)
