"""Supervisors who pause and free operators, and write to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from accounts.choices import Role
from accounts.exceptions import NotAllowedError
from accounts.models import AuditEntry, User
from agents import messages
from agents.actions import apply_connections, begin_wrap_ups, do_pause
from agents.exceptions import (
    EmptyMessageError,
    MandatoryPauseError,
    NobodyOnShiftError,
    UnknownPauseReasonError,
    WrongStateError,
)
from agents.intervening import do_force_free, do_force_pause
from agents.models import MessageReceipt, OperatorSession
from agents.rest_board import dues
from agents.switch_reports import Connection, WrapUpStart
from common.clock import now
from tests.factories.world import World


@pytest.fixture(autouse=True)
def _in_acme(world: World) -> Any:
    with schema_context("acme"):
        yield


@pytest.fixture
def boss(world: World) -> User:
    return world.person(Role.SUPERVISOR)


@pytest.fixture
def session(world: World) -> OperatorSession:
    return world.at_work(world.campaign(world.contact_list(), wrap_up_s=30))[0]


def audited(action: str) -> Any:
    return AuditEntry.objects.get(action=action).detail


def test_a_forced_pause_is_audited_and_waits_for_the_call(session: OperatorSession, boss: User) -> None:
    call_id = uuid4()
    with transaction.atomic():
        apply_connections([Connection(session.operator.extension, call_id, now())])
    with pytest.raises(UnknownPauseReasonError):
        do_force_pause(session.operator, "nothing", acting_user=boss)
    paused = do_force_pause(session.operator, "feedback", acting_user=boss)

    assert (paused.state, paused.pause_asked) == ("talking", True)
    assert audited("shift.pause_forced") == {"session": session.pk, "reason": "feedback", "call": str(call_id)}


def test_freeing_ends_wrap_up_and_pauses_and_nothing_else(session: OperatorSession, boss: User) -> None:
    with pytest.raises(WrongStateError):
        do_force_free(session.operator, acting_user=boss)
    call_id = uuid4()
    with transaction.atomic():
        apply_connections([Connection(session.operator.extension, call_id, now())])
        begin_wrap_ups([WrapUpStart(session.operator_id, call_id, now(), now(), timedelta(minutes=5))])
    assert do_force_free(session.operator, acting_user=boss).state == "free"
    assert audited("shift.freed") == {"session": session.pk, "was": "wrap_up"}
    do_pause(session.operator, "training", acting_user=session.operator.user)
    assert do_force_free(session.operator, acting_user=boss).state == "free"


def test_a_mandatory_pause_is_cut_short_by_nobody(session: OperatorSession, boss: User) -> None:
    do_pause(session.operator, "rest", acting_user=session.operator.user)
    with pytest.raises(MandatoryPauseError):
        do_force_free(session.operator, acting_user=boss)
    OperatorSession.objects.update(state_since=now() - timedelta(minutes=10, seconds=1))
    assert do_force_free(session.operator, acting_user=boss).state == "free"

    do_pause(session.operator, "personal", acting_user=session.operator.user)
    OperatorSession.objects.update(state_since=now() - timedelta(hours=1))
    with pytest.raises(MandatoryPauseError):
        do_force_free(session.operator, acting_user=boss)


def test_operators_neither_pause_nor_free_nor_write(session: OperatorSession) -> None:
    user = session.operator.user
    for act in (
        lambda: do_force_pause(session.operator, "rest", acting_user=user),
        lambda: do_force_free(session.operator, acting_user=user),
        lambda: messages.do_send_message("Oi", None, acting_user=user),
    ):
        with pytest.raises(NotAllowedError):
            act()


def test_a_message_to_all_reaches_those_on_shift_and_each_confirms_for_himself(
    world: World, session: OperatorSession, boss: User
) -> None:
    (other,) = world.at_work(world.campaign(world.contact_list()))
    absent = world.operator()
    (message,) = messages.do_send_message("  Meta batida!\x00 ", None, acting_user=boss)

    assert message.text == "Meta batida!"
    assert [list(messages.unread_messages(one)) for one in (session.operator, other.operator, absent)] == [
        [message],
        [message],
        [],
    ]
    assert messages.do_confirm_message(message.pk, session.operator, acting_user=session.operator.user)
    assert messages.do_confirm_message(message.pk, session.operator, acting_user=session.operator.user)
    assert not messages.do_confirm_message(message.pk, absent, acting_user=absent.user)
    read = dict(MessageReceipt.objects.values_list("operator_id", "read_at"))
    assert read[session.operator_id] is not None
    assert read[other.operator_id] is None


def test_a_message_to_some_is_one_for_each(world: World, session: OperatorSession, boss: User) -> None:
    absent = world.operator()
    sent = messages.do_send_message("Fale mais devagar", [session.operator, absent], acting_user=boss)

    assert [message.to_operator_id for message in sent] == [session.operator_id, absent.pk]
    with pytest.raises(EmptyMessageError):
        messages.do_send_message(" \n\x00", [absent], acting_user=boss)
    assert len(messages.do_send_message("a" * 900, [absent], acting_user=boss)[0].text) == 500


def test_a_message_to_all_needs_somebody_on_shift(world: World, boss: User) -> None:
    with pytest.raises(NobodyOnShiftError):
        messages.do_send_message("Oi", None, acting_user=boss)


def test_the_wallboard_knows_when_each_operator_is_owed_his_rest(session: OperatorSession) -> None:
    at = now().replace(hour=18)
    midnight = at.replace(hour=3, minute=0)
    OperatorSession.objects.update(started_at=at - timedelta(minutes=50))
    owed = {due.code: due.at for due in dues([session.operator_id], midnight, at)[session.operator_id]}

    assert owed["rest_due"] == at + timedelta(minutes=10)
    assert owed["meal_due"] == at + timedelta(minutes=100)
    assert owed["day_over"] == at + timedelta(hours=5, minutes=10)


def test_the_wallboard_looks_at_the_last_days_shifts_not_at_all_there_ever_were(session: OperatorSession) -> None:
    at = now()
    with CaptureQueriesContext(connection) as queries:
        dues([session.operator_id], at - timedelta(hours=8), at)

    of_shifts = [query["sql"] for query in queries if 'FROM "agents_operatorsession"' in query["sql"]]
    assert of_shifts
    assert all('"started_at" >= ' in sql for sql in of_shifts)
