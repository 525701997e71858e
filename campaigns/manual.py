"""Numbers that operators dial by hand, in campaigns that allow it. Active schema."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.audit import record as audit
from accounts.models import User
from agents.actions import check_own
from agents.models import Operator
from calls.choices import DialingMode
from calls.models import Call
from campaigns import callbacks
from campaigns.choices import Dialing
from campaigns.direct import check_campaign, check_number, dial_for
from campaigns.exceptions import ManualNotAllowedError, NumberRefusedError
from campaigns.extra_lists import MANUAL, contact_for
from campaigns.models import Campaign
from common.clock import now as clock_now
from common.phone import NumberKind, PhoneFault, PhoneNumber, parse_phone
from contacts.labels import REASONS
from contacts.mailing.reasons import RowReason

DIALABLE = (NumberKind.LANDLINE, NumberKind.MOBILE, NumberKind.INTERNATIONAL)


def do_dial_manually(
    operator: Operator, campaign_id: int, typed: str, *, acting_user: User, now: datetime | None = None
) -> Call:
    """Dial a number by hand for its operator. Somebody of the campaign's lists who has it is that contact.

    Raises ManualNotAllowedError, NumberRefusedError, and as campaigns.direct.
    """
    check_own(operator, acting_user)
    number, at = dialable(typed), now or clock_now()
    with transaction.atomic():
        campaign = check_campaign(campaign_id)
        check_allows(campaign)
        check_number(number.e164, number.kind)
        contact, phone = contact_for(campaign, number.e164, number.kind, MANUAL)
        call = dial_for(operator, campaign, contact, phone, mode=DialingMode.MANUAL, now=at)
        callbacks.keep_by_manual_call(contact, call)
        audit("call.dialed_manually", call, acting_user=acting_user, campaign=campaign.pk, number=number.e164)
    return call


def check_allows(campaign: Campaign) -> None:
    """Raise ManualNotAllowedError where numbers aren't dialed by hand."""
    if not campaign.allows_manual and campaign.dialing != Dialing.MANUAL:
        raise ManualNotAllowedError


def dialable(typed: str) -> PhoneNumber:
    """Read a number that may be dialed at all. Raises NumberRefusedError, saying why not."""
    parsed = parse_phone(typed)
    if isinstance(parsed, PhoneFault):
        known = {reason.value: str(label) for reason, label in REASONS.items()}
        raise NumberRefusedError(detail=known.get(parsed.value, known[RowReason.PHONE_NOT_A_NUMBER.value]))
    if parsed.kind not in DIALABLE:
        raise NumberRefusedError(detail=str(REASONS[RowReason.SERVICE_NUMBER]))
    return parsed
