"""Contacts who came to a campaign otherwise than by a file: those who called, and numbers dialed by hand.

They are kept in lists of the campaign's own, so that they have a card, a history and a disposition like everybody. The
dialer doesn't call them by itself: they are born done, unless a disposition or a callback says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import F, Q

from calls.choices import Outcome
from calls.models import Call
from campaigns.models import Campaign, CampaignList
from common.clock import now
from contacts.choices import ContactState, PhoneKind, PhoneState
from contacts.models import Contact, ContactList, Phone

# Data, not user interface: stored in Portuguese. The names say what the lists are; nothing renames lists.
INBOUND = "Ligações recebidas"
MANUAL = "Discagem manual"
WITHHELD = "Número não identificado"


def contact_for(campaign: Campaign, number: str, kind: str, list_name: str) -> tuple[Contact, Phone]:
    """Find who of the campaign's lists has this number, the last called first, or make him; both rows locked.

    ``number``: E.164. To be called within a transaction.
    """
    phones = Phone.objects.filter(e164=number, contact__contact_list__campaign_list__campaign=campaign)
    phone = phones.order_by(F("last_attempt_at").desc(nulls_last=True), "-contact_id").first()
    if phone is None:
        contact = _make(campaign, list_name, name="")
        phone = Phone.objects.create(contact=contact, e164=number, kind=kind, position=0, state=PhoneState.USABLE)
        return contact, phone
    contact = Contact.objects.select_for_update(no_key=True).get(pk=phone.contact_id)
    return contact, phone


def withheld_contact(campaign: Campaign) -> Contact:
    """Make a contact for somebody who calls without his number.

    One for each call: who he is nobody knows, so what is written down of him is never shown with the next.
    """
    return _make(campaign, INBOUND, name=WITHHELD)


def at_rest(contact_ids: Iterable[int]) -> set[int]:
    """Give those of the contacts whom the dialer leaves alone: of such lists, or spoken to with a final result."""
    ids = list(contact_ids)
    if not ids:
        return set()
    of_ours = Q(contact_list__name__startswith=f"{INBOUND} – ") | Q(contact_list__name__startswith=f"{MANUAL} – ")
    found = set(Contact.objects.filter(of_ours, pk__in=ids).values_list("pk", flat=True))
    others = [pk for pk in ids if pk not in found]
    if not others:
        return found
    spoken = Call.objects.filter(contact_id__in=others, outcome=Outcome.CONNECTED).select_related("disposition")
    last = spoken.order_by("contact_id", "-id").distinct("contact_id")
    return found | {call.contact_id for call in last if call.disposition is None or call.disposition.is_final}


def kind_of(number: str) -> str:
    """Give the destination class of a number in E.164 that a carrier told us."""
    if not number.startswith("+55"):
        return PhoneKind.INTERNATIONAL
    return PhoneKind.MOBILE if len(number) == 14 else PhoneKind.LANDLINE


def _make(campaign: Campaign, list_name: str, **values: str) -> Contact:
    contact_list = _list_of(campaign, list_name)
    contact = Contact.objects.create(
        contact_list=contact_list, state=ContactState.DONE, next_attempt_at=now(), **values
    )
    ContactList.objects.filter(pk=contact_list.pk).update(contact_count=F("contact_count") + 1)
    return contact


def _list_of(campaign: Campaign, name: str) -> ContactList:
    known = ContactList.objects.filter(campaign_list__campaign=campaign, name=_named(campaign, name)).first()
    if known is not None:
        return known
    with transaction.atomic(), connection.cursor() as cursor:
        # Two calls at once make one list. Named lock, released at commit.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [name, campaign.pk % 2_147_483_647])
        known = ContactList.objects.filter(campaign_list__campaign=campaign, name=_named(campaign, name)).first()
        if known is None:
            known = ContactList.objects.create(name=_named(campaign, name))
            last = campaign.campaign_lists.order_by("-position").values_list("position", flat=True).first()
            CampaignList.objects.create(campaign=campaign, contact_list=known, position=(last or 0) + 1)
    return known


def _named(campaign: Campaign, name: str) -> str:
    return f"{name} – {campaign.name}"[:120]
