"""What people do with calls. What the switch reports of them is in calls.batch.

Every function runs in the active company's schema. ``acting_user`` None is the platform itself.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from agents.choices import OperatorState
from agents.models import Operator, OperatorSession
from calls import slot_figures
from calls.choices import CallState
from calls.day_figures import Differences
from calls.exceptions import (
    CallEndedError,
    NotConnectedError,
    NotYoursError,
    UnknownDispositionError,
)
from calls.legs import customers
from calls.models import Call, Disposition
from calls.signals import call_disposed
from calls.tabulation import Tabulation, check_complete, edit_card
from common.clock import now
from contacts.models import Contact
from contacts.suppression import suppress_number
from telephony.bus.commands import HangUpCall
from telephony.commands import send_control
from tenants.active import active_schema


def check_own_or_supervising(call: Call, acting_user: User | None) -> None:
    """Raise NotAllowedError without a company role, NotYoursError for an operator whose call it isn't."""
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, Role.OPERATOR, scope=Scope.CALLS_WRITE)
    if acting_user is None or acting_user.may_supervise:
        return
    if call.operator_id is None or not Operator.objects.filter(pk=call.operator_id, user=acting_user).exists():
        raise NotYoursError


def check_may_dispose(call: Call, acting_user: User | None) -> None:
    """As above; besides, an operator disposes of his last call only: of the others supervisors do.

    Raises NotConnectedError for a call that nobody talked on, and for a leg outside: its customer's call has one.
    """
    if call.parent_id is not None:
        raise NotConnectedError
    if call.connected_at is not None and _has_just_left(call, acting_user):
        return  # transferred or taken over: his part is over, and he wraps it up
    check_own_or_supervising(call, acting_user)
    if call.connected_at is None:
        raise NotConnectedError
    if acting_user is not None and not acting_user.may_supervise:
        # Connected later, among the operator's newest: a call may be born before another and be taken after it.
        newest = customers(Call.objects.filter(operator_id=call.operator_id)).order_by("-id")[:20]
        if any(other.connected_at and other.connected_at > call.connected_at for other in newest):
            raise NotYoursError


def _has_just_left(call: Call, acting_user: User | None) -> bool:
    if acting_user is None or not acting_user.is_operator or not acting_user.is_active:
        return False
    wrapping_up = OperatorSession.objects.filter(ended_at__isnull=True, state=OperatorState.WRAP_UP, call_id=call.pk)
    return wrapping_up.filter(operator__user=acting_user).exists()


def do_set_disposition(call: Call, said: Tabulation, *, acting_user: User | None) -> Call:
    """Say what a conversation came to, with all that belongs to it; may be said anew.

    Effects on the contact, and the call promised to him: signal ``call_disposed``. A phone that was suppressed stays so
    when the disposition is corrected. Raises NotAllowedError, NotYoursError, NotConnectedError,
    UnknownDispositionError, FieldsMissingError, what contacts.editing.do_edit_contact raises, and for a promise what
    campaigns.callbacks.do_schedule does.
    """
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call.pk)
        check_may_dispose(call, acting_user)
        disposition = Disposition.objects.filter(code=said.code, is_active=True).first()
        if disposition is None:
            raise UnknownDispositionError
        contact = Contact.objects.filter(pk=call.contact_id).first()
        check_complete(call, disposition, contact, said)
        corrected = call.disposition_id is not None
        moved = Differences(ZoneInfo("UTC"))
        moved.subtract(call)
        call.disposition = disposition
        call.note = said.note.replace("\x00", "")
        call.disposed_at = now()
        call.save(update_fields=["disposition", "note", "disposed_at"])
        moved.add(call)
        slot_figures.add(moved.slots())
        if corrected or acting_user is None or acting_user.may_supervise:
            # An operator's first word on his own call is in the row itself.
            audit("call.disposed", call, acting_user=acting_user, disposition=disposition.code)
        if disposition.suppresses_phone and call.number:  # who withholds his number has none to suppress
            suppress_number(call.number)
        if contact is not None and said.fields:
            edit_card(contact, said.fields, acting_user=acting_user)
        news = {"call": call, "disposition": disposition, "promise": said.callback, "acting_user": acting_user}
        call_disposed.send(sender=Call, schema=active_schema(), **news)
    return call


def do_hang_up(call: Call, *, acting_user: User | None) -> None:
    """End a call that is up: an operator his own, supervisors any. Its end then comes back as an event.

    Raises NotAllowedError, NotYoursError, CallEndedError, redis.RedisError.
    """
    check_own_or_supervising(call, acting_user)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call.pk)
        if call.state == CallState.ENDED:
            raise CallEndedError
        own = acting_user is not None and not acting_user.may_supervise
        audit("call.hung_up", call, acting_user=acting_user)
        command = HangUpCall(str(call.pk), active_schema(), reason="operator" if own else "supervisor")
        transaction.on_commit(lambda: send_control(call.node, command))
