"""Calls that come in to the company's numbers reach the same operators, with a card like everybody's."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from calls import rebuild, report
from calls.consumer import DEAD
from calls.models import Call, DayFigures, Disposition, SlotFigures
from campaigns.consistency import check_figures
from campaigns.extra_lists import WITHHELD, at_rest
from campaigns.models import Campaign
from common.clock import now
from common.ids import uuid7
from contacts.models import Contact, ContactList, SuppressedNumber
from telephony.bus.events import CallAnswered, CallArrived, CallConnected, CallEnded, CallQueued, CallUnattended
from tests.calls.live_state import live_state
from tests.desk.api.conftest import Desk, Switch
from tests.factories.calls import ZONE, build_call
from tests.factories.world import World


@pytest.fixture
def ring(switch: Switch, campaign: Campaign) -> Any:
    """``ring("+5511…")`` → a call that has come in from there, in the queue; its row."""

    def arrive(number: str, *, campaign_id: int | None = None) -> Call | None:
        call_id = str(uuid7())
        about: dict[str, Any] = {"campaign_id": campaign_id or campaign.pk, "call_id": call_id}
        switch.say(CallArrived, **about, number=number, dialed="+551130034410", trunk="trunk", queue="q0001")
        switch.say(CallAnswered, **about)
        switch.say(CallQueued, **about, queue="q0001")
        with schema_context("acme"):
            return Call.objects.filter(pk=call_id).first()

    return arrive


def nothing_contradicts() -> None:
    with schema_context("acme"):
        assert [check.examples for check in check_figures(str(ZONE)) if not check.holds] == []


def test_a_caller_whom_the_campaign_knows_is_that_contact(world: World, desk: Desk, switch: Switch, ring: Any) -> None:
    with schema_context("acme"):
        contact = Contact.objects.order_by("pk").first()
        assert contact is not None
        number = contact.phones.get(position=0).e164
    call = ring(number)
    assert (call.direction, call.mode, call.state, call.contact_id) == ("in", "inbound", "waiting", contact.pk)
    with schema_context("acme"):
        contact.refresh_from_db()
        assert contact.state == "dialing", "the dialer doesn't call him meanwhile"
    switch.of_call(CallConnected, call, operator=desk.operator.extension)
    card = desk.state()["call"]
    assert (card["direction"], card["contact"]["id"]) == ("in", contact.pk)
    nothing_contradicts()
    switch.of_call(CallEnded, call, cause=16, hung_up_by="customer")
    with schema_context("acme"):
        ended = Call.objects.get(pk=call.pk)
        contact.refresh_from_db()
    assert (ended.outcome, ended.price, ended.rate_id) == ("connected", Decimal(0), None)
    assert (contact.state, contact.attempts) == ("done", 0), "a call that came in spends no attempt"
    assert desk.state()["shift"]["state"] == "wrap_up"
    nothing_contradicts()


def test_an_unknown_caller_gets_a_card_in_the_campaigns_own_list(ring: Any, campaign: Campaign) -> None:
    first = ring("+5511988887777")
    again = ring("+5511988887777")
    with schema_context("acme"):
        listed = ContactList.objects.get(name__startswith="Ligações recebidas")
        assert listed.campaign_list.campaign_id == campaign.pk
        assert listed.contact_count == 1
        assert first.contact_id == again.contact_id
    nothing_contradicts()


@pytest.mark.parametrize("number", ["", "anonymous", "+", "+5511' OR 1=1"])
def test_a_caller_without_a_number_is_taken_all_the_same(desk: Desk, switch: Switch, ring: Any, number: str) -> None:
    call = ring(number)
    assert call.number == ""
    switch.of_call(CallConnected, call, operator=desk.operator.extension)
    assert desk.state()["call"]["contact"]["name"] == "Número não identificado"
    switch.of_call(CallEnded, call, cause=16, hung_up_by="customer")
    nothing_contradicts()


def test_what_one_caller_without_a_number_says_is_never_shown_with_the_next(
    desk: Desk, switch: Switch, ring: Any
) -> None:
    first = ring("anonymous")
    switch.of_call(CallConnected, first, operator=desk.operator.extension)
    desk.do("contact/", method="patch", name="Ana Prado", document="529.982.247-25")
    desk.do("call/disposition/", disposition=_suppressing(), note="quer o boleto")
    switch.of_call(CallEnded, first, cause=16, hung_up_by="customer")
    desk.do("shift/wrap-up/finish/")

    second = ring("anonymous")
    switch.of_call(CallConnected, second, operator=desk.operator.extension)

    card = desk.state()["call"]
    assert (card["contact"]["name"], card["contact"]["document"], card["history"]) == (WITHHELD, "", [])
    with schema_context("acme"):
        assert Contact.objects.get(pk=first.contact_id).name == "Ana Prado"
        assert not SuppressedNumber.objects.exists(), "there is no number to suppress"


def _suppressing() -> str:
    """A disposition after which a number is never called again."""
    with schema_context("acme"):
        found = Disposition.objects.filter(suppresses_phone=True, required_fields=[], schedules_callback=False).first()
        assert found is not None
        return found.code


def test_a_caller_whom_nobody_takes_is_not_called_back_by_itself(switch: Switch, ring: Any) -> None:
    call = ring("+5511988887777")
    switch.of_call(CallUnattended, call)
    switch.of_call(CallEnded, call, cause=16, hung_up_by="dialer")
    with schema_context("acme"):
        assert Call.objects.get(pk=call.pk).outcome == "abandoned"
        assert Contact.objects.get(pk=call.contact_id).state == "done"
        assert not DayFigures.objects.exists(), "figures are of dialing"


def test_what_came_in_is_counted_beside_what_was_dialed(desk: Desk, switch: Switch, ring: Any) -> None:
    taken, missed, _waiting = ring("+5511988887777"), ring("+5511977776666"), ring("+5511966665555")
    switch.of_call(CallConnected, taken, operator=desk.operator.extension)
    switch.of_call(CallEnded, taken, cause=16, hung_up_by="customer")
    switch.of_call(CallEnded, missed, cause=16, hung_up_by="customer")
    desk.do("call/disposition/", disposition=_suppressing(), note="")
    day = now().astimezone(ZONE).date()
    stretch = report.days(day - timedelta(days=1), day, ZONE)  # whatever midnight does

    with schema_context("acme"):
        whole = report.total(stretch)
        assert (whole.incoming, whole.incoming_taken, whole.incoming_missed) == (3, 1, 1)
        assert whole.incoming_taken_rate == Decimal("0.5")
        assert whole.incoming_talk_ms > 0
        assert (whole.attempts, whole.connected, whole.abandoned, whole.talk_ms) == (0, 0, 0, 0)
        assert report.by_operator(stretch)[desk.operator.pk].incoming_taken == 1
        said = Disposition.objects.get(code=_suppressing())
        assert report.by_disposition(stretch)[said.pk].incoming_taken == 1
        assert not DayFigures.objects.exists(), "pacing and the law's limit are of dialing"
        kept = report.by_slot(stretch)
        SlotFigures.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(import_module("calls.migrations.0009_count_incoming")._COUNT)
        assert report.by_slot(stretch) == kept
    nothing_contradicts()


def test_the_report_tells_of_calls_that_came_in(world: World, switch: Switch, ring: Any) -> None:
    call = ring("+5511988887777")
    switch.of_call(CallEnded, call, cause=16, hung_up_by="customer")
    browser = world.client_of(world.master)

    today = browser.get("/reports/").content.decode()
    assert "direction=in" in today
    assert browser.get("/overview/").status_code == 200
    figures = browser.get("/api/v1/statistics/").json()["groups"][0]["figures"]
    assert (figures["incoming"], figures["incoming_missed"], figures["attempts"]) == (1, 1, 0)


def test_the_same_arrival_told_twice_is_one_call(switch: Switch, campaign: Campaign) -> None:
    event = CallArrived(
        node="sim1",
        at_us=switch.instant(),
        schema="acme",
        campaign_id=campaign.pk,
        call_id=str(uuid7()),
        number="+5511988887777",
        dialed="+551130034410",
        trunk="trunk",
        queue="q0001",
    )
    switch.tell(event)
    switch.tell(event)
    with schema_context("acme"):
        assert Call.objects.count() == 1


def test_an_arrival_for_a_campaign_that_is_gone_is_put_where_people_look(
    world: World, switch: Switch, ring: Any
) -> None:
    assert ring("+5511988887777", campaign_id=999_999) is None
    assert world.redis.xlen(DEAD) == 3


def test_calls_that_come_in_are_rebuilt_as_they_were_and_tell_pacing_nothing(
    world: World, switch: Switch, desk: Desk, ring: Any
) -> None:
    waiting = ring("+5511988887777")
    talked = ring("+5511977776666")
    switch.of_call(CallConnected, talked, operator=desk.operator.extension)
    switch.of_call(CallEnded, talked, cause=16, hung_up_by="customer")
    kept = live_state(world.redis, "acme")
    assert any(str(waiting.pk) in str(value) for value in kept.values())
    assert not any(":recent:" in key for key in kept)
    for key in kept:
        world.redis.delete(key)
    rebuild.rebuild("acme", full=True)
    assert live_state(world.redis, "acme") == kept


def test_digits_of_another_script_are_no_number(ring: Any) -> None:
    call = ring("+" + "\uff15" * 6)

    assert call.number == ""
    with schema_context("acme"):
        assert Contact.objects.get(pk=call.contact_id).name == WITHHELD


def test_calls_of_those_who_came_by_themselves_need_no_looking_through(ring: Any) -> None:
    call = ring("anonymous")

    with schema_context("acme"), CaptureQueriesContext(connection) as queries:
        assert at_rest([call.contact_id]) == {call.contact_id}

    assert not [query for query in queries if '"calls_call"' in query["sql"]]


def test_the_last_conversation_decides_whether_somebody_is_left_alone(world: World, campaign: Campaign) -> None:
    with schema_context("acme"):
        final, later = Disposition.objects.filter(is_final=True).first(), Disposition.objects.filter(is_final=False)[0]
        assert final is not None
        one, other = Contact.objects.order_by("pk")[:2]
        for contact, order in ((one, (later, final)), (other, (final, later))):
            for disposition in order:
                call = build_call(id=uuid7(), contact_id=contact.pk, created_at=now(), state="ended")
                call.outcome, call.disposition = "connected", disposition
                call.save()

        assert at_rest([one.pk, other.pk]) == {one.pk}
