"""Everything that can be done with a conversation, by who hears whom."""

from __future__ import annotations

import asyncio

from tests.asterisk.lab import CUSTOMER_HZ, THIRD_HZ, Lab, Operator, deaf, hear, until
from tests.asterisk.test_customers import power, read_wav
from tools.phones import Behaviour, PhoneCall

THIRD = "11922223333"


async def connected(here: Lab, hertz: int = 700) -> tuple[str, PhoneCall, Operator, str]:
    ana = await here.operator(hertz=hertz)
    call_id = await here.dial()
    customer, handle = await here.talking(call_id, ana)
    return call_id, customer, ana, handle


async def third_party(here: Lab, ana: Operator, handle: str) -> tuple[str, PhoneCall]:
    """The customer is put on hold and the operator talks with somebody outside."""
    here.behaviours[THIRD] = Behaviour(hertz=THIRD_HZ)
    await here.redirect(handle, "lhold", "s")
    third_id = await here.originate(THIRD, "consult", ana.number, {})
    third = await here.customer()
    await hear(third, ana.hertz)
    await hear(ana.leg, THIRD_HZ)
    return third_id, third


async def test_hold_plays_music_to_the_customer_and_nothing_to_the_operator(here: Lab) -> None:
    call_id, customer, ana, handle = await connected(here)

    await here.redirect(handle, "lhold", "s")
    assert (await here.event("Held"))["callid"] == call_id
    await deaf(ana.leg, CUSTOMER_HZ)
    await deaf(customer, ana.hertz)
    await until(lambda: customer.ear.loudness() > 100, "music")

    await here.redirect(handle, "lbr", ana.number)
    await hear(customer, ana.hertz)
    await hear(ana.leg, CUSTOMER_HZ)


async def test_a_blind_transfer_to_an_operator_leaves_the_first_one_out(here: Lab) -> None:
    call_id, customer, ana, handle = await connected(here)
    rui = await here.operator(hertz=1_000, free=False)

    await here.redirect(handle, "lbr", rui.number)

    await hear(customer, rui.hertz)
    await hear(rui.leg, CUSTOMER_HZ)
    await deaf(ana.leg, CUSTOMER_HZ)
    await here.act("Hangup", Channel=handle)
    await asyncio.wait_for(customer.ended.wait(), 10)
    assert not here.seen("OperatorLost", callid=call_id)


async def test_a_transferred_customer_whose_new_operator_dies_gets_another(here: Lab) -> None:
    call_id, customer, ana, handle = await connected(here)
    rui = await here.operator(hertz=1_000, free=False)
    await here.redirect(handle, "lbr", rui.number)
    await hear(customer, rui.hertz)
    await here.setvar(f"DEVICE_STATE(Custom:op-{ana.number})", "NOT_INUSE")

    await rui.phone.hang_up(rui.leg)

    assert (await here.event("OperatorLost", callid=call_id))["operator"] == rui.number
    await hear(customer, ana.hertz)


async def test_a_blind_transfer_to_a_queue_finds_an_operator_there(here: Lab) -> None:
    call_id, customer, ana, handle = await connected(here)
    rui = await here.operator(hertz=1_000)

    await here.setvar("NEXT", f"dialer,{here.queue},1", channel=call_id)
    await here.act("Hangup", Channel=handle)

    await hear(customer, rui.hertz)
    await deaf(ana.leg, CUSTOMER_HZ)
    assert (await here.event("AgentComplete", membername=ana.number))["uniqueid"] == call_id


async def test_a_blind_transfer_outside_connects_the_customer_with_that_number(here: Lab) -> None:
    call_id, customer, _, handle = await connected(here)
    here.behaviours[THIRD] = Behaviour(hertz=THIRD_HZ)
    for name, value in {"XTRUNK": "carrier", "XCALLERID": "1130001111", "XTIMEOUT": "10"}.items():
        await here.setvar(name, value, channel=call_id)

    await here.setvar("NEXT", f"outside,{THIRD},1", channel=call_id)
    await here.act("Hangup", Channel=handle)

    assert (await here.event("XferDial", callid=call_id))["number"] == THIRD
    third = await here.customer()
    assert "1130001111" in third.invite.get("from")
    await hear(customer, THIRD_HZ)
    await hear(third, CUSTOMER_HZ)
    await here.customers.hang_up(third)
    assert (await here.event("XferDone", callid=call_id))["dialstatus"] == "ANSWER"
    await asyncio.wait_for(customer.ended.wait(), 10)


async def test_a_failed_transfer_outside_says_so(here: Lab) -> None:
    call_id, customer, _, handle = await connected(here)
    here.behaviours[THIRD] = Behaviour(status=486)
    await here.setvar("XTRUNK", "carrier", channel=call_id)

    await here.setvar("NEXT", f"outside,{THIRD},1", channel=call_id)
    await here.act("Hangup", Channel=handle)

    done = await here.event("XferDone", callid=call_id)
    assert (done["dialstatus"], done["cause"]) == ("BUSY", "17")
    await asyncio.wait_for(customer.ended.wait(), 10)


async def test_a_consultation_is_private_and_can_be_ended(here: Lab) -> None:
    _, customer, ana, handle = await connected(here)
    third_id, third = await third_party(here, ana, handle)
    await deaf(customer, ana.hertz, THIRD_HZ)

    await here.act("Hangup", Channel=third_id)
    await asyncio.wait_for(third.ended.wait(), 10)
    await here.redirect(handle, "lbr", ana.number)

    await hear(customer, ana.hertz)
    await hear(ana.leg, CUSTOMER_HZ)


