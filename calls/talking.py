"""What an operator does within his own conversation: each a command to the switch, whose reports then change the shift.

Every function runs in the active company's schema, and raises NotAllowedError, NoShiftError, WrongStateError (he
doesn't talk, or a colleague's customer listens to him) and redis.RedisError, besides what it names itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction

from accounts.audit import record as audit
from accounts.models import User
from agents.actions import check_own
from agents.choices import OperatorState
from agents.exceptions import NoShiftError, WrongStateError
from agents.models import Operator, OperatorSession
from agents.moves import locked_sessions
from agents.news import tell_desk
from calls.exceptions import ConsultRunningError, NoConsultError
from calls.legs import Route, add_leg
from calls.models import Call
from common.clock import now
from telephony.bus.commands import (
    CompleteTransfer,
    ControlCommand,
    EndConsult,
    HangUpCall,
    HoldCall,
    ResumeCall,
    SendDigits,
    StartConference,
    StartConsult,
    TransferCall,
)
from telephony.commands import send_control
from tenants.active import active_schema


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a customer goes, or who is asked. ``kind``: operator | queue | outside; ``target`` as TransferCall."""

    kind: str
    target: str
    route: Route | None = None
    """To a number outside."""


@dataclass(frozen=True, slots=True)
class _Talk:
    schema: str
    call_id: str
    extension: str
    session: OperatorSession
    call: Call


def do_hold(operator: Operator, *, acting_user: User) -> None:
    """Let the customer hear music. Nothing happens when he does."""
    _send(
        operator,
        acting_user,
        lambda talk: None if talk.session.held_since else HoldCall(talk.schema, talk.call_id, talk.extension),
    )


def do_resume(operator: Operator, *, acting_user: User) -> None:
    """Back from hold. Nothing happens when he isn't; raises ConsultRunningError while somebody is being consulted."""

    def command(talk: _Talk) -> ControlCommand | None:
        if talk.session.consult is not None:
            raise ConsultRunningError
        return ResumeCall(talk.schema, talk.call_id, talk.extension) if talk.session.held_since else None

    _send(operator, acting_user, command)


def do_send_digits(operator: Operator, digits: str, *, acting_user: User) -> None:
    """Send tones to the customer's side. ``digits``: 0-9 * # A-D."""
    _send(operator, acting_user, lambda talk: SendDigits(talk.schema, talk.call_id, talk.extension, digits))


def do_hang_up(operator: Operator, *, acting_user: User) -> None:
    """End the call, also one that is being dialed for this operator alone."""
    check_own(operator, acting_user)
    with transaction.atomic():
        session = _locked(operator)
        if session.state not in {OperatorState.TALKING, OperatorState.RINGING} or session.call_id is None:
            raise WrongStateError
        call = Call.objects.filter(pk=session.call_id).first()
        if call is None or call.operator_id != operator.pk:
            raise WrongStateError
        command = HangUpCall(str(call.pk), active_schema(), reason="operator")
        transaction.on_commit(lambda: send_control(call.node, command))


def do_transfer(operator: Operator, destination: Destination, *, acting_user: User) -> None:
    """Send the customer on and be out of the call at once; outside, that is a call of its own (calls.legs).

    Raises ConsultRunningError.
    """

    def command(talk: _Talk) -> ControlCommand:
        if talk.session.consult is not None:
            raise ConsultRunningError
        _audit("call.transferred", talk, destination, acting_user)
        asked = (talk.schema, talk.call_id, talk.extension, destination.kind, destination.target)
        if destination.route is None:
            return TransferCall(*asked)
        leg = add_leg(talk.call, destination.route, operator_id=operator.pk, now=now())
        return TransferCall(*asked, trunk=leg.trunk, caller_id=leg.caller_id, leg=str(leg.pk))

    _send(operator, acting_user, command)


