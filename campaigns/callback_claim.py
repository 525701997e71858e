"""Promised calls that are due, taken for dialing. Active schema, within a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.choices import CallbackState
from campaigns.models import Callback, Campaign
from campaigns.selection import PhoneFacts, choose_phone
from contacts.choices import ContactState, PhoneState
from contacts.models import Contact, Phone


@dataclass(frozen=True, slots=True)
class Promised:
    """A callback with its contact, both locked, and the phone to dial."""

    callback: Callback
    contact: Contact
    phone: PhoneFacts


def take_promised(campaign: Campaign, wanted: int, now: datetime) -> list[Promised]:
    """Lock up to ``wanted`` callbacks for anyone that are due, the longest due first.

    Neither the attempts' limit nor the rest after the last call holds a promise up; no phone left: it is missed.
    """
    due = Callback.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        campaign=campaign, state=CallbackState.PENDING, operator__isnull=True, due_at__lte=now
    )
    return with_phones(list(due.order_by("due_at", "id")[:wanted]))


def with_phones(callbacks: Sequence[Callback]) -> list[Promised]:
    """Lock the contacts of locked callbacks and choose their phones; those being called now are left out."""
    if not callbacks:
        return []
    rows = Contact.objects.select_for_update(skip_locked=True, no_key=True).exclude(state=ContactState.DIALING)
    contacts = {one.pk: one for one in rows.filter(pk__in=[callback.contact_id for callback in callbacks])}
    phones = list(Phone.objects.filter(contact_id__in=contacts, state=PhoneState.USABLE))
    found = []
    for callback in callbacks:
        contact = contacts.get(callback.contact_id)
        if contact is None:
            continue
        own = [one for one in phones if one.contact_id == contact.pk]
        agreed = [one for one in own if one.pk == callback.phone_id]
        phone = choose_phone(
            PhoneFacts(one.pk, one.e164, one.kind, one.position, one.attempts) for one in agreed or own
        )
        if phone is None:
            Callback.objects.filter(pk=callback.pk).update(state=CallbackState.MISSED)
            continue
        found.append(Promised(callback, contact, phone))
    return found
