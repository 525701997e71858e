"""Preview dialing: the operator sees the contact first, then dials, or passes on. Active schema.

Whoever is in front of an operator is kept from everybody else by ``next_attempt_at``, which lies behind the time that
he may look; after it the contact is simply there again. A promised call is held in Redis (campaigns.preview_keys).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit import record as audit
from accounts.models import User
from agents.actions import check_own
from agents.exceptions import NoShiftError, NotAssignedError, WrongStateError
from agents.models import Operator, OperatorSession
from agents.news import tell_desk
from calls.choices import DialingMode
from calls.models import Call
from campaigns import callbacks, preview_keys
from campaigns.choices import CallbackState, Dialing
from campaigns.claim import lock_due
from campaigns.direct import check_campaign, dial_for
from campaigns.exceptions import NobodyLeftError, NoPreviewError, NotPreviewError, UnknownPhoneError
from campaigns.models import Callback, Campaign
from campaigns.preview_keys import Previewed
from campaigns.selection import PhoneFacts, choose_phone
from common.clock import now as clock_now
from common.clock import to_us
from contacts.choices import ContactState, PhoneState
from contacts.models import Contact, Phone
from tenants.active import active_schema

LOOKS_S = 120
"""How long a contact is kept for the operator who looks at him."""
_SKIPPED_FOR = timedelta(minutes=60)
"""How long a contact rests whom an operator skips, and how long a promised call is left to the others."""
_PUT_BACK_S = 60
_MOST_TRIES = 20


def do_next(operator: Operator, campaign_id: int, *, acting_user: User, now: datetime | None = None) -> Previewed:
    """Put the campaign's next contact in front of the operator: a callback that is due first. Another goes back.

    Raises CampaignNotRunningError, NotPreviewError, NoShiftError, NotAssignedError, WrongStateError (on a call),
    NobodyLeftError, redis.RedisError.
    """
    check_own(operator, acting_user)
    at = now or clock_now()
    with transaction.atomic():
        campaign = check_campaign(campaign_id)
        _check_shift(operator, campaign)
        _put_back(operator, at)
        found = _due_callback(campaign, operator, at) or _next_contact(campaign, at)
        if found is None:
            raise NobodyLeftError
        contact, callback = found
        until = at + timedelta(seconds=LOOKS_S)
        if callback is None:
            contact.next_attempt_at = max(contact.next_attempt_at, until)
            contact.save(update_fields=["next_attempt_at"])
        previewed = Previewed(campaign.pk, contact.pk, to_us(until), callback.pk if callback else None)
        schema = active_schema()
        transaction.on_commit(lambda: preview_keys.put(schema, operator.pk, previewed, seconds=LOOKS_S))
    return previewed


def do_dial(operator: Operator, phone_id: int | None = None, *, acting_user: User, now: datetime | None = None) -> Call:
    """Dial the contact in front of the operator, by this phone or by the one whose turn it is.

    Raises NoPreviewError, UnknownPhoneError, and as campaigns.direct.
    """
    check_own(operator, acting_user)
    at, schema = now or clock_now(), active_schema()
    previewed = preview_keys.read(schema, operator.pk)
    if previewed is None or previewed.until_us <= to_us(at):
        raise NoPreviewError
    with transaction.atomic():
        campaign = check_campaign(previewed.campaign_id)
        contact = Contact.objects.select_for_update(no_key=True).filter(pk=previewed.contact_id).first()
        if contact is None:
            raise NoPreviewError
        callback = _locked_callback(previewed.callback_id)
        phone = _phone(contact, phone_id, callback)
        call = dial_for(operator, campaign, contact, phone, mode=DialingMode.PREVIEW, now=at)
        if callback is not None:
            callbacks.offer([callback], [call])
        transaction.on_commit(lambda: _forget(schema, operator.pk, previewed))
    return call


def do_skip(
    operator: Operator,
    reason: str,
    *,
    again_at: datetime | None = None,
    acting_user: User,
    now: datetime | None = None,
) -> None:
    """Pass on the contact in front of the operator; he comes again at ``again_at``, or after an hour.

    A promised call that isn't moved stays due: whoever asks next is given it, a colleague before this operator.
    Raises NoPreviewError, CallbackTimeError.
    """
    check_own(operator, acting_user)
    at, schema = now or clock_now(), active_schema()
    if again_at is not None:
        callbacks.check_time(again_at, at)
    previewed = preview_keys.take(schema, operator.pk)
    if previewed is None:
        raise NoPreviewError
    with transaction.atomic():
        contact = Contact.objects.select_for_update(no_key=True).filter(pk=previewed.contact_id).first()
        if previewed.callback_id is None and contact is not None and contact.state == ContactState.READY:
            contact.next_attempt_at = again_at or at + _SKIPPED_FOR
            contact.save(update_fields=["next_attempt_at"])
        if contact is not None:
            reason = reason.replace("\x00", "")[:200]
            audit("preview.skipped", contact, acting_user=acting_user, campaign=previewed.campaign_id, reason=reason)
        callback = _locked_callback(previewed.callback_id)
        if callback is not None:
            _leave(callback, operator, again_at, acting_user, at)
        tell_desk(operator.user_id, "preview")


def _leave(callback: Callback, operator: Operator, again_at: datetime | None, acting_user: User, at: datetime) -> None:
    schema, seconds = active_schema(), int(_SKIPPED_FOR.total_seconds())
    if again_at is not None:
        callbacks.put_off(callback, again_at, acting_user=acting_user)
        preview_keys.let_go(schema, callback.pk)
        return
    callbacks.leave_to_anyone(callback)
    preview_keys.pass_on(schema, operator.pk, callback.pk, now_us=to_us(at), seconds=seconds)


def _check_shift(operator: Operator, campaign: Campaign) -> None:
    if campaign.dialing != Dialing.PREVIEW:
        raise NotPreviewError
    session = OperatorSession.objects.filter(operator=operator, ended_at__isnull=True).first()
    if session is None:
        raise NoShiftError
    if campaign.pk not in session.campaign_ids:
        raise NotAssignedError
    if session.state not in {"free", "paused", "wrap_up"}:
        raise WrongStateError


def _put_back(operator: Operator, at: datetime) -> None:
    """Let go of whoever was in front of the operator until now."""
    schema = active_schema()
    previewed = preview_keys.take(schema, operator.pk)
    if previewed is None:
        return
    if previewed.callback_id is not None:
        preview_keys.pass_on(schema, operator.pk, previewed.callback_id, now_us=to_us(at), seconds=_PUT_BACK_S)
    else:
        Contact.objects.filter(pk=previewed.contact_id, state=ContactState.READY, next_attempt_at__gt=at).update(
            next_attempt_at=at + timedelta(minutes=1)
        )


def _due_callback(campaign: Campaign, operator: Operator, at: datetime) -> tuple[Contact, Callback] | None:
    """Give the first promised call that is due and may be this operator's, with its contact locked."""
    due = (
        Callback.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(campaign=campaign, state=CallbackState.PENDING, due_at__lte=at)
        .exclude(operator__isnull=False, operator__in=Operator.objects.exclude(pk=operator.pk))
        .exclude(pk__in=preview_keys.passed_on(active_schema(), operator.pk, to_us(at)))
        .order_by("due_at", "id")
    )
    for callback in due[:_MOST_TRIES]:
        contact = (
            Contact.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(pk=callback.contact_id)
            .exclude(state=ContactState.DIALING)
            .first()
        )
        if contact is None:
            continue
        if preview_keys.hold(active_schema(), callback.pk, operator.pk, seconds=LOOKS_S):
            return contact, callback
    return None


