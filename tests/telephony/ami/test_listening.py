"""Supervisors' legs: nobody hears whom the product doesn't know of. The switch itself is in tests/asterisk."""

from __future__ import annotations

from typing import Any

import pytest

from telephony.bus.commands import ClosePhone, HoldTaken, Listen, OpenPhone, TakeOver
from telephony.bus.events import CommandFailed, ListenChanged, PhoneChanged
from tests.fakes.ami import FakeAmi, block, event, success, until
from tests.telephony.ami.conftest import Product, StartService
from tests.telephony.ami.scene import ANA, Scene, leg

EVA = "1091"
SPY = f"spy-{EVA}-v1"


@pytest.fixture
async def scene(fake: FakeAmi, product: Product, start_service: StartService) -> Scene:
    made = Scene(fake, product, await start_service(fake.port))
    await made.talk()
    fake.answers["getvar"] = lambda _, action: block(
        "Response: Success", f"ActionID: {action['actionid']}", "Value: PJSIP/1011-1"
    )
    await product.control(OpenPhone("acme", EVA, "v1", "secret"))
    await product.wait_for(PhoneChanged, phone=EVA, state="registered")
    return made


async def listening(scene: Scene) -> None:
    await scene.product.control(Listen("acme", EVA, "v1", ANA, "listen"))
    await until(lambda: SPY in [one.get("channelid") for one in scene.fake.sent("Originate")], "the phone is called")
    await scene.fake.say(spying())
    await scene.product.wait_for(ListenChanged, phone=EVA, state="up")


def spying(spy: str = SPY) -> str:
    return event("ChanSpyStart", SpyerUniqueid=spy, SpyeeChannel="PJSIP/1011-1")


@pytest.mark.parametrize(
    "command",
    [ClosePhone("acme", EVA, "v1"), OpenPhone("acme", EVA, "v2", "another")],
    ids=["closed", "opened by another page"],
)
async def test_a_phone_that_is_taken_away_hears_nobody_any_more(scene: Scene, command: Any) -> None:
    await listening(scene)

    await scene.product.control(command)

    hung_up = await scene.fake.heard("Hangup")
    assert {action["channel"] for action in hung_up} == {SPY}
    await scene.fake.say(event("Hangup", Uniqueid=SPY, Channel="PJSIP/1091-1", Cause=16))
    await scene.product.wait_for(ListenChanged, phone=EVA, session="v1", state="ended")


async def test_a_phone_that_loses_its_socket_hears_nobody_any_more(scene: Scene) -> None:
    await listening(scene)

    await scene.fake.say(event("ContactStatus", AOR=EVA, URI="sip:1091@somewhere", ContactStatus="Removed"))

    assert [action["channel"] for action in await scene.fake.heard("Hangup")] == [SPY]


async def test_an_operators_closed_phone_touches_nobody_who_listens(scene: Scene) -> None:
    await listening(scene)

    await scene.product.control(ClosePhone("acme", ANA, "s1"))
    await scene.product.control(ClosePhone("acme", EVA, "v1"))

    assert [action["channel"] for action in await scene.fake.heard("Hangup")] == [SPY]


async def test_a_leg_that_was_given_up_and_comes_up_after_all_is_hung_up(scene: Scene) -> None:
    await scene.fake.say(spying("spy-1091-v0"))

    assert [action["channel"] for action in await scene.fake.heard("Hangup")] == ["spy-1091-v0"]
    assert not [one for one in await scene.product.events() if isinstance(one, ListenChanged)]


async def test_another_companys_phone_hears_nobody(scene: Scene) -> None:
    await scene.on_shift("2011", schema="beta", queue="q-beta-1")

    await scene.product.control(Listen("beta", EVA, "v1", "2011", "listen"))
    await scene.product.control(Listen("beta", EVA, "v1", ANA, "listen"))
    await scene.product.control(OpenPhone("beta", EVA, "v9", "stolen"))
    await scene.product.control(ClosePhone("beta", EVA, "v1"))
    await scene.product.control(TakeOver("beta", EVA, "v1", ANA, scene.call_id))

    refused = await scene.product.wait_for(CommandFailed, number=4)
    assert [(one.command, one.code) for one in refused if one.command != "TakeOver"] == [
        ("Listen", "rejected"),
        ("Listen", "unknown_target"),
        ("OpenPhone", "rejected"),
    ]
    await listening(scene)
    assert leg(ANA) not in [action["channel"] for action in scene.fake.sent("Hangup")]


async def test_a_supervisor_who_talks_with_the_customer_himself_goes_on_without_his_socket(scene: Scene) -> None:
    await listening(scene)

    def let_go(fake: FakeAmi, action: dict[str, str]) -> str:
        ends = event("Hangup", Uniqueid="17.1", Channel=action["channel"], Cause=16)
        return success(action) + ends + scene.bridged(scene.call_id)

    scene.fake.answers["hangup"] = let_go
    await scene.product.control(TakeOver("acme", EVA, "v1", ANA, scene.call_id))
    await scene.product.wait_for(ListenChanged, phone=EVA, mode="taken_over", state="up")
    before = len(scene.fake.sent("Hangup"))

    await scene.fake.say(event("ContactStatus", AOR=EVA, URI="sip:1091@somewhere", ContactStatus="Removed"))
    await scene.product.wait_for(PhoneChanged, phone=EVA, state="unregistered")
    assert len(scene.fake.sent("Hangup")) == before

    await scene.product.control(ClosePhone("acme", EVA, "v1"))
    hung_up = await scene.fake.heard("Hangup", before + 1)
    assert hung_up[-1]["channel"] == SPY


async def test_nobody_holds_a_customer_whom_he_has_not_taken_over(scene: Scene) -> None:
    await listening(scene)
    before = len(scene.fake.sent("Redirect"))

    await scene.product.control(HoldTaken("acme", EVA, "v1", scene.call_id))
    await scene.product.control(HoldTaken("beta", EVA, "v1", scene.call_id))

    refused = await scene.product.wait_for(CommandFailed, number=2)
    assert {(one.command, one.code) for one in refused} == {("HoldTaken", "not_talking")}
    assert len(scene.fake.sent("Redirect")) == before
