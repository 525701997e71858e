"""Reads of lists, contacts and imports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from contacts.choices import ContactState, ImportState
from contacts.labels import NOTES, REASONS, failure_text
from contacts.mailing.columns import Column
from contacts.models import Contact, ContactList, Import, RefusedRow
from contacts.search import matching
from live.kept import kept
from tenants.active import active_schema
from tenants.written import GivenKeys, IsOneOf, Written

RESULT_PREVIEW = 20
FEWEST_SIGNS = 2
FEW_CONTACTS = 20_000
COUNT_HOLDS_S = 120.0
_REASONS: dict[str, object] = {reason.value: label for reason, label in REASONS.items()}
_NOTES: dict[str, object] = {note.value: label for note, label in NOTES.items()}

_NAMES = Written(lambda: Contact.objects.filter(IsOneOf(F("pk"), GivenKeys("ids"))).values_list("pk", "name"))


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
        refused=refused_counts(import_),
        notes=note_counts(import_),
        progress=1.0 if import_.state == ImportState.DONE else _share(import_),
        failure=failure_text(import_.failure),
        is_waiting=import_.state == ImportState.UPLOADED,
        is_over=is_over,
    )


def refused_counts(import_: Import) -> list[ReasonCount]:
    """Give why rows were refused, the most frequent reason first."""
    return _counts(import_.rows_by_reason, _REASONS)


def note_counts(import_: Import) -> list[ReasonCount]:
    """Give what was mended or left out in rows that were imported."""
    return _counts(import_.rows_by_reason, _NOTES)


def _counts(counts: dict[str, int], labels: dict[str, object]) -> list[ReasonCount]:
    found = [ReasonCount(code, str(labels[code]), rows) for code, rows in counts.items() if code in labels]
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
    """Count a list's contacts by state, for its own page only; of many the count holds for a while."""

    def count() -> dict[str, int]:
        rows = Contact.objects.filter(contact_list=contact_list).values("state").annotate(rows=Count("id")).order_by()
        found = {row["state"]: row["rows"] for row in rows}
        return {state.value: found.get(state.value, 0) for state in ContactState}

    key = f"{active_schema()}:list_states:{contact_list.pk}"
    states: dict[str, int] = kept(key, count, lambda counts: count_holds_s(sum(counts.values()))).value
    return states


def count_holds_s(contacts: int) -> float:
    """For how long a count of so many is good enough, seconds: of a few it is made anew each time."""
    return min(contacts / 10_000, COUNT_HOLDS_S) if contacts > FEW_CONTACTS else 0.0


def contacts_by_index(text: str, *, limit: int) -> list[Contact]:
    """Contacts with their lists and phones, found as `contacts.search` does: for fields that search while one types.

    The cut comes before the order: by name it would sort every Maria there is.
    """
    if len(text.replace("\x00", "").strip()) < FEWEST_SIGNS:
        return []
    keys = list(matching(Contact.objects.order_by(), text).values_list("pk", flat=True)[:limit])
    return list(
        Contact.objects.filter(pk__in=keys).select_related("contact_list").prefetch_related("phones").order_by("name")
    )


def search_contacts(text: str = "", *, contact_list_id: int | None = None) -> QuerySet[Contact]:
    """Contacts with their phones in the key's order; with a text those that `contacts.search` finds."""
    found = Contact.objects.prefetch_related("phones").order_by("id")
    if contact_list_id is not None:
        found = found.filter(contact_list_id=contact_list_id)
    return matching(found, text) if text.replace("\x00", "").strip() else found


def contact_names(ids: Iterable[int]) -> dict[int, str]:
    """Give the names of contacts by id; those deleted since are missing."""
    wanted = set(ids)
    return dict(_NAMES(ids=wanted)) if wanted else {}
