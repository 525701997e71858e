"""Calls that were promised: made, moved, canceled, and followed until they are kept. Active schema.

A contact with an open callback is called for it alone (campaigns.claim leaves him out). One for anyone is dialed ahead
of the campaign's other contacts once it is due; one for its own operator waits for him to be free
(campaigns.callback_dialing), and goes to anyone when he hasn't come for long.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.exceptions import NotAllowedError
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from agents.models import Operator
from agents.news import tell_desk
from calls.choices import Outcome
from calls.models import Call
from calls.tabulation import PromisedCall
from campaigns import callback_keys
from campaigns.choices import CallbackState
from campaigns.exceptions import CallbackNotOpenError, CallbackTimeError, UnknownPhoneError
from campaigns.models import Callback, Campaign
from common.clock import now as clock_now
from common.clock import to_us
from common.ids import uuid7_floor
from contacts.choices import PhoneState
from contacts.models import Contact, Phone
from tenants.active import active_schema
from tenants.rounds import for_each
from tenants.selectors import active_schemas
from tenants.shards import shard_of
from tenants.written import Given

OPEN = (CallbackState.PENDING, CallbackState.OFFERED)
FARTHEST = timedelta(days=90)
MOST_TRIES = 5
"""Calls that reach nobody, until a promise counts as missed."""
GIVEN_UP_AFTER = timedelta(hours=24)
"""After its time, for one that nobody could make: the campaign rested, or nobody worked on it."""
_AGAIN_AFTER = timedelta(minutes=15)
_AFTER_REFUSAL = timedelta(seconds=30)
"""A call that the switch didn't make says nothing of the customer, and much of the next second."""


def open_callbacks_of(operator: Operator | Given) -> QuerySet[Callback]:
    """The operator's own open callbacks, the next first."""
    return (
        Callback.objects.filter(operator=operator, state__in=OPEN)
        .select_related("contact", "campaign", "phone")
        .order_by("due_at", "id")
    )


def check_time(due_at: datetime, now: datetime) -> None:
    """Raise CallbackTimeError for a time that is past, or farther away than anybody plans."""
    if not now - timedelta(minutes=1) <= due_at <= now + FARTHEST:
        raise CallbackTimeError


def do_schedule(
    *,
    campaign: Campaign,
    contact: Contact,
    due_at: datetime,
    operator: Operator | None,
    phone: Phone | None = None,
    note: str = "",
    promised_in: UUID | None = None,
    acting_user: User | None,
) -> Callback:
    """Promise a contact a call; one that was promised already is moved. ``operator`` None: anyone of the campaign.

    Raises NotAllowedError, CallbackTimeError, UnknownPhoneError.
    """
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, Role.OPERATOR, scope=Scope.CALLS_WRITE)
    check_time(due_at, clock_now())
    if phone is not None and (phone.contact_id != contact.pk or phone.state != PhoneState.USABLE):
        raise UnknownPhoneError
    values = {
        "due_at": due_at,
        "operator": operator,
        "phone": phone,
        "note": note[:500],
        "promised_in": promised_in,
        "state": CallbackState.PENDING,
        "call_id": None,
        "created_by": acting_user,
    }
    with transaction.atomic():
        Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)  # two at once make one
        callback, _made = Callback.objects.update_or_create(
            campaign=campaign, contact=contact, state__in=OPEN, defaults=values
        )
        audit("callback.scheduled", callback, acting_user=acting_user, contact=contact.pk, due_at=due_at.isoformat())
        _told([callback])
    return callback


def promise(call: Call, said: PromisedCall, *, acting_user: User | None) -> Callback | None:
    """Keep what was promised in a conversation; None where contact or campaign are gone. Raises as do_schedule.

    "Mine" is the operator's own who says it; a supervisor has no calls of his own, and leaves it to anyone.
    """
    contact = Contact.objects.filter(pk=call.contact_id).first()
    campaign = Campaign.objects.filter(pk=call.campaign_id).first()
    if contact is None or campaign is None:
        return None
    phone = contact.phones.filter(pk=said.phone_id).first() if said.phone_id is not None else None
    if said.phone_id is not None and phone is None:
        raise UnknownPhoneError
    return do_schedule(
        campaign=campaign,
        contact=contact,
        due_at=said.due_at,
        operator=Operator.objects.filter(user=acting_user).first() if said.mine else None,
        phone=phone,
        note=said.note.replace("\x00", ""),
        promised_in=call.pk,
        acting_user=acting_user,
    )


