"""Calls to a company's number."""

from __future__ import annotations

import pytest

from tests.asterisk.lab import CUSTOMER_HZ, Lab, hear, until
from tools.phones.agent import PhoneError


@pytest.mark.parametrize(
    "dialed", ["551140004321", "+551140004321", "1140004321", "01140004321"], ids=["e164", "plus", "national", "zero"]
)
async def test_a_call_to_a_companys_number_reaches_its_queue_however_the_carrier_writes_it(
    here: Lab, dialed: str
) -> None:
    ana = await here.operator(hertz=700)
    variables = "QTIMEOUT=30|RECSAY=cadencia/recorded|REC=100|SHELL=no"
    await here.setvar("DID_551140004321", f"{here.queue}|acme|7|{variables}")

    call = await here.customers.call(dialed, hertz=CUSTOMER_HZ)

    arrived = await here.event("CallArrived")
    assert arrived["dialed"] == "+551140004321"
    assert (arrived["queue"], arrived["company"], arrived["campaignid"]) == (here.queue, "acme", "7")
    assert (arrived["trunk"], arrived["callid"]) == ("carrier", arrived["uniqueid"])
    assert arrived["recording"].startswith("acme/20")
    await hear(call, ana.hertz)
    await hear(ana.leg, CUSTOMER_HZ)
    connected = await here.event("AgentConnect", uniqueid=str(arrived["uniqueid"]))
    assert float(connected["timestamp"]) > float(arrived["timestamp"])
    await here.customers.hang_up(call)
    await here.event("Hangup", uniqueid=str(arrived["uniqueid"]))
    assert (here.switch.recordings / arrived["recording"]).stat().st_size > 44


@pytest.mark.parametrize("dialed", ["551140009999", "1140009999", "did", "h", "s", "q0001", "1001", "i"])
async def test_a_number_that_nobody_has_does_not_exist(here: Lab, dialed: str) -> None:
    await here.setvar("NUMBERS", "known")

    with pytest.raises(PhoneError, match="404"):
        await here.customers.call(dialed)

    assert not here.seen("CallArrived")


async def test_who_calls_in_writes_no_line_into_the_switchs_records(here: Lab) -> None:
    """An extension is the caller's own text, percent-encoded."""
    await here.setvar("NUMBERS", "known")
    with pytest.raises(PhoneError, match="404"):
        await here.customers.call("0%0AHANGUP%2C1.0%2Cforged%2Cforged%2Cnobody%2C1%2C%0A")

    await until(lambda: "HANGUP10forgedforged" in here.switch.cel.read_text(), "the call in the switch's log")
    for file in (here.switch.cel, here.switch.cdr):
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        assert not [line for line in lines if line.startswith("HANGUP,1.0") or line.count(",") < 6]


async def test_before_the_numbers_are_known_none_is_written_off(here: Lab) -> None:
    await here.setvar("NUMBERS", "")

    with pytest.raises(PhoneError, match="503"):
        await here.customers.call("551140006666")


async def test_a_number_that_was_taken_away_does_not_exist_any_more(here: Lab) -> None:
    await here.setvar("DID_551140005555", f"{here.queue}|acme|7")
    await here.setvar("DID_551140005555", "")
    await here.setvar("NUMBERS", "known")

    with pytest.raises(PhoneError, match="404"):
        await here.customers.call("551140005555")


async def test_of_a_share_some_calls_are_recorded_and_are_told_so(here: Lab) -> None:
    for share in ("0", "50", "100"):
        await here.setvar(f"DID_5511400077{share.zfill(2)[:2]}", f"{here.queue}|acme|{share}|REC={share}")

    async def recorded(dialed: str) -> bool:
        before = len(here.seen("CallArrived"))
        call = await here.customers.call(dialed)
        await until(lambda: len(here.seen("CallArrived")) > before, "another call arrived")
        await here.customers.hang_up(call)
        return bool(here.seen("CallArrived")[before].get("recording"))

    assert not await recorded("551140007700")
    assert await recorded("551140007710")
    drawn: set[bool] = set()
    while len(drawn) < 2:  # forty calls without both: once in 2**39
        drawn.add(await recorded("551140007750"))
        assert len(here.seen("CallArrived")) < 42
