"""Correcting a contact by hand, as an operator does who has him on the line. Active schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from common.documents import Document, parse_document
from common.plain import plain_line, plain_text
from contacts.exceptions import ContactDataError, DocumentTakenError, WrongDocumentError
from contacts.models import Contact
from contacts.signals import contact_changed
from tenants.active import active_schema

MOST_KEYS = 60
_EMAIL_NAMES = ("email", "e-mail", "e_mail")


def do_edit_contact(
    contact: Contact,
    *,
    name: str | None = None,
    document: str | None = None,
    email: str | None = None,
    extra: Mapping[str, str] | None = None,
    acting_user: User | None,
) -> Contact:
    """Change what is given, and say in the audit trail what it was. ``extra``: own columns by their headers.

    Phones stay: they are dialed by, and belong to the list. Raises NotAllowedError, WrongDocumentError,
    DocumentTakenError, ContactDataError.
    """
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, Role.OPERATOR, scope=Scope.CONTACTS_WRITE)
    with transaction.atomic():
        locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
        before = _values(locked)
        if name is not None:
            locked.name = plain_line(name)[:150]
        if document is not None:
            locked.document = _document(locked, document)
        own = dict(extra or {})
        if email is not None:
            own[_email_key(locked)] = email
        if own:
            locked.extra = _merged(locked.extra, own)
        changes = {key: [before.get(key), value] for key, value in _values(locked).items() if before.get(key) != value}
        if changes:
            _save(locked)
            audit("contact.changed", locked, acting_user=acting_user, changes=changes)
            contact_changed.send(
                sender=Contact, schema=active_schema(), contact=locked, changes=changes, acting_user=acting_user
            )
    return locked


def _save(contact: Contact) -> None:
    try:
        with transaction.atomic():
            contact.save(update_fields=["name", "document", "extra"])
    except IntegrityError as error:  # another contact of the list got this document in this moment
        if "contact_document_once_a_list" in str(error):
            raise DocumentTakenError from error
        raise


def _document(contact: Contact, typed: str) -> str:
    if not typed.strip():
        return ""
    parsed = parse_document(typed)
    if not isinstance(parsed, Document):
        raise WrongDocumentError
    others = Contact.objects.filter(contact_list_id=contact.contact_list_id, document=parsed.value)
    if others.exclude(pk=contact.pk).exists():
        raise DocumentTakenError
    return parsed.value


def _merged(extra: dict[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    merged = extra | {_plain(key)[:80]: _plain(value)[:500] for key, value in own.items() if _plain(key)}
    if len(merged) > MOST_KEYS:
        raise ContactDataError
    return merged


def _email_key(contact: Contact) -> str:
    return next((key for key in contact.extra if key.strip().lower() in _EMAIL_NAMES), "email")


def _values(contact: Contact) -> dict[str, Any]:
    return {"name": contact.name, "document": contact.document, **{f"extra.{k}": v for k, v in contact.extra.items()}}


def _plain(text: str) -> str:
    return plain_text(text).strip()
