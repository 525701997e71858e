"""From answer to operator, by Asterisk alone."""

from __future__ import annotations

import array
import asyncio
import math
import wave

import pytest

from telephony.ami.client import Headers
from tests.asterisk.lab import CUSTOMER_HZ, Lab, deaf, hear, until
from tools.phones import Behaviour
from tools.sounds import FOLDER as SOUNDS

SOUND_HZ = 1_150


async def test_a_customer_who_answers_talks_with_the_free_operator(here: Lab) -> None:
    ana = await here.operator(hertz=700)

    call_id = await here.dial()
    customer, _ = await here.talking(call_id, ana)

    await here.customers.hang_up(customer)
    done = await here.event("AgentComplete", membername=ana.number)
    assert done["reason"] == "caller"
    assert (await here.event("Hangup", uniqueid=call_id))["cause"] == "16"
    await deaf(ana.leg, CUSTOMER_HZ)
    assert ana.leg.up


async def test_an_operator_gets_no_second_call_until_the_product_frees_him(here: Lab) -> None:
    ana = await here.operator(hertz=700)
    first = await here.dial()
    customer, _ = await here.talking(first, ana)

    waiting = await here.dial("11977776666", QTIMEOUT="30")
    await here.event("QueueCallerJoin", uniqueid=waiting)
    await here.customers.hang_up(customer)
    await here.event("Hangup", uniqueid=first)
    await asyncio.sleep(2.5)  # the queue looks once a second: he is in wrap-up and is not offered anything
    assert not here.seen("AgentCalled", uniqueid=waiting)

    await here.setvar(f"DEVICE_STATE(Custom:op-{ana.number})", "NOT_INUSE")
    await here.act("PlayDTMF", Channel=waiting, Digit="D", Receive="true")
    await here.talking(waiting, ana)


async def test_nobody_free_in_time_plays_the_message_and_ends_the_call(here: Lab) -> None:
    await here.operator(hertz=700, free=False)

    call_id = await here.dial()
    customer = await here.customer()

    nobody = await here.event("NoOperator", uniqueid=call_id)
    assert nobody["callid"] == call_id
    answered = float((await here.event("Newstate", uniqueid=call_id, channelstate="6"))["timestamp"])
    assert 1 <= float(nobody["timestamp"]) - answered < 4
    await until(lambda: customer.ear.loudness() > 300, "the message is heard")
    await asyncio.wait_for(customer.ended.wait(), 20)
    assert f"UNATTENDED,{nobody['timestamp'][:8]}" in here.switch.cel.read_text()


async def test_a_company_says_what_it_wants_to_whom_nobody_can_take(here: Lab) -> None:
    write_tone(here, "company/acme/busy")

    await here.dial(NOFREE="company/acme/busy", QTIMEOUT="1")

    await hear(await here.customer(), SOUND_HZ)


async def test_nobody_hears_silence_for_a_message_whose_file_is_gone(here: Lab) -> None:
    call_id = await here.dial(NOFREE="company/acme/gone", QTIMEOUT="1")

    nobody = await here.event("NoOperator", uniqueid=call_id)
    gone = await here.event("Hangup", uniqueid=call_id)
    assert between_s(nobody, gone) > seconds_of("nobody-free") - 0.1


async def test_a_recording_is_announced_by_the_platforms_own_words_when_the_companys_are_gone(here: Lab) -> None:
    call_id = await here.dial(RECSAY="company/acme/gone", QTIMEOUT="1")

    answered = await here.event("Newstate", uniqueid=call_id, channelstate="6")
    nobody = await here.event("NoOperator", uniqueid=call_id)
    assert between_s(answered, nobody) > seconds_of("recorded") + 0.9


def seconds_of(sound: str) -> float:
    with wave.open(str(SOUNDS / f"{sound}.wav")) as file:
        return float(file.getnframes() / file.getframerate())