def _next_contact(campaign: Campaign, at: datetime) -> tuple[Contact, None] | None:
    """Give the next contact who has a phone left, locked; those without are exhausted."""
    for _try in range(_MOST_TRIES):
        ids = lock_due(campaign, 1, at)
        if not ids:
            return None
        contact = Contact.objects.get(pk=ids[0])
        if contact.attempts < campaign.max_attempts and _usable(contact):
            return contact, None
        contact.state = ContactState.EXHAUSTED
        contact.save(update_fields=["state"])
    return None


def _phone(contact: Contact, phone_id: int | None, callback: Callback | None) -> Phone:
    usable = {phone.pk: phone for phone in _usable(contact)}
    wanted = phone_id or (callback.phone_id if callback else None)
    if wanted is not None:
        if wanted not in usable:
            raise UnknownPhoneError
        return usable[wanted]
    chosen = choose_phone(
        PhoneFacts(phone.pk, phone.e164, phone.kind, phone.position, phone.attempts) for phone in usable.values()
    )
    if chosen is None:
        raise UnknownPhoneError
    return usable[chosen.id]


def _usable(contact: Contact) -> list[Phone]:
    return list(contact.phones.filter(state=PhoneState.USABLE))


def _locked_callback(callback_id: int | None) -> Callback | None:
    if callback_id is None:
        return None
    return Callback.objects.select_for_update().filter(pk=callback_id, state=CallbackState.PENDING).first()


def _forget(schema: str, operator_id: int, previewed: Previewed) -> None:
    preview_keys.take(schema, operator_id)
    if previewed.callback_id is not None:
        preview_keys.let_go(schema, previewed.callback_id)
