"""One contact more in a list, by hand or by a program: the rules of imports, for a single row. Active schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.audit import record as audit
from accounts.models import User
from common.clock import now
from common.documents import Document, parse_document
from common.phone import PhoneNumber, parse_phone
from common.plain import plain_line, plain_text
from contacts.actions import check_may_import
from contacts.choices import PhoneState
from contacts.editing import MOST_KEYS
from contacts.exceptions import (
    ContactDataError,
    DocumentTakenError,
    GoneError,
    PhonesTakenError,
    WrongDocumentError,
    WrongPhoneError,
)
from contacts.mailing.columns import MAX_PHONES
from contacts.mailing.rows import DIALED_KINDS
from contacts.models import Contact, ContactList, Phone, SuppressedNumber
from contacts.signals import contact_changed
from tenants.active import active_schema


def do_add_contact(
    contact_list: ContactList,
    *,
    phones: Sequence[str],
    name: str = "",
    document: str = "",
    external_id: str = "",
    extra: Mapping[str, str] | None = None,
    acting_user: User | None,
) -> Contact:
    """Add a contact that may be dialed at once. ``phones``: 1 to 10, however written, the first to be called first.

    A number that must not be called is kept as such. Raises NotAllowedError, GoneError, WrongPhoneError,
    WrongDocumentError, DocumentTakenError, PhonesTakenError (all of them are in the list already), ContactDataError.
    """
    check_may_import(acting_user)
    numbers = _numbers(phones)
    own = {_plain(key)[:80]: _plain(value)[:500] for key, value in (extra or {}).items() if _plain(key)}
    if len(own) > MOST_KEYS:
        raise ContactDataError
    with transaction.atomic():
        locked = ContactList.objects.select_for_update(no_key=True).filter(pk=contact_list.pk).first()
        if locked is None:
            raise GoneError
        free = _not_in(locked, numbers)
        contact = _insert(
            Contact(
                contact_list=locked,
                name=plain_line(name)[:150],
                document=_document(document),
                external_id=_plain(external_id)[:80],
                extra=own,
                next_attempt_at=now(),
            )
        )
        _insert_phones(contact, free)
        ContactList.objects.filter(pk=locked.pk).update(contact_count=F("contact_count") + 1)
        audit("contact.created", contact, acting_user=acting_user, list=locked.pk)
        changes = {"phones": [[], [number.e164 for number in free]]}
        contact_changed.send(
            sender=Contact, schema=active_schema(), contact=contact, changes=changes, acting_user=acting_user
        )
    return contact


def _numbers(phones: Sequence[str]) -> list[PhoneNumber]:
    found: dict[str, PhoneNumber] = {}
    for typed in phones:
        parsed = parse_phone(typed.replace("\x00", ""))
        if not isinstance(parsed, PhoneNumber) or parsed.kind not in DIALED_KINDS:
            raise WrongPhoneError(phone=typed[:30])
        found.setdefault(parsed.e164, parsed)
    if not 1 <= len(found) <= MAX_PHONES:
        raise WrongPhoneError(phone="–")
    return list(found.values())


def _not_in(contact_list: ContactList, numbers: list[PhoneNumber]) -> list[PhoneNumber]:
    """A number is once in a list: as in imports, whoever had it first keeps it. Needs the list's lock."""
    wanted = [number.e164 for number in numbers]
    taken = set(
        Phone.objects.filter(e164__in=wanted, contact__contact_list=contact_list).values_list("e164", flat=True)
    )
    free = [number for number in numbers if number.e164 not in taken]
    if not free:
        raise PhonesTakenError
    return free


def _insert(contact: Contact) -> Contact:
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        if "contact_document_once_a_list" in str(error):
            raise DocumentTakenError from error
        raise
    return contact


def _insert_phones(contact: Contact, numbers: list[PhoneNumber]) -> None:
    wanted = [number.e164 for number in numbers]
    suppressed = set(SuppressedNumber.objects.filter(e164__in=wanted).values_list("e164", flat=True))
    Phone.objects.bulk_create(
        Phone(
            contact=contact,
            e164=number.e164,
            kind=number.kind.value,
            position=position,
            state=PhoneState.SUPPRESSED if number.e164 in suppressed else PhoneState.USABLE,
            ninth_digit_added=number.ninth_digit_added,
        )
        for position, number in enumerate(numbers)
    )


def _document(typed: str) -> str:
    if not typed.strip():
        return ""
    parsed = parse_document(typed)
    if not isinstance(parsed, Document):
        raise WrongDocumentError
    return parsed.value


def _plain(text: str) -> str:
    return plain_text(text).strip()