def do_consult(operator: Operator, destination: Destination, *, acting_user: User) -> str:
    """Put the customer on hold and call a third party; give the consultation's id. Raises ConsultRunningError.

    Noted on the shift at once: two requests make one consultation. With somebody outside it is a call of its own
    (calls.legs), and bears its id.
    """
    consult_id = str(uuid4())

    def command(talk: _Talk) -> ControlCommand:
        nonlocal consult_id
        if talk.session.consult is not None:
            raise ConsultRunningError
        leg = None
        if destination.route is not None:
            leg = add_leg(talk.call, destination.route, operator_id=operator.pk, now=now())
            consult_id = str(leg.pk)
        talk.session.consult = {
            "id": consult_id,
            "kind": destination.kind,
            "target": destination.target,
            "state": "starting",
            "asked_us": int(now().timestamp() * 1_000_000),
        }
        talk.session.save(update_fields=["consult"])
        _audit("call.consulted", talk, destination, acting_user)
        tell_desk(operator.user_id, "consult")
        asked = (talk.schema, talk.call_id, talk.extension, consult_id, destination.kind, destination.target)
        if leg is None:
            return StartConsult(*asked)
        return StartConsult(*asked, trunk=leg.trunk, caller_id=leg.caller_id, leg=consult_id)

    _send(operator, acting_user, command)
    return consult_id


def do_end_consult(operator: Operator, *, acting_user: User) -> None:
    """Let the third party go and return to the customer. Raises NoConsultError."""

    def command(talk: _Talk) -> ControlCommand:
        consult = _consult(talk)
        if consult["state"] == "starting":
            talk.session.consult = None  # the switch may never have heard of it
            talk.session.save(update_fields=["consult"])
            tell_desk(operator.user_id, "consult")
        return EndConsult(talk.schema, talk.call_id, talk.extension, str(consult["id"]))

    _send(operator, acting_user, command)


def do_complete(operator: Operator, *, acting_user: User) -> None:
    """Leave customer and third party to each other. Raises NoConsultError."""

    def command(talk: _Talk) -> ControlCommand:
        consult = _consult(talk, "up", "conference")
        _audit("call.transferred", talk, Destination(consult["kind"], consult["target"]), acting_user)
        return CompleteTransfer(talk.schema, talk.call_id, talk.extension, str(consult["id"]))

    _send(operator, acting_user, command)


def do_conference(operator: Operator, *, acting_user: User) -> None:
    """Bring customer, third party and operator together. Raises NoConsultError."""

    def command(talk: _Talk) -> ControlCommand:
        return StartConference(talk.schema, talk.call_id, talk.extension, str(_consult(talk, "up")["id"]))

    _send(operator, acting_user, command)


def talk_of(operator: Operator, acting_user: User) -> tuple[OperatorSession, Call]:
    """Lock the operator's shift and give it with the call he talks on as its operator. Within a transaction."""
    check_own(operator, acting_user)
    session = _locked(operator)
    if session.state != OperatorState.TALKING or session.call_id is None:
        raise WrongStateError
    call = Call.objects.filter(pk=session.call_id).first()
    # A colleague who is only consulted talks over a call that isn't his.
    if call is None or call.operator_id != operator.pk or (session.consult or {}).get("kind") == "asked":
        raise WrongStateError
    return session, call


def _send(operator: Operator, acting_user: User, command_for: Callable[[_Talk], ControlCommand | None]) -> None:
    with transaction.atomic():
        session, call = talk_of(operator, acting_user)
        command = command_for(_Talk(active_schema(), str(call.pk), operator.extension, session, call))
        if command is not None:
            node, sent = call.node, command
            transaction.on_commit(lambda: send_control(node, sent))


def _locked(operator: Operator) -> OperatorSession:
    session = locked_sessions(operator=operator).first()
    if session is None:
        raise NoShiftError
    return session


def _consult(talk: _Talk, *states: str) -> dict[str, str]:
    consult: dict[str, str] | None = talk.session.consult
    if consult is None or (states and consult["state"] not in states):
        raise NoConsultError
    return consult


def _audit(action: str, talk: _Talk, destination: Destination, acting_user: User) -> None:
    audit(
        action,
        talk.session.operator,
        acting_user=acting_user,
        call=talk.call_id,
        kind=destination.kind,
        to=destination.target,
    )
