"""The customer whom a supervisor has taken over: on hold, and back. In the active company's schema.

The switch answers with CallHeld and CallResumed (calls.supervised tells the supervisor's page), or CommandFailed.
"""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record as audit
from accounts.models import User
from agents.choices import ListenMode, SupervisionState
from agents.exceptions import NothingTakenError, PhoneNotOpenError
from agents.supervising import check_supervising
from agents.supervision_reports import locked_supervision
from agents.supervisor_phones import phone_of
from telephony.bus.commands import HoldTaken, ResumeTaken
from telephony.commands import send_control
from tenants.active import active_schema


def do_hold_taken(*, acting_user: User) -> None:
    """Music for the customer. Raises NotAllowedError, NothingTakenError, PhoneNotOpenError, redis.RedisError."""
    _command(HoldTaken, acting_user)


def do_resume_taken(*, acting_user: User) -> None:
    """Back to the customer. Raises as do_hold_taken."""
    _command(ResumeTaken, acting_user)


def _command(kind: type[HoldTaken | ResumeTaken], acting_user: User) -> None:
    check_supervising(acting_user)
    with transaction.atomic():
        running = locked_supervision(user=acting_user, mode=ListenMode.TAKEN_OVER, state=SupervisionState.UP)
        if running is None or running.call_id is None:
            raise NothingTakenError
        phone = phone_of(acting_user.pk)
        if phone is None or phone.session != running.phone_session:
            raise PhoneNotOpenError
        command = kind(active_schema(), phone.extension, phone.session, str(running.call_id))
        verb = "supervision.hold_asked" if kind is HoldTaken else "supervision.resume_asked"
        audit(verb, running.operator, acting_user=acting_user, call=str(running.call_id))
        node = running.node
        transaction.on_commit(lambda: send_control(node, command))
