"""Calls that come in to a company's number: each gets its row, with whoever of the campaign has the caller's number."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from calls.choices import DialingMode, Direction
from calls.models import Call
from campaigns.extra_lists import INBOUND, contact_for, kind_of, withheld_contact
from campaigns.models import Campaign
from common.clock import from_us
from common.phone import PhoneNumber, parse_phone
from contacts.choices import ContactState
from contacts.models import Contact, Phone
from telephony.bus.events import CallArrived

log = logging.getLogger(__name__)


def note_arrival(sender: Any, *, schema: str, event: CallArrived, **kwargs: Any) -> None:
    """Receiver of calls.signals.call_arrived, inside the transaction of the consumer of calls.

    While he is on the line the dialer doesn't call him. He spends no attempt, and costs the company nothing.
    """
    campaign = Campaign.objects.filter(pk=event.campaign_id).first()
    if campaign is None:
        log.error("%s: a call came in for campaign %s, which is gone", schema, event.campaign_id)
        return
    contact, phone = _who(campaign, event.number)
    at = from_us(event.at_us)
    call = Call.objects.create(
        id=UUID(event.call_id),
        campaign_id=campaign.pk,
        contact_list_id=contact.contact_list_id,
        contact_id=contact.pk,
        phone_id=phone.pk if phone else 0,
        number=phone.e164 if phone else "",
        kind=phone.kind if phone else "",
        node=event.node,
        trunk=event.trunk,
        caller_id=event.dialed[:16],
        direction=Direction.IN,
        mode=DialingMode.INBOUND,
        attempt=contact.attempts,
        created_at=at,
        dialed_at=at,
        deadline_at=at + timedelta(hours=24),
        state="dialing",
    )
    if phone is not None and contact.state != ContactState.DIALING:
        contact.state, contact.current_call_id = ContactState.DIALING, call.pk
        contact.save(update_fields=["state", "current_call_id"])


def _who(campaign: Campaign, number: str) -> tuple[Contact, Phone | None]:
    parsed = parse_phone(number) if number else None
    e164 = parsed.e164 if isinstance(parsed, PhoneNumber) else number
    digits = e164[1:]
    if not (e164.startswith("+") and digits.isascii() and digits.isdecimal() and len(e164) <= 16):
        return withheld_contact(campaign), None
    return contact_for(campaign, e164, kind_of(e164), INBOUND)