def between_s(earlier: Headers, later: Headers) -> float:
    return float(str(later["timestamp"])) - float(str(earlier["timestamp"]))


async def test_when_an_operators_leg_dies_the_customer_is_told_and_gets_another(here: Lab) -> None:
    ana = await here.operator(hertz=700)
    call_id = await here.dial()
    customer, _ = await here.talking(call_id, ana)
    rui = await here.operator(hertz=1_000)

    await ana.phone.hang_up(ana.leg)

    lost = await here.event("OperatorLost", callid=call_id)
    assert lost["operator"] == ana.number
    await until(lambda: customer.ear.loudness() > 300, "the message is heard")
    await hear(customer, rui.hertz)
    await hear(rui.leg, CUSTOMER_HZ)
    assert not here.seen("NoOperator")
    assert customer.up


async def test_a_member_whose_leg_is_gone_is_passed_over(here: Lab) -> None:
    ana = await here.operator(hertz=700)
    await ana.phone.hang_up(ana.leg)
    await here.event("Hangup", uniqueid=f"op-{ana.number}-s")
    rui = await here.operator(hertz=1_000, free=False)

    call_id = await here.dial(QTIMEOUT="30")
    assert (await here.event("MemberRefused", callid=call_id))["operator"] == ana.number
    await here.setvar(f"DEVICE_STATE(Custom:op-{rui.number})", "NOT_INUSE")

    await here.talking(call_id, rui)


async def test_a_recording_has_both_voices_in_a_folder_that_asterisk_makes(here: Lab) -> None:
    ana = await here.operator(hertz=700)
    path = "acme/2026/11/22/a-call.wav"

    call_id = await here.dial(REC=path, RECSAY="cadencia/recorded")
    customer, _ = await here.talking(call_id, ana)
    await asyncio.sleep(1.0)
    await here.customers.hang_up(customer)
    await here.event("Hangup", uniqueid=call_id)

    file = here.switch.recordings / path
    await until(lambda: file.is_file() and file.stat().st_size > 44, "the file is complete")
    samples = read_wav(file)
    assert power(samples, CUSTOMER_HZ) > 0.05
    assert power(samples, ana.hertz) > 0.05
    assert power(samples, SOUND_HZ) < 0.01
    assert file.stat().st_mode & 0o007 == 0


async def test_the_announcement_of_the_recording_comes_before_the_operator(here: Lab) -> None:
    write_tone(here, "company/acme/recorded", seconds=1.0)
    ana = await here.operator(hertz=700)

    call_id = await here.dial(RECSAY="company/acme/recorded")
    customer = await here.customer()

    await hear(customer, SOUND_HZ)
    assert not here.seen("QueueCallerJoin", uniqueid=call_id)
    await hear(customer, ana.hertz)
    await deaf(customer, SOUND_HZ)


async def test_a_previewed_customer_gets_his_own_operator(here: Lab) -> None:
    ana = await here.operator(hertz=700, free=False)
    await here.operator(hertz=1_000)

    call_id = await here.originate("11955554444", "direct", ana.number, {"QUEUE": here.queue})

    connected = await here.event("DirectConnect", callid=call_id)
    assert connected["operator"] == ana.number
    customer = await here.customer()
    await hear(customer, ana.hertz)
    await here.act("Hangup", Channel=str(connected["channel"]))
    await asyncio.wait_for(customer.ended.wait(), 10)


async def test_a_previewed_customer_who_loses_his_operator_goes_to_the_queue(here: Lab) -> None:
    ana = await here.operator(hertz=700, free=False)
    rui = await here.operator(hertz=1_000)
    call_id = await here.originate("11955554444", "direct", ana.number, {"QUEUE": here.queue})
    customer = await here.customer()
    await hear(customer, ana.hertz)

    await ana.phone.hang_up(ana.leg)

    await here.event("OperatorLost", callid=call_id, operator=ana.number)
    await hear(customer, rui.hertz)


