"""Dialing one customer for one operator: manual calls, previewed contacts, operators' own callbacks.

Under the checks of the dialer: the campaign runs, the number may be called and has a price, the company's and the
node's limits have room. The operator must be free, and is offered nobody else from then on (RINGING). Whatever dies
after the commit is healed as with the dialer's own calls: calls.sweep gives the contact back, and frees the operator.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from agents.choices import OperatorState
from agents.exceptions import NoShiftError, NotAssignedError, WrongStateError
from agents.models import Operator, OperatorSession
from agents.moves import Move, locked_sessions, record, shift_of
from agents.states import dial
from billing.decks import deck_for
from calls import live as calls_live
from calls.choices import DialingMode
from calls.models import Call
from campaigns.call_variables import call_variables
from campaigns.choices import CampaignState
from campaigns.exceptions import (
    CampaignNotRunningError,
    ContactBusyError,
    DoNotCallError,
    LimitReachedError,
    NoRateError,
    UnknownPhoneError,
)
from campaigns.lines import Line, line_for
from campaigns.models import Campaign
from campaigns.reserve import reserve_starts
from common.clock import to_us
from contacts.choices import ContactState, PhoneState
from contacts.models import Contact, Phone, SuppressedNumber
from live.redis import client
from telephony.bus.commands import Originate
from telephony.commands import send_dial, unrepeating_client
from telephony.queues import queue_of
from tenants.active import active_schema
from tenants.models import Company
from tenants.selectors import company_for

log = logging.getLogger(__name__)


def check_campaign(campaign_id: int) -> Campaign:
    """Give the campaign, share-locked: a pause that is committed is seen. Raises CampaignNotRunningError."""
    rows = Campaign.objects.raw("SELECT * FROM campaigns_campaign WHERE id = %s FOR SHARE", [campaign_id])
    campaign = next(iter(rows), None)
    if campaign is None or campaign.state != CampaignState.RUNNING:
        raise CampaignNotRunningError
    return campaign


def check_number(number: str, kind: str) -> None:
    """Raise DoNotCallError or NoRateError for a number that may not be called, or that nobody could bill."""
    if SuppressedNumber.objects.filter(e164=number).exists():
        raise DoNotCallError
    if deck_for(active_schema()).rate_for(number, kind) is None:
        raise NoRateError


def dial_for(
    operator: Operator, campaign: Campaign, contact: Contact, phone: Phone, *, mode: DialingMode, now: datetime
) -> Call:
    """Dial a contact's phone for an operator, after the commit; campaign and contact are locked by the caller.

    Raises NoShiftError, WrongStateError (he isn't free), NotAssignedError, SwitchAwayError, ContactBusyError,
    UnknownPhoneError, DoNotCallError, NoRateError, LimitReachedError, and what `line_for` raises.
    """
    if contact.state == ContactState.DIALING:
        raise ContactBusyError
    if phone.contact_id != contact.pk or phone.state != PhoneState.USABLE:
        raise DoNotCallError if phone.state == PhoneState.SUPPRESSED else UnknownPhoneError
    check_number(phone.e164, phone.kind)
    session = _free_session(operator, campaign)
    schema = active_schema()
    company = company_for(schema)
    reserve_channel(company, now)
    line = line_for(campaign, phone.e164, now, node=session.node)
    call = _write_call(campaign, contact, phone, session, line, mode=mode, now=now)
    record([Move(session, dial(shift_of(session), call.pk), now)])
    originate = _originate(schema, campaign, call, operator)
    transaction.on_commit(lambda: _send(schema, call, originate))
    return call


def _free_session(operator: Operator, campaign: Campaign) -> OperatorSession:
    session = locked_sessions(operator=operator).first()
    if session is None:
        raise NoShiftError
    if campaign.pk not in session.campaign_ids:
        raise NotAssignedError
    if session.state != OperatorState.FREE:
        raise WrongStateError
    return session


def reserve_channel(company: Company, now: datetime) -> None:
    """Take a channel and a start of this second, within the company's limits; `line_for` keeps the others.

    Raises LimitReachedError.
    """
    redis, schema = client(), str(company.schema_name)
    campaigns = sorted(calls_live.read_campaigns(redis, schema))
    open_calls = sum(one.open for one in calls_live.read(redis, [(schema, pk) for pk in campaigns]))
    if open_calls >= company.max_channels:
        raise LimitReachedError
    if not reserve_starts(redis, [(schema, 1, company.max_cps)], to_us(now) // 1_000_000)[0]:
        raise LimitReachedError


def _write_call(
    campaign: Campaign,
    contact: Contact,
    phone: Phone,
    session: OperatorSession,
    line: Line,
    *,
    mode: DialingMode,
    now: datetime,
) -> Call:
    call = Call(
        campaign_id=campaign.pk,
        contact_list_id=contact.contact_list_id,
        contact_id=contact.pk,
        phone_id=phone.pk,
        number=phone.e164,
        kind=phone.kind,
        node=session.node,
        trunk=line.trunk,
        caller_id=line.caller_id,
        mode=mode,
        attempt=contact.attempts + 1,
        operator_id=session.operator_id,
        created_at=now,
        deadline_at=now + timedelta(seconds=settings.COMMAND_LIFETIME_S),
    )
    call.save(force_insert=True)
    contact.state, contact.current_call_id = ContactState.DIALING, call.pk
    contact.save(update_fields=["state", "current_call_id"])
    return call


def _originate(schema: str, campaign: Campaign, call: Call, operator: Operator) -> Originate:
    # His own ear tells a machine from a person, and he waits for the answer: nothing is detected before he hears it.
    variables = {name: value for name, value in call_variables(campaign, call).items() if not name.startswith("AMD")}
    return Originate(
        call_id=str(call.pk),
        schema=schema,
        campaign_id=campaign.pk,
        number=call.number,
        trunk=call.trunk,
        caller_id=call.caller_id,
        queue=queue_of(schema, campaign.pk),
        ring_timeout_s=campaign.ring_timeout_s,
        issued_us=to_us(call.created_at),
        deadline_us=to_us(call.deadline_at),
        context="direct",
        operator=operator.extension,
        variables=variables,
    )


def _send(schema: str, call: Call, originate: Originate) -> None:
    with unrepeating_client().pipeline(transaction=True) as pipe:
        calls_live.add_launched(pipe, schema, call.campaign_id, [(str(call.pk), to_us(call.created_at))])
        send_dial(pipe, call.node, [originate])
        pipe.execute()
