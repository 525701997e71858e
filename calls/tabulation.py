"""What comes with a disposition: the fields it asks for, the customer's card as it was corrected, a promised call.

In the company's schema. Whoever says the disposition, by whatever path, calls.actions.do_set_disposition holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from calls.exceptions import FieldsMissingError
from calls.models import Call, Disposition
from common.columns import normal
from contacts.editing import do_edit_contact
from contacts.models import Contact

_EMAIL = frozenset({"email", "e_mail"})
"""How a required field may name the e-mail (common.columns.normal)."""


@dataclass(frozen=True, slots=True)
class PromisedCall:
    """``mine``: by the operator who promises it. ``phone_id`` None: whichever phone is next."""

    due_at: datetime
    mine: bool
    phone_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tabulation:
    """``fields``: what is to be corrected on the contact's card: name, document, email, or a column of the list."""

    code: str
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    callback: PromisedCall | None = None


def check_complete(call: Call, disposition: Disposition, contact: Contact | None, said: Tabulation) -> None:
    """Raise FieldsMissingError naming every field that the disposition asks for and that nobody has filled in.

    A callback is promised once: the same disposition said again, with another note, needs no second one.
    """
    given = {normal(name): value.strip() for name, value in said.fields.items()}
    missing = [
        name for name in disposition.required_fields if not _value(normal(name), contact, said.note.strip(), given)
    ]
    promised = said.callback is not None or call.disposition_id == disposition.pk
    if disposition.schedules_callback and not promised:
        missing.append("callback")
    if missing:
        raise FieldsMissingError(
            {name: [_sentence(name, disposition)] for name in missing},
            disposition=disposition.name,
            missing=", ".join(field_words(name) for name in missing),
        )


def edit_card(contact: Contact, fields: Mapping[str, str], *, acting_user: User | None) -> Contact:
    """Correct a contact by the desk's names of fields; others are columns of the list, by whatever spelling."""
    columns = {normal(key): key for key in contact.extra}
    own: dict[str, str] = {}
    known: dict[str, str | None] = {"name": None, "document": None, "email": None}
    for name, value in fields.items():
        if name in known:
            known[name] = value
        elif normal(name) not in {"note", "callback"}:
            own[columns.get(normal(name), name)] = value
    return do_edit_contact(
        contact,
        name=known["name"],
        document=known["document"],
        email=known["email"],
        extra=own,
        acting_user=acting_user,
    )


def field_words(name: str) -> str:
    """Say a field's name in the active language; a column of the list by its header."""
    words = {
        "note": _("Note"),
        "name": _("Name"),
        "document": _("CPF or CNPJ"),
        "email": _("E-mail"),
        "e_mail": _("E-mail"),
        "callback": _("When to call back"),
    }
    return words.get(normal(name), name)


def _sentence(name: str, disposition: Disposition) -> str:
    if name == "callback":
        return _("Say when to call back.")
    return _("Fill in “%(field)s”: “%(name)s” asks for it.") % {"field": field_words(name), "name": disposition.name}


def _value(name: str, contact: Contact | None, note: str, given: Mapping[str, str]) -> str:
    if name == "note":
        return note
    if name in given:
        return given[name]
    if contact is None:
        return ""
    if name in {"name", "document"}:
        return str(getattr(contact, name))
    columns = {normal(key): str(value).strip() for key, value in contact.extra.items()}
    if name in _EMAIL:
        return columns.get("email") or columns.get("e_mail") or ""
    return columns.get(name, "")
