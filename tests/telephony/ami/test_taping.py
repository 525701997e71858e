"""Recordings whose steps fail in the middle. The switch itself is in tests/asterisk."""

from __future__ import annotations

import asyncio

import pytest

from telephony.ami.taping import ENDS_WITH_CALL_S
from telephony.bus.commands import ControlRecording, TransferCall
from telephony.bus.events import CallConnected, CallEnded, CommandFailed, RecordingChanged
from telephony.naming import recording_path
from tests.fakes.ami import FakeAmi, Fields, event, success, until
from tests.telephony.ami.conftest import Product, StartService
from tests.telephony.ami.scene import ANA, RUI, Scene


@pytest.fixture
async def scene(fake: FakeAmi, product: Product, start_service: StartService) -> Scene:
    made = Scene(fake, product, await start_service(fake.port))
    await made.talk()
    return made


async def test_a_paused_recording_that_does_not_go_on_can_be_told_to_again(scene: Scene) -> None:
    recorded = {"Uniqueid": scene.call_id, "Channel": "PJSIP/carrier-1"}
    await scene.fake.say(event("MixMonitorStart", **recorded))
    await scene.product.wait_for(RecordingChanged, state="started")
    await scene.product.control(ControlRecording("acme", scene.call_id, ANA, "pause"))
    await scene.fake.heard("MixMonitorMute")
    await scene.fake.say(event("MixMonitorMute", **recorded, State=1))
    await scene.product.wait_for(RecordingChanged, state="paused")
    await scene.on_shift(RUI)
    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "operator", RUI))
    await scene.product.wait_for(CallConnected, operator=RUI)
    await scene.fake.heard("StopMixMonitor")
    resume = ControlRecording("acme", scene.call_id, RUI, "resume")
    await scene.product.control(resume)
    await scene.product.wait_for(CommandFailed, command="ControlRecording")

    def originate(_: FakeAmi, action: Fields) -> str:
        return success(action) + event("MixMonitorStart", Uniqueid=action["otherchannelid"], Channel="Local/s@tap-1;2")

    scene.fake.answers["originate"] = originate
    await scene.product.control(resume)

    await scene.product.wait_for(RecordingChanged, state="resumed")
    await until(lambda: len(scene.fake.sent("MixMonitorMute")) == 1, "nothing else was tried")


@pytest.mark.parametrize(("customer_too", "told"), [(True, ["started"]), (False, ["started", "stopped"])])
async def test_a_tap_that_ends_a_moment_before_its_customer_has_ended_with_the_call(
    scene: Scene, customer_too: bool, told: list[str]
) -> None:
    tap = f"tap-{scene.call_id}"

    def originate(_: FakeAmi, action: Fields) -> str:
        return success(action) + event("MixMonitorStart", Uniqueid=action["otherchannelid"], Channel="Local/s@tap-1;2")

    scene.fake.answers["originate"] = originate
    await scene.product.control(
        ControlRecording("acme", scene.call_id, ANA, "start", recording_path("acme", scene.call_id))
    )
    await scene.product.wait_for(RecordingChanged, state="started")

    await scene.fake.say(event("Hangup", Uniqueid=tap, Channel="Local/s@tap-1;2", Cause=16))
    if customer_too:
        await scene.fake.say(event("Hangup", Uniqueid=scene.call_id, Channel="PJSIP/carrier-1", Cause=16))
        await scene.product.wait_for(CallEnded)
    else:
        await scene.product.wait_for(RecordingChanged, state="stopped")
    await asyncio.sleep(ENDS_WITH_CALL_S + 0.2)

    events = await scene.product.events()
    assert [one.state for one in events if isinstance(one, RecordingChanged)] == told
