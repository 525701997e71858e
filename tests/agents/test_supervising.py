"""Supervisors who hear operators and take customers over: asked of the switch, answered by its events."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django_tenants.utils import schema_context

from accounts.actions import do_deactivate_person
from accounts.choices import Role
from accounts.exceptions import NotAllowedError
from accounts.models import AuditEntry, User
from agents import supervising
from agents.actions import apply_connections, do_end_shift
from agents.enrolment import enrol, enrol_supervisor
from agents.exceptions import NoShiftError, NotListeningError, PhoneNotOpenError, WrongStateError
from agents.healing import heal
from agents.models import Operator, OperatorSession, Supervision, SupervisorPhone
from agents.supervision_reports import end_taken_over
from agents.supervision_state import state_of
from agents.supervisor_phones import SupervisorPhoneLive, phone_of, secret_key
from agents.switch_reports import Connection
from calls.models import Call, CallStep
from calls.supervised import release_supervisors
from common.clock import now, to_us
from common.ids import uuid7
from telephony.bus import keys
from telephony.bus.commands import ClosePhone, Listen, OpenPhone, StopListening, TakeOver
from telephony.bus.events import CommandFailed, ListenChanged, PhoneChanged, PhoneEvent
from tests.factories.world import NODE, World

BROWSER = "b" * 24


@pytest.fixture(autouse=True)
def _in_acme(world: World) -> Any:
    with schema_context("acme"):
        yield


@pytest.fixture
def boss(world: World) -> User:
    return world.person(Role.SUPERVISOR)


@pytest.fixture
def session(world: World) -> OperatorSession:
    """One operator, free."""
    return world.at_work(world.campaign(world.contact_list(), wrap_up_s=30))[0]


@pytest.fixture
def phone(session: OperatorSession, boss: User) -> SupervisorPhoneLive:
    """The supervisor's phone, registered."""
    opened = supervising.do_open_phone(session.operator, browser=BROWSER, acting_user=boss)
    report(phone_changed(opened, "registered"))
    return opened


def report(*events: PhoneEvent) -> None:
    """As the consumer of calls does: in one transaction."""
    with transaction.atomic():
        supervising.apply_phone_events(events)


def phone_changed(phone: SupervisorPhoneLive, state: str) -> PhoneChanged:
    return PhoneChanged(NODE, to_us(now()), "acme", phone.extension, phone.session, state)


def listening(
    phone: SupervisorPhoneLive, session: OperatorSession, mode: str, state: str = "up", *, after_s: float = 0
) -> ListenChanged:
    at_us = to_us(now() + timedelta(seconds=after_s))
    return ListenChanged(NODE, at_us, "acme", phone.extension, phone.session, session.operator.extension, mode, state)


def talk(session: OperatorSession) -> UUID:
    call_id = uuid7()
    with transaction.atomic():
        apply_connections([Connection(session.operator.extension, call_id, now())])
    return call_id


def audited(action: str) -> list[dict[str, Any]]:
    return [entry.detail for entry in AuditEntry.objects.filter(action=action).order_by("id")]


def commands_for_phones(world: World) -> list[Any]:
    kinds = (OpenPhone, ClosePhone, Listen, StopListening, TakeOver)
    return [command for command in world.control_commands() if isinstance(command, kinds)]


def test_a_supervisors_extension_is_of_the_companys_prefix_and_nobody_elses(world: World, boss: User) -> None:
    phones = [enrol_supervisor("acme", user) for user in (boss, world.master, boss)]

    assert [phone.extension for phone in phones] == ["101999", "101998", "101999"]
    assert {operator.extension for operator in Operator.objects.all()}.isdisjoint({"101999", "101998"})


def test_an_operator_never_gets_a_supervisors_extension(world: World, boss: User) -> None:
    SupervisorPhone.objects.create(user=boss, extension="101001")
    user = world.person(Role.OPERATOR)

    assert enrol("acme", user).extension == "101002"


def test_opening_the_phone_makes_a_secret_that_only_redis_and_the_node_have(
    world: World, session: OperatorSession, boss: User, caplog: pytest.LogCaptureFixture
) -> None:
    phone = supervising.do_open_phone(session.operator, browser=BROWSER, acting_user=boss)

    (command,) = commands_for_phones(world)
    assert isinstance(command, OpenPhone)
    assert (command.phone, command.session) == (phone.extension, phone.session)
    assert len(command.secret) >= 32
    assert command.secret not in repr(command)
    assert json.loads(world.redis.get(secret_key("acme", boss.pk)))["secret"] == command.secret
    assert world.redis.ttl(secret_key("acme", boss.pk)) <= 86_400
    assert command.secret not in caplog.text
    assert command.secret not in json.dumps([entry.detail for entry in AuditEntry.objects.all()])


