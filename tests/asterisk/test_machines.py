"""Answering machines, as the carrier's three kinds of sound are taken. Shows the plumbing, not the accuracy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asterisk.lab import Lab, until
from tools.carrier import Sipp

PERSON, SILENT, MACHINE = "11900000001", "11900000000", "11900000035"


@pytest.fixture
def _carrier(base_port: int, tmp_path: Path) -> Iterator[None]:
    with Sipp("carrier", base_port + 12, tmp_path):
        yield


pytestmark = pytest.mark.usefixtures("_carrier")


async def test_a_person_who_says_hello_reaches_an_operator(here: Lab) -> None:
    ana = await here.operator(hertz=700)

    call_id = await here.dial(PERSON, trunk="sipp", AMD="hangup")

    verdict = await here.event("AmdVerdict", callid=call_id)
    assert verdict["status"] == "HUMAN"
    assert verdict["cause"].startswith("HUMAN-")
    assert 500 < int(verdict["ms"]) < 3_000
    await here.event("AgentConnect", uniqueid=call_id)
    await until(lambda: ana.leg.ear.loudness() > 300, "the operator hears him", 10)


async def test_a_machine_is_hung_up_on(here: Lab) -> None:
    await here.operator(hertz=700)

    call_id = await here.dial(MACHINE, trunk="sipp", AMD="hangup")

    assert (await here.event("AmdVerdict", callid=call_id))["status"] == "MACHINE"
    await here.event("Hangup", uniqueid=call_id)
    assert not here.seen("QueueCallerJoin", uniqueid=call_id)


async def test_a_message_is_left_after_the_machines_greeting(here: Lab) -> None:
    call_id = await here.dial(MACHINE, trunk="sipp", AMD="message", AMDSOUND="cadencia/test-call")

    verdict = await here.event("AmdVerdict", callid=call_id)
    assert verdict["status"] == "MACHINE"
    gone = await here.event("Hangup", uniqueid=call_id)
    answered = await here.event("Newstate", uniqueid=call_id, channelstate="6")
    # Greeting and beep take 8 s, the message 5.
    assert float(gone["timestamp"]) - float(answered["timestamp"]) > 12
    assert not here.seen("QueueCallerJoin", uniqueid=call_id)


async def test_who_says_nothing_goes_to_an_operator_and_not_to_a_machines_end(here: Lab) -> None:
    await here.operator(hertz=700)

    call_id = await here.dial(SILENT, trunk="sipp", AMD="hangup", AMDOPTS="6000|1500|800|3000")

    assert (await here.event("AmdVerdict", callid=call_id))["status"] == "NOTSURE"
    await here.event("AgentConnect", uniqueid=call_id)


async def test_a_campaigns_own_settings_are_heeded(here: Lab) -> None:
    await here.operator(hertz=700)

    call_id = await here.dial(PERSON, trunk="sipp", AMD="hangup", AMDOPTS="2500|200|800|5000")

    verdict = await here.event("AmdVerdict", callid=call_id)
    assert (verdict["status"], verdict["cause"].split("-")[0]) == ("MACHINE", "LONGGREETING")


async def test_who_hangs_up_while_being_listened_to_is_neither(here: Lab) -> None:
    call_id = await here.dial(SILENT, trunk="sipp", AMD="hangup", AMDOPTS="9000|1500|800|9000")
    await here.event("Newstate", uniqueid=call_id, channelstate="6")

    await here.act("Hangup", Channel=call_id)

    assert (await here.event("AmdVerdict", callid=call_id))["status"] == "HANGUP"
    assert len(here.seen("AmdVerdict", callid=call_id)) == 1
