"""An operator says what his conversation came to, with all that belongs to it, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agents.models import Operator, OperatorSession
from agents.news import tell_desk
from calls.actions import do_set_disposition
from calls.exceptions import UnknownDispositionError
from calls.models import Call, Disposition
from campaigns import script
from campaigns.callbacks import do_schedule
from campaigns.exceptions import UnknownPhoneError
from campaigns.models import Campaign
from contacts.editing import do_edit_contact
from contacts.models import Contact
from desk.exceptions import FieldsMissingError, NoCallError

_EMAIL = frozenset({"email", "e_mail"})
"""How a required field may name the e-mail (campaigns.script.normal)."""


@dataclass(frozen=True, slots=True)
class PromisedCall:
    """``mine``: by this operator. ``phone_id`` None: whichever phone is next."""

    due_at: datetime
    mine: bool
    phone_id: int | None = None
    note: str = ""


def do_dispose(
    operator: Operator,
    code: str,
    *,
    note: str = "",
    fields: Mapping[str, str] | None = None,
    callback: PromisedCall | None = None,
    acting_user: User,
) -> Call:
    """Set the disposition of the call that the operator is on or wraps up; may be said anew until wrap-up ends.

    ``fields``: what is to be corrected on the contact's card: name, document, email, or a column of the list.
    Raises NoCallError, UnknownDispositionError, FieldsMissingError, and what calls.actions.do_set_disposition,
    contacts.editing.do_edit_contact and campaigns.callbacks.do_schedule raise.
    """
    with transaction.atomic():
        call = present_call(operator)
        disposition = Disposition.objects.filter(code=code, is_active=True).first()
        if disposition is None:
            raise UnknownDispositionError
        contact = Contact.objects.filter(pk=call.contact_id).first()
        given = {script.normal(name): value.strip() for name, value in (fields or {}).items()}
        check_complete(disposition, contact, note=note, given=given, has_callback=callback is not None)
        call = do_set_disposition(call, code, note=note.replace("\x00", ""), acting_user=acting_user)
        if contact is not None and fields:
            edit_contact(contact, fields, acting_user=acting_user)
        if contact is not None and callback is not None:
            _promise(call, contact, operator, callback, acting_user)
        tell_desk(operator.user_id, "call")
    return call


def present_call(operator: Operator) -> Call:
    """Give the call that the operator is on or wraps up. Raises NoCallError."""
    call_id = (
        OperatorSession.objects.filter(operator=operator, ended_at__isnull=True)
        .values_list("call_id", flat=True)
        .first()
    )
    call = Call.objects.filter(pk=call_id).first() if call_id else None
    if call is None:
        raise NoCallError
    return call


def check_complete(
    disposition: Disposition,
    contact: Contact | None,
    *,
    note: str,
    given: Mapping[str, str],
    has_callback: bool,
) -> None:
    """Raise FieldsMissingError naming every field that the disposition asks for and that nobody has filled in.

    ``given``: by their normal names.
    """
    missing: dict[str, list[str]] = {}
    for name in disposition.required_fields:
        if not _value(script.normal(name), contact, note, given):
            missing[name] = [_("Fill this in for “%(name)s”.") % {"name": disposition.name}]
    if disposition.schedules_callback and not has_callback:
        missing["callback"] = [_("Say when to call back.")]
    if missing:
        raise FieldsMissingError(missing)


def edit_contact(contact: Contact, fields: Mapping[str, str], *, acting_user: User) -> Contact:
    """Correct a contact by the desk's names of fields; others are columns of the list, by whatever spelling."""
    columns = {script.normal(key): key for key in contact.extra}
    own: dict[str, str] = {}
    known: dict[str, str | None] = {"name": None, "document": None, "email": None}
    for name, value in fields.items():
        if name in known:
            known[name] = value
        elif script.normal(name) not in {"note", "callback"}:
            own[columns.get(script.normal(name), name)] = value
    return do_edit_contact(
        contact,
        name=known["name"],
        document=known["document"],
        email=known["email"],
        extra=own,
        acting_user=acting_user,
    )


def _value(name: str, contact: Contact | None, note: str, given: Mapping[str, str]) -> str:
    if name == "note":
        return note.strip()
    if name in given:
        return given[name]
    if contact is None:
        return ""
    if name in {"name", "document"}:
        return str(getattr(contact, name))
    columns = {script.normal(key): str(value).strip() for key, value in contact.extra.items()}
    if name in _EMAIL:
        return columns.get("email") or columns.get("e_mail") or ""
    return columns.get(name, "")


def _promise(call: Call, contact: Contact, operator: Operator, callback: PromisedCall, acting_user: User) -> None:
    phone = contact.phones.filter(pk=callback.phone_id).first() if callback.phone_id is not None else None
    if callback.phone_id is not None and phone is None:
        raise UnknownPhoneError
    do_schedule(
        campaign=Campaign.objects.get(pk=call.campaign_id),
        contact=contact,
        due_at=callback.due_at,
        operator=operator if callback.mine else None,
        phone=phone,
        note=callback.note.replace("\x00", ""),
        promised_in=call.pk,
        acting_user=acting_user,
    )