def test_opened_again_the_phone_has_another_secret_and_the_first_page_loses_it(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    again = supervising.do_open_phone(None, browser="c" * 24, acting_user=boss)

    assert again.session != phone.session
    opened = [command for command in commands_for_phones(world) if isinstance(command, OpenPhone)]
    assert opened[0].secret != opened[1].secret
    assert ClosePhone("acme", phone.extension, phone.session) in commands_for_phones(world)
    assert Supervision.objects.get().end_reason == "replaced"
    report(phone_changed(phone, "unregistered"))
    assert phone_of(boss.pk) == again, "a report about the first opening is old"
    supervising.do_close_phone(acting_user=boss, session=phone.session)
    assert phone_of(boss.pk) is not None, "the page that lost it can't close it"


def test_listening_is_asked_of_the_switch_and_kept_with_call_and_audit(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    call_id = talk(session)
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    assert commands_for_phones(world)[-1] == Listen(
        "acme", phone.extension, phone.session, session.operator.extension, "listen"
    )
    assert (state_of(boss).operator, state_of(boss).state) == (session.operator_id, "asked")

    report(listening(phone, session, "listen"))
    assert (state_of(boss).mode, state_of(boss).state) == ("listen", "up")
    supervising.do_listen(session.operator, "whisper", acting_user=boss)
    report(listening(phone, session, "whisper", after_s=30))
    supervising.do_listen(session.operator, "barge", acting_user=boss)
    report(listening(phone, session, "barge", after_s=40))
    assert Supervision.objects.count() == 1
    report(listening(phone, session, "barge", "ended", after_s=60))

    (ended,) = audited("supervision.ended")
    assert ended["calls"] == [str(call_id)]
    # The instants are counted from when each was told, which takes a busy machine a moment.
    assert ended["seconds"] == pytest.approx(60, abs=9)
    assert ended["seconds_by_mode"] == pytest.approx({"listen": 30, "whisper": 10, "barge": 20}, abs=9)
    assert ended["reason"] == "switch"
    entry = AuditEntry.objects.get(action="supervision.ended")
    assert (entry.actor_id, entry.target_type, entry.target_id) == (
        boss.pk,
        "agents.operator",
        str(session.operator_id),
    )
    steps = list(CallStep.objects.filter(call_id=call_id, kind="listen").order_by("at"))
    assert [step.detail["mode"] for step in steps] == ["listen", "whisper", "barge"]
    assert steps[0].detail["seconds"] == pytest.approx(60, abs=9)
    assert {step.detail["supervisor"] for step in steps} == {boss.name}
    assert state_of(boss).operator is None
    assert state_of(boss).ended == "switch"


def test_all_that_the_switch_says_may_be_said_twice(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    talk(session)
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    up, over = listening(phone, session, "listen"), listening(phone, session, "listen", "ended", after_s=9)
    for event in (up, up, over, over, up):
        report(event)

    assert (len(audited("supervision.began")), len(audited("supervision.ended"))) == (1, 1)
    assert CallStep.objects.filter(kind="listen").count() == 1
    assert not Supervision.objects.filter(ended_at__isnull=True).exists()


def test_calls_that_begin_while_he_listens_are_kept_too(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    report(listening(phone, session, "listen", after_s=-60))
    call_id = talk(session)
    report(listening(phone, session, "listen", "ended", after_s=10))

    assert audited("supervision.ended")[0]["calls"] == [str(call_id)]
    assert CallStep.objects.get(kind="listen").call_id == call_id


def test_going_on_to_another_operator_leaves_the_first(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    (other,) = world.at_work(world.campaign(world.contact_list()))
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    report(listening(phone, session, "listen"))
    supervising.do_listen(other.operator, "listen", acting_user=boss)

    assert [type(command) for command in commands_for_phones(world)[-2:]] == [StopListening, Listen]
    report(listening(phone, session, "listen", "ended", after_s=1))
    assert state_of(boss).operator == other.operator_id, "the end of the first is not the end of the second"
    assert Supervision.objects.get(operator=session.operator).end_reason == "replaced"


def test_a_late_end_of_the_stretch_before_ends_nothing(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    report(listening(phone, session, "listen"))
    late = listening(phone, session, "listen", "ended")
    supervising.do_stop_listening(acting_user=boss)
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    report(late)

    assert state_of(boss).operator == session.operator_id


def test_two_supervisors_hear_one_operator_each_with_an_end_of_his_own(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    other = supervising.do_open_phone(None, browser=BROWSER, acting_user=world.master)
    for user, his in ((boss, phone), (world.master, other)):
        supervising.do_listen(session.operator, "listen", acting_user=user)
        report(listening(his, session, "listen"))
    report(listening(phone, session, "listen", "ended", after_s=1))

    assert state_of(boss).operator is None
    assert state_of(world.master).operator == session.operator_id


def test_taking_over_leaves_the_customer_with_the_supervisor(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    call_id = talk(session)
    with pytest.raises(NotListeningError):
        supervising.do_take_over(session.operator, acting_user=boss)
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    with pytest.raises(NotListeningError):
        supervising.do_take_over(session.operator, acting_user=boss)  # the switch hasn't connected him yet
    report(listening(phone, session, "listen"))
    supervising.do_take_over(session.operator, acting_user=boss)
    assert commands_for_phones(world)[-1] == TakeOver(
        "acme", phone.extension, phone.session, session.operator.extension, str(call_id)
    )
    report(listening(phone, session, "taken_over", after_s=5))

    state = state_of(boss)
    assert (state.mode, state.call_id) == ("taken_over", str(call_id))
    step = CallStep.objects.get(kind="taken_over")
    assert (step.call_id, step.operator_id) == (call_id, session.operator_id)
    assert audited("supervision.taken_over") == [{"mode": "taken_over", "call": str(call_id)}]
    with pytest.raises(WrongStateError):
        supervising.do_stop_listening(acting_user=boss)
    with pytest.raises(WrongStateError):
        supervising.do_listen(session.operator, "listen", acting_user=boss)
    with transaction.atomic():
        end_taken_over({call_id: now() + timedelta(seconds=65)})
    assert audited("supervision.ended")[0]["seconds_by_mode"]["taken_over"] == 60
    assert state_of(boss).operator is None
    supervising.do_settle(acting_user=boss)


def test_the_end_of_the_customers_call_lets_the_supervisor_go(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    call_id = talk(session)
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    report(listening(phone, session, "listen"))
    report(listening(phone, session, "taken_over", after_s=1))
    ended = Call(pk=call_id, connected_at=now(), ended_at=now() + timedelta(seconds=9))
    with transaction.atomic():
        release_supervisors(Call, calls=[ended])

    assert state_of(boss).operator is None


def test_what_the_switch_refuses_is_told_and_ends_only_what_never_began(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    def failed(command: str) -> CommandFailed:
        return CommandFailed(NODE, to_us(now()), "acme", command, "phone_away", phone.extension, phone.session)

    supervising.do_listen(session.operator, "listen", acting_user=boss)
    report(listening(phone, session, "listen"))
    report(failed("TakeOver"))
    assert state_of(boss).state == "up"
    supervising.do_stop_listening(acting_user=boss)
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    report(failed("Listen"))

    assert state_of(boss).operator is None
    assert state_of(boss).ended == "failed"


def test_a_browser_that_dies_while_listening_is_stopped_and_audited(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    talk(session)
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    report(listening(phone, session, "listen"))
    report(phone_changed(phone, "unregistered"))

    assert audited("supervision.ended")[0]["reason"] == "phone_lost"
    with pytest.raises(PhoneNotOpenError):
        supervising.do_listen(session.operator, "listen", acting_user=boss)
    world.node_up()
    heal(now() + timedelta(seconds=30))
    assert phone_of(boss.pk) is not None, "it may be back in a moment"
    heal(now() + timedelta(seconds=70))
    assert phone_of(boss.pk) is None
    assert commands_for_phones(world)[-1] == ClosePhone("acme", phone.extension, phone.session)


def test_healing_opens_phones_that_the_node_forgot_and_closes_those_that_nobody_has(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    stray = {"schema": "acme", "phone": "101777", "session": "s-old"}
    foreign = {"schema": "beta", "phone": "102999", "session": "s-beta"}
    world.redis.hset(keys.phones(NODE), mapping={"101777": json.dumps(stray), "102999": json.dumps(foreign)})
    before = len(commands_for_phones(world))
    heal(now() + timedelta(seconds=20))

    again, closed = commands_for_phones(world)[before:]
    assert (again.session, again.secret) == (phone.session, commands_for_phones(world)[0].secret)
    assert closed == ClosePhone("acme", "101777", "s-old")


def test_listening_that_nobody_hears_of_is_ended(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    heal(now() + timedelta(seconds=10))
    assert state_of(boss).state == "asked"
    heal(now() + timedelta(seconds=40))
    assert state_of(boss).ended == "lost"


def test_the_end_of_the_shift_ends_the_listening(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    report(listening(phone, session, "listen"))
    do_end_shift(session.operator, acting_user=boss)
    heal(now() + timedelta(seconds=20))
    assert state_of(boss).ended == "switch"
    with pytest.raises(NoShiftError):
        supervising.do_listen(session.operator, "listen", acting_user=boss)


def test_operators_supervise_nobody(world: World, session: OperatorSession) -> None:
    user = session.operator.user
    for act in (
        lambda: supervising.do_open_phone(None, browser=BROWSER, acting_user=user),
        lambda: supervising.do_listen(session.operator, "listen", acting_user=user),
        lambda: supervising.do_stop_listening(acting_user=user),
        lambda: supervising.do_take_over(session.operator, acting_user=user),
    ):
        with pytest.raises(NotAllowedError):
            act()


def test_who_leaves_the_company_loses_the_phone(
    world: World, session: OperatorSession, boss: User, phone: SupervisorPhoneLive
) -> None:
    supervising.do_listen(session.operator, "listen", acting_user=boss)
    do_deactivate_person(boss, acting_user=world.master)

    assert phone_of(boss.pk) is None
    assert Supervision.objects.get().end_reason == "closed"
