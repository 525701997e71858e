"""The shift with a browser for a phone: whose it is, who may take it, and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import ANY

import pytest
from django_tenants.utils import schema_context

from agents import phones
from agents.healing import heal
from agents.live import RETURNS_WITHIN
from agents.models import OperatorSession
from campaigns.models import Campaign
from common.clock import now
from telephony.bus import keys
from telephony.bus.commands import ExpectReload, HangUpCall, LogInOperator
from telephony.bus.events import CallEnded, OperatorLegDown, OperatorLegUp, PhoneChanged
from tests.desk.api.conftest import PHONE_URL, Desk, Switch, last_dialed, provision
from tests.factories.world import NODE, World


def logins(world: World) -> list[LogInOperator]:
    return [command for command in world.control_commands() if isinstance(command, LogInOperator)]


def test_a_desk_without_a_shift_says_what_one_could_be_started_on(world: World, sit_down: Callable[..., Desk]) -> None:
    desk = sit_down()
    desk.do("shift/end/")
    state = desk.state()
    assert state["shift"] is None
    assert state["last_end_reason"] == "operator"
    assert [campaign["name"] for campaign in state["campaigns"]] == ["Cobrança"]
    assert state["operator"]["extension"] == desk.operator.extension


def test_the_secret_goes_to_the_tab_that_began_and_to_no_other(world: World, sit_down: Callable[..., Desk]) -> None:
    desk = sit_down(makes_phones=True)
    phone = desk.state()["phone"]
    assert phone["url"] == PHONE_URL
    assert phone["uri"] == f"sip:{desk.operator.extension}@voz.example"
    assert phone["password"] == logins(world)[-1].secret
    assert len(phone["password"]) >= 32

    other_tab = desk.state(tab="tab-2")
    assert (other_tab["phone"], other_tab["phone_elsewhere"]) == (None, True)
    elsewhere = Desk(world, desk.operator, world.client_of(desk.operator.user)).state()
    assert (elsewhere["phone"], elsewhere["phone_elsewhere"]) == (None, True)
    assert phone["password"] not in str(elsewhere)


def test_on_a_node_that_makes_no_phones_there_is_none_and_none_is_elsewhere(desk: Desk, world: World) -> None:
    state = desk.state()
    assert (state["phone"], state["phone_elsewhere"]) == (None, False)
    assert logins(world)[-1].secret == ""


def test_a_node_that_falls_silent_takes_no_phone_away(world: World, sit_down: Callable[..., Desk]) -> None:
    desk = sit_down(makes_phones=True)
    before = desk.state()["phone"]
    world.redis.delete(keys.node_status(NODE))
    assert desk.state()["phone"] == {**before, "ice_servers": ANY}, "it talks on by the switch alone"
    assert desk.state(tab="tab-2")["phone"] is None


def test_the_same_session_moves_its_phone_to_another_tab_another_session_gets_a_new_secret(
    world: World, sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down(makes_phones=True)
    first = desk.state()["phone"]["password"]
    moved = desk.send("post", "phone/take-over/", tab="tab-2").json()
    assert moved["phone"]["password"] == first
    assert desk.state()["phone"] is None

    other = Desk(world, desk.operator, world.client_of(desk.operator.user))
    taken = other.do("phone/take-over/")
    assert taken["phone"]["password"] not in {first, ""}
    assert logins(world)[-1].secret == taken["phone"]["password"]
    assert desk.state(tab="tab-2")["phone"] is None


def test_the_secret_is_gone_with_the_shift(world: World, sit_down: Callable[..., Desk]) -> None:
    desk = sit_down(makes_phones=True)
    key = phones.key("acme", desk.session.pk)
    assert world.redis.ttl(key) > 0
    desk.do("shift/end/")
    assert not world.redis.exists(key)


def test_relays_get_a_name_and_a_password_that_run_out(sit_down: Callable[..., Desk], settings: Any) -> None:
    settings.PHONE_ICE_SERVERS = ["stun:stun.example:3478", "turn:turn.example:3478"]
    settings.PHONE_TURN_SECRET = "shared"
    servers = sit_down(makes_phones=True).state()["phone"]["ice_servers"]
    assert servers[0] == {"urls": ["stun:stun.example:3478"]}
    expiry, _, _name = servers[1]["username"].partition(":")
    assert int(expiry) > now().timestamp()
    assert servers[1]["credential"]


def test_a_phone_that_goes_away_shows_and_its_return_goes_on_with_the_shift(
    world: World, switch: Switch, sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down(makes_phones=True)
    session = desk.session
    assert desk.state()["shift"]["phone"] == "registered"
    lost: dict[str, Any] = {"phone": desk.operator.extension, "session": str(session.pk)}
    switch.say(PhoneChanged, **lost, state="unregistered")
    switch.say(OperatorLegDown, operator=desk.operator.extension, session=str(session.pk), reason="lost")
    shift = desk.state()["shift"]
    assert (shift["state"], shift["phone"]) == ("connecting", "lost")
    assert logins(world)[-1].secret == desk.state()["phone"]["password"], "the page may come back with what it knows"

    switch.say(PhoneChanged, **lost, state="registered")
    switch.say(OperatorLegUp, operator=desk.operator.extension, session=str(session.pk))
    assert desk.state()["shift"]["state"] == "free"


def test_a_browser_that_does_not_come_back_ends_the_shift(
    world: World, switch: Switch, sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down(makes_phones=True)
    session = desk.session
    switch.say(PhoneChanged, phone=desk.operator.extension, session=str(session.pk), state="unregistered")
    switch.say(OperatorLegDown, operator=desk.operator.extension, session=str(session.pk), reason="lost")
    with schema_context("acme"):
        heal(now() + RETURNS_WITHIN - timedelta(seconds=5))
        assert OperatorSession.objects.filter(ended_at__isnull=True).exists()
        provision(world)
        heal(now() + RETURNS_WITHIN + timedelta(seconds=1))
        session.refresh_from_db()
    assert session.end_reason == "leg_lost"
    assert desk.state()["shift"] is None


def test_a_reload_is_announced_by_the_page_that_is_the_phone_only(world: World, sit_down: Callable[..., Desk]) -> None:
    desk = sit_down(makes_phones=True)
    assert desk.browser.post("/api/v1/desk/shift/reloading/", {"tab": "tab-2"}).status_code == 204
    assert not [one for one in world.control_commands() if isinstance(one, ExpectReload)]
    assert desk.browser.post("/api/v1/desk/shift/reloading/", {"tab": "tab-1"}).status_code == 204
    announced = [one for one in world.control_commands() if isinstance(one, ExpectReload)]
    assert [one.operator for one in announced] == [desk.operator.extension]


def test_a_leg_that_dies_while_a_customer_is_dialed_for_him_ends_that_call(
    world: World, switch: Switch, sit_down: Callable[..., Desk], campaign: Campaign
) -> None:
    desk = sit_down()
    with schema_context("acme"):
        campaign.allows_manual = True
        campaign.save(update_fields=["allows_manual"])
    desk.do("manual/", campaign_id=campaign.pk, number="11 3212-3456")
    call_id = last_dialed(world).call_id
    at_us = switch.instant() + 6_000_000  # the leg has been up for longer than a moment
    switch.say(
        OperatorLegDown, at_us=at_us, operator=desk.operator.extension, session=str(desk.session.pk), reason="lost"
    )
    assert desk.state()["shift"]["state"] == "connecting"
    assert HangUpCall(call_id, "acme", reason="no_operator") in world.control_commands()
    switch.say(CallEnded, campaign_id=campaign.pk, call_id=call_id, cause=16, hung_up_by="dialer")
    assert desk.state()["shift"]["state"] == "connecting"


@pytest.mark.parametrize("path", ["shift/pause/", "shift/wrap-up/finish/", "call/hold/", "call/hang-up/"])
def test_what_needs_a_shift_is_refused_without_one(desk: Desk, path: str) -> None:
    desk.do("shift/end/")
    body = {"reason": "rest"} if path == "shift/pause/" else {}
    assert desk.refused(path, **body) == "no_shift"


def test_pauses_count_against_their_limits_and_are_never_blocked(desk: Desk) -> None:
    state = desk.do("shift/pause/", reason="rest")
    assert (state["shift"]["state"], state["shift"]["pause"]) == ("paused", "rest")
    reasons = {reason["code"]: reason for reason in state["pause_reasons"]}
    assert reasons["rest"]["is_mandatory"] is True
    assert reasons["rest"]["limit_minutes"] == 10
    assert desk.do("shift/resume/")["shift"]["state"] == "free"


def test_with_redis_away_the_desk_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from redis.exceptions import ConnectionError as RedisConnectionError

    def away(*args: object, **kwargs: object) -> None:
        raise RedisConnectionError

    monkeypatch.setattr("agents.phones.read", away)
    answer = desk.browser.get("/api/v1/desk/")
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "live_state_away", True)