async def test_a_test_call_is_greeted_and_ended(here: Lab) -> None:
    await here.originate("11933332222", "test", "s", {})

    customer = await here.customer()

    await until(lambda: customer.ear.loudness() > 300, "the greeting is heard")
    await asyncio.wait_for(customer.ended.wait(), 20)


@pytest.mark.parametrize(("status", "cause"), [(486, "17"), (404, "1"), (480, "19"), (503, "34"), (603, "21")], ids=str)
async def test_what_a_carrier_answers_is_told_by_cause_and_status(here: Lab, status: int, cause: str) -> None:
    here.behaviours["11911110000"] = Behaviour(status=status, ring_s=0.1)

    call_id = await here.dial("11911110000")

    gone = await here.event("Hangup", uniqueid=call_id)
    assert (gone["cause"], gone["techcause"]) == (cause, f"SIP {status}") or str(status) in gone["techcause"]
    assert gone["cause"] == cause


async def test_a_phone_that_rings_for_ever_is_given_up_at_the_timeout(here: Lab) -> None:
    here.behaviours["11911110000"] = Behaviour(ring_s=60)

    call_id = await here.originate("11911110000", "dialer", here.queue, {}, timeout_ms=1_000)

    assert (await here.event("OriginateResponse", uniqueid=call_id))["reason"] == "3"
    assert (await here.event("Hangup", uniqueid=call_id))["cause"] == "19"


async def test_every_customer_has_one_line_in_asterisks_own_records(here: Lab) -> None:
    ana = await here.operator(hertz=700)
    call_id = await here.dial()
    customer, _ = await here.talking(call_id, ana)
    here.behaviours["11911110000"] = Behaviour(status=486)
    busy = await here.dial("11911110000")
    await here.event("Hangup", uniqueid=busy)
    await here.customers.hang_up(customer)
    await here.event("Hangup", uniqueid=call_id)

    rows = [line.split(",") for line in here.switch.cdr.read_text().splitlines()]
    mine = {row[0]: row for row in rows if row[0] in {call_id, busy}}
    assert [row[0] for row in rows].count(call_id) == 1
    assert [row[0] for row in rows].count(busy) == 1
    assert mine[call_id][7] == "ANSWERED"
    assert mine[busy][7] == "BUSY"
    assert float(mine[call_id][2]) < float(mine[call_id][3]) < float(mine[call_id][4])


def write_tone(here: Lab, name: str, seconds: float = 5.0) -> None:
    """A sound as a company uploads one."""
    path = here.switch.sounds / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = [int(8_000 * math.sin(2 * math.pi * SOUND_HZ * n / 8_000)) for n in range(int(8_000 * seconds))]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(array.array("h", samples).tobytes())


def read_wav(path: object) -> list[int]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8_000)
        return list(array.array("h", file.readframes(file.getnframes())))


def power(samples: list[int], hertz: int) -> float:
    """The share of a tone in a recording."""
    total = sum(sample * sample for sample in samples) or 1
    real = sum(sample * math.cos(2 * math.pi * hertz * n / 8_000) for n, sample in enumerate(samples))
    imaginary = sum(sample * math.sin(2 * math.pi * hertz * n / 8_000) for n, sample in enumerate(samples))
    return 2 * (real * real + imaginary * imaginary) / (len(samples) * total)


async def test_a_log_that_was_rotated_is_begun_anew(here: Lab) -> None:
    here.behaviours["11911110000"] = Behaviour(status=486)
    await here.event("Hangup", uniqueid=await here.dial("11911110000"))
    for path in (here.switch.cel, here.switch.cdr):
        path.rename(path.with_name(f"{path.name}.1"))

    call_id = await here.dial("11911110000")
    await here.event("Hangup", uniqueid=call_id)

    await until(lambda: here.switch.cdr.exists() and call_id in here.switch.cdr.read_text(), "it is in the new file")
    assert here.switch.cel.read_text().count(call_id) >= 2
