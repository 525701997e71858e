"""Numbers that a company must not call again: in every list, and in every list to come."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from contacts.choices import ContactState, PhoneState
from contacts.models import Contact, Phone, SuppressedNumber
from contacts.signals import contact_changed
from tenants.active import active_schema


def do_suppress_contact(contact: Contact, *, acting_user: User | None) -> list[str]:
    """Never call any number of a contact again, in any list; give those that were not suppressed yet.

    He is exhausted at once, unless a call is up for him or he was done. Raises NotAllowedError.
    """
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, scope=Scope.CONTACTS_WRITE)
    with transaction.atomic():
        locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
        states = dict(locked.phones.exclude(state=PhoneState.SUPPRESSED).order_by("e164").values_list("e164", "state"))
        for number in states:
            suppress_number(number)
        if states:
            audit("contact.suppressed", locked, acting_user=acting_user, phones=list(states))
            changes = {f"phone.{number}": [state, PhoneState.SUPPRESSED.value] for number, state in states.items()}
            if locked.state == ContactState.READY:
                changes["state"] = [ContactState.READY.value, ContactState.EXHAUSTED.value]
                locked.state = ContactState.EXHAUSTED
                locked.save(update_fields=["state"])
            contact_changed.send(
                sender=Contact, schema=active_schema(), contact=locked, changes=changes, acting_user=acting_user
            )
    return list(states)


def suppress_number(e164: str) -> int:
    """Never call a number again, in the active schema. Gives how many phones of contacts it was. Idempotent.

    A contact without another phone is exhausted when its turn comes (campaigns.claim). Imports refuse the number.
    """
    with transaction.atomic():
        SuppressedNumber.objects.get_or_create(e164=e164)
        return Phone.objects.filter(e164=e164).exclude(state=PhoneState.SUPPRESSED).update(state=PhoneState.SUPPRESSED)