def do_reschedule(callback: Callback, due_at: datetime, *, mine: bool | None = None, acting_user: User) -> Callback:
    """Move an open callback; ``mine`` False gives it to anyone. Raises NotAllowedError, CallbackNotOpenError,
    CallbackTimeError."""
    check_time(due_at, clock_now())
    with transaction.atomic():
        locked = _locked(callback, acting_user)
        locked.due_at = due_at
        if mine is False:
            locked.operator = None
        locked.save(update_fields=["due_at", "operator"])
        audit("callback.moved", locked, acting_user=acting_user, due_at=due_at.isoformat())
        _told([locked], also=callback.operator)
    return locked


def put_off(callback: Callback, due_at: datetime, *, acting_user: User) -> None:
    """Move a locked callback that an operator has in front of him, whoever's it is."""
    callback.due_at = due_at
    callback.save(update_fields=["due_at"])
    audit("callback.moved", callback, acting_user=acting_user, due_at=due_at.isoformat())
    _told([callback])


def leave_to_anyone(callback: Callback) -> None:
    """Have a locked callback made by whoever comes first, when it is due."""
    owner, callback.operator = callback.operator, None
    callback.save(update_fields=["operator"])
    _told([callback], also=owner)


def do_cancel(callback: Callback, *, acting_user: User) -> Callback:
    """Take a promise back: the contact goes on as his campaign's rules say. Raises as do_reschedule."""
    with transaction.atomic():
        locked = _locked(callback, acting_user)
        locked.state = CallbackState.CANCELED
        locked.save(update_fields=["state"])
        audit("callback.canceled", locked, acting_user=acting_user)
        _told([locked])
    return locked


def do_assign(callback: Callback, operator: Operator | None, *, acting_user: User) -> Callback:
    """Give an open callback to an operator, or to anyone (None); supervisors do. Raises NotAllowedError,
    CallbackNotOpenError."""
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, scope=Scope.CALLS_WRITE)
    with transaction.atomic():
        locked = _locked(callback, acting_user)
        former, locked.operator = locked.operator, operator
        if former != operator:
            locked.save(update_fields=["operator"])
            audit("callback.assigned", locked, acting_user=acting_user, operator=operator.pk if operator else None)
            _told([locked], also=former)
    return locked


def offer(callbacks: Sequence[Callback], calls: Sequence[Call]) -> None:
    """Note that each of these locked callbacks is being called now, by the call at its place."""
    for callback, call in zip(callbacks, calls, strict=True):
        callback.state, callback.call_id = CallbackState.OFFERED, call.pk
        callback.save(update_fields=["state", "call_id"])
    _told(callbacks)


def settle(calls: Sequence[Call], now: datetime | None = None) -> None:
    """Calls are over: those that kept a promise close it, the others leave it for later, or have missed it."""
    by_id = {call.pk: call for call in calls}
    offered = Callback.objects.select_for_update().filter(state=CallbackState.OFFERED, call_id__in=list(by_id))
    settled = list(offered.order_by("pk"))
    for callback in settled:
        assert callback.call_id is not None
        call, at = by_id[callback.call_id], now or clock_now()
        if call.outcome == Outcome.CONNECTED:
            callback.state = CallbackState.DONE
        elif call.outcome == Outcome.NOT_DIALED:
            callback.state = CallbackState.PENDING
        elif _tries(callback, call) >= MOST_TRIES:
            callback.state = CallbackState.MISSED
        else:
            callback.state, callback.due_at = CallbackState.PENDING, at + _AGAIN_AFTER
        callback.save(update_fields=["state", "due_at"])
    if settled:
        _told(settled, not_before=(now or clock_now()) + _AFTER_REFUSAL)


