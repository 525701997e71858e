"""What an operator reads of his own day agrees with the calls, to the millisecond."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django_tenants.utils import schema_context

from calls.models import Call, Disposition
from campaigns.models import Campaign
from common.ids import uuid7
from telephony.bus.events import CallAnswered, CallArrived, CallConnected, CallQueued
from tests.desk.api.conftest import Desk, Switch


def sale() -> str:
    """A disposition that counts as a success and asks for nothing."""
    with schema_context("acme"):
        made = Disposition.objects.create(code="fechou", name="Fechou", is_success=True, position=90)
    return made.code


def came_in(switch: Switch, campaign: Campaign, desk: Desk) -> Call:
    """A call that came in and was put through to the desk."""
    call_id = str(uuid7())
    switch.say(
        CallArrived, campaign_id=campaign.pk, call_id=call_id, number="+5511988887777", dialed="+551130034410",
        trunk="trunk", queue="q0001",
    )  # fmt: skip
    switch.say(CallAnswered, campaign_id=campaign.pk, call_id=call_id)
    switch.say(CallQueued, campaign_id=campaign.pk, call_id=call_id, queue="q0001")
    with schema_context("acme"):
        call = Call.objects.get(pk=call_id)
    switch.of_call(CallConnected, call, operator=desk.operator.extension)
    return call


def test_the_days_own_figures_are_those_of_the_calls(
    desk: Desk, switch: Switch, campaign: Campaign, make_call: Callable[[], Call]
) -> None:
    won = sale()
    dialed, unanswered = make_call(), make_call()
    switch.end(unanswered, cause=19)
    switch.connect(dialed, desk.operator)
    assert desk.state()["today"]["calls"] == 1, "a call that is talked on counts"
    switch.end(dialed)
    desk.do("call/disposition/", disposition=won, note="")
    desk.do("shift/wrap-up/finish/")
    switch.end(came_in(switch, campaign, desk))
    desk.do("shift/wrap-up/finish/")

    today = desk.state()["today"]

    with schema_context("acme"):
        own = list(Call.objects.filter(operator_id=desk.operator.pk, connected_at__isnull=False))
        talked = sum(
            (call.ended_at - call.connected_at for call in own if call.ended_at and call.connected_at), timedelta()
        )
        assert today["calls"] == len(own) == 2
        assert (
            today["successes"] == len([call for call in own if call.disposition and call.disposition.is_success]) == 1
        )
        assert today["talk_ms"] == talked // timedelta(milliseconds=1) >= 0
    assert today["worked_ms"] >= today["talk_ms"] + today["wrap_up_ms"]


def test_what_goes_on_counts_as_a_call_and_moves_no_mean(
    desk: Desk, switch: Switch, make_call: Callable[[], Call]
) -> None:
    first, second = make_call(), make_call()
    switch.connect(first, desk.operator)
    begun = desk.state()["today"]
    assert (begun["calls"], begun["mean_talk_ms"], begun["mean_wrap_up_ms"]) == (1, None, None)
    switch.end(first)
    desk.do("call/disposition/", disposition=sale(), note="")
    assert desk.state()["today"]["mean_wrap_up_ms"] is None, "the first wrap-up goes on"
    desk.do("shift/wrap-up/finish/")
    before = desk.state()["today"]
    switch.connect(second, desk.operator)

    today = desk.state()["today"]

    with schema_context("acme"):
        first.refresh_from_db()
        assert first.ended_at is not None
        assert first.connected_at is not None
        assert today["mean_talk_ms"] == (first.ended_at - first.connected_at) // timedelta(milliseconds=1)
    assert today["calls"] == 2
    assert today["mean_talk_ms"] == before["mean_talk_ms"]
    assert today["mean_wrap_up_ms"] == before["mean_wrap_up_ms"] == before["wrap_up_ms"]