async def test_an_attended_transfer_leaves_customer_and_third_party_together(here: Lab) -> None:
    call_id, customer, ana, handle = await connected(here)
    third_id, third = await third_party(here, ana, handle)

    await here.setvar("NEXT", f"xfer,{call_id},1", channel=call_id)
    await here.redirect(third_id, "xfer", call_id)
    await here.act("Hangup", Channel=handle)

    await hear(customer, THIRD_HZ)
    await hear(third, CUSTOMER_HZ)
    await deaf(ana.leg, CUSTOMER_HZ, THIRD_HZ)
    assert ana.leg.up
    await here.customers.hang_up(customer)
    await asyncio.wait_for(third.ended.wait(), 10)


async def test_three_talk_with_each_other_and_two_go_on(here: Lab) -> None:
    call_id, customer, ana, handle = await connected(here)
    third_id, third = await third_party(here, ana, handle)

    await here.redirect(
        ana.channel, "op-login", ana.number, "conf",
        ExtraChannel=third_id, ExtraContext="room3", ExtraExten=ana.number, ExtraPriority="1",
    )  # fmt: skip
    await here.redirect(handle, "lroom", ana.number)

    await hear(ana.leg, CUSTOMER_HZ, THIRD_HZ)
    await hear(customer, ana.hertz, THIRD_HZ)
    await hear(third, ana.hertz, CUSTOMER_HZ)

    await here.act("Hangup", Channel=third_id)
    # One that is on its way to where it was sent takes no further order: "channel not up". The product waits as well.
    await here.redirect(handle, "lhold", "s")
    await until(lambda: len(here.seen("Held", callid=call_id)) == 2, "the customer is on hold again")
    await here.redirect(ana.channel, "op-login", ana.number, "wait")
    await here.redirect(handle, "lbr", ana.number)
    await hear(customer, ana.hertz)
    await hear(ana.leg, CUSTOMER_HZ)


async def test_a_supervisor_listens_whispers_and_joins(here: Lab) -> None:
    _, customer, ana, _ = await connected(here)
    eva = await here.phone("9001", 1_300)
    await here.act(
        "Originate", Channel="PJSIP/9001", ChannelId="sup-9001", Context="spy", Exten="s", Priority=1, Timeout=5000,
        Async="true", Variable=[f"SPYCHAN={ana.channel}", "SPYOPT=q"],
    )  # fmt: skip
    ears = await asyncio.wait_for(eva.arrived.get(), 10)

    await hear(ears, CUSTOMER_HZ, ana.hertz)
    await deaf(customer, 1_300)
    await deaf(ana.leg, 1_300)

    await here.setvar("SPYOPT", "qw", channel="sup-9001")
    await here.redirect("sup-9001", "spy", "s")
    await hear(ana.leg, 1_300)
    await deaf(customer, 1_300)

    await here.setvar("SPYOPT", "qB", channel="sup-9001")
    await here.redirect("sup-9001", "spy", "s")
    await hear(customer, 1_300)
    await hear(ana.leg, 1_300)


async def test_a_supervisor_takes_a_customer_over(here: Lab) -> None:
    call_id, customer, ana, handle = await connected(here)
    eva = await here.phone("9002", 1_300)
    await here.act(
        "Originate", Channel="PJSIP/9002", ChannelId="sup-9002", Context="spy", Exten="s", Priority=1, Timeout=5000,
        Async="true", Variable=[f"SPYCHAN={ana.channel}", "SPYOPT=q"],
    )  # fmt: skip
    ears = await asyncio.wait_for(eva.arrived.get(), 10)

    await here.setvar("NEXT", f"xfer,{call_id},1", channel=call_id)
    await here.redirect("sup-9002", "xfer", call_id)
    await here.act("Hangup", Channel=handle)

    await hear(customer, 1_300)
    await hear(ears, CUSTOMER_HZ)
    await deaf(ana.leg, CUSTOMER_HZ)


async def test_keys_reach_the_customers_menu_and_come_from_him(here: Lab) -> None:
    call_id, customer, ana, _ = await connected(here)

    for digit in "42":
        await here.act("PlayDTMF", Channel=call_id, Digit=digit)
        await asyncio.sleep(0.3)
    await until(lambda: customer.keys == ["4", "2"], "the keys arrive")

    await customer.press("7")
    await until(lambda: ana.leg.keys == ["7"], "the customer's key arrives")


async def test_a_recording_begins_pauses_and_ends_in_mid_call(here: Lab) -> None:
    call_id, customer, ana, _ = await connected(here)
    channel = str((await here.event("AgentConnect", uniqueid=call_id))["channel"])

    await here.act(
        "Originate", Channel="Local/s@tap/n", ChannelId=f"rec-{call_id}", OtherChannelId=f"tap-{call_id}",
        Context="tap", Exten="wait", Priority=1, Timeout=5000, Async="true",
        Variable=[f"TAPCHAN={channel}", "TAPFILE=acme/on-demand.wav"],
    )  # fmt: skip
    await here.event("MixMonitorStart", uniqueid=f"tap-{call_id}")
    await here.event("ChanSpyStart")
    await asyncio.sleep(1.0)
    await here.act("MixMonitorMute", Channel=f"tap-{call_id}", Direction="both", State="1")
    await asyncio.sleep(1.0)
    await here.act("Hangup", Channel=f"rec-{call_id}")
    await here.event("Hangup", uniqueid=f"tap-{call_id}")

    assert customer.up
    assert ana.leg.up
    samples = read_wav(here.switch.recordings / "acme/on-demand.wav")
    assert 1.5 < len(samples) / 8_000 < 4
    first, last = samples[: len(samples) // 3], samples[-len(samples) // 4 :]
    assert power(first, CUSTOMER_HZ) > 0.05
    assert power(first, ana.hertz) > 0.05
    assert max(map(abs, last)) < 200