def keep_by_manual_call(contact: Contact, call: Call) -> None:
    """A call made by hand to somebody who waits for one is that call."""
    waiting = Callback.objects.select_for_update().filter(contact=contact, state=CallbackState.PENDING)
    found = list(waiting.filter(campaign_id=call.campaign_id))
    if found:
        offer(found, [call])


def tidy(now: datetime) -> tuple[int, int]:
    """Give callbacks whose operator hasn't come to anyone, and close those that nobody could make; how many of each.

    Of somebody who is no operator any more nobody waits for the time.
    """
    with transaction.atomic():
        pending = Callback.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=CallbackState.PENDING)
        missed = list(pending.filter(due_at__lt=now - GIVEN_UP_AFTER))
        for callback in missed:
            callback.state = CallbackState.MISSED
            callback.save(update_fields=["state"])
        late = now - timedelta(minutes=settings.CALLBACK_FALLBACK_MINUTES)
        absent = Q(due_at__lt=late) | Q(operator__user__is_active=False) | ~Q(operator__user__role=Role.OPERATOR)
        owned = pending.filter(due_at__gte=now - GIVEN_UP_AFTER, operator__isnull=False).select_related("operator")
        waited = list(owned.filter(absent))
        owners = [callback.operator for callback in waited]
        for callback in waited:
            callback.operator = None
            callback.save(update_fields=["operator"])
        _told([*missed, *waited])
        for owner in owners:
            if owner is not None:
                tell_desk(owner.user_id, "callback")
    return len(waited), len(missed)


def reconcile_shard(shard: int) -> None:
    """Tidy the callbacks of the shard's companies and make Redis know them. Raises redis.RedisError."""

    def company(schema: str) -> None:
        tidy(clock_now())
        rebuild_due(schema)

    for_each((schema for schema in active_schemas() if shard_of(schema) == shard), company)


def rebuild_due(schema: str) -> None:
    """Make Redis say which operators' own callbacks wait, as the database does. Raises redis.RedisError."""
    waiting = Callback.objects.filter(state=CallbackState.PENDING, operator__isnull=False)
    rows = waiting.values_list("pk", "operator_id", "due_at")
    callback_keys.replace(schema, [(pk, operator_id, to_us(due)) for pk, operator_id, due in rows if operator_id])


def _tries(callback: Callback, call: Call) -> int:
    since = callback.promised_in or uuid7_floor(callback.created_at)
    dialed = Call.objects.filter(id__gt=since, contact_id=callback.contact_id, campaign_id=callback.campaign_id)
    return dialed.exclude(outcome=Outcome.NOT_DIALED).count()


def _locked(callback: Callback, acting_user: User) -> Callback:
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, Role.OPERATOR, scope=Scope.CALLS_WRITE)
    locked = Callback.objects.select_for_update().get(pk=callback.pk)
    own = locked.operator is not None and locked.operator.user_id == acting_user.pk
    if not acting_user.may_supervise and not own:
        raise NotAllowedError
    if locked.state != CallbackState.PENDING:
        raise CallbackNotOpenError
    return locked


def _told(callbacks: Sequence[Callback], also: Operator | None = None, *, not_before: datetime | None = None) -> None:
    """Bring Redis and the operators' desks in line with callbacks, after the commit."""
    schema = active_schema()
    waiting = [
        (one.pk, one.operator_id, to_us(max(one.due_at, not_before or one.due_at)))
        for one in callbacks
        if one.state == CallbackState.PENDING and one.operator_id is not None
    ]
    gone = [one.pk for one in callbacks if one.pk not in {pk for pk, *_rest in waiting}]
    transaction.on_commit(lambda: callback_keys.change(schema, waiting, gone))
    owners = {one.operator.user_id for one in callbacks if one.operator is not None}
    for user_id in owners | ({also.user_id} if also else set()):
        tell_desk(user_id, "callback")
