"""Numbers that a company must not call again: in every list, and in every list to come."""

from __future__ import annotations

from django.db import transaction

from contacts.choices import PhoneState
from contacts.models import Phone, SuppressedNumber


def suppress_number(e164: str) -> int:
    """Never call a number again, in the active schema. Gives how many phones of contacts it was. Idempotent.

    A contact without another phone is exhausted when its turn comes (campaigns.claim). Imports refuse the number.
    """
    with transaction.atomic():
        SuppressedNumber.objects.get_or_create(e164=e164)
        return Phone.objects.filter(e164=e164).exclude(state=PhoneState.SUPPRESSED).update(state=PhoneState.SUPPRESSED)
