"""The product's side of sound files against those that a real switch writes and plays."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from calls import recording_files
from calls.recording_wav import peaks, read_wav
from campaigns import amd
from campaigns.sound_conversion import convert
from common.ids import uuid7
from telephony.ami.errors import SwitchAwayError
from telephony.naming import recording_path
from tests.asterisk.conftest import LENGTH, THOUSANDS
from tests.asterisk.lab import CUSTOMER_HZ, Lab, hear, lab, until
from tests.asterisk.test_customers import power
from tests.asterisk.test_customers import read_wav as samples_of
from tests.factories.sounds import tone
from tests.ports import take_first
from tools.asterisk import Addresses, Instance


def new_path() -> str:
    return recording_path("acme", str(uuid7()))


async def record(here: Lab, path: str, seconds: float) -> None:
    """A customer whom nobody takes, recorded for so long; then he hangs up."""
    call_id = await here.dial(REC=path, QTIMEOUT="60")
    customer = await here.customer()
    await here.event("MixMonitorStart", uniqueid=call_id)
    await asyncio.sleep(seconds)
    await here.customers.hang_up(customer)
    await here.event("Hangup", uniqueid=call_id)


async def test_a_recording_of_the_switch_is_what_the_product_keeps(here: Lab) -> None:
    path = new_path()
    await record(here, path, 2)
    file = here.switch.recordings / path
    await asyncio.sleep(0.5)

    judged = recording_files.judge(file)

    assert (judged.wav.rate, judged.wav.channels, judged.wav.sample_bytes) == (8000, 1, 2)
    assert Decimal("1.5") < judged.wav.seconds < Decimal(4)
    assert not judged.wav.is_cut_off
    assert power(samples_of(file), CUSTOMER_HZ) > 0.1
    assert max(peaks(file, 20)) > 5


@pytest.fixture(scope="module")
def other_base_port() -> int:
    return take_first(THOUSANDS, LENGTH)


@pytest.fixture
def other_switch(switch: Instance, other_base_port: int) -> Iterator[tuple[Instance, int]]:
    """A second one, to be killed; and the port of its customers."""
    base = other_base_port
    made = Instance(f"{switch.name}-killed", Addresses.from_base(base), extra={"QUEUES": "10"})
    made.forget()
    made.prepare()
    made.trunks.write_text(
        "[carrier]\ntype = endpoint\ntransport = transport-udp\ncontext = from-trunk\ndisallow = all\nallow = ulaw\n"
        f"aors = carrier\n[carrier]\ntype = aor\ncontact = sip:127.0.0.1:{base + 10}\n",
        encoding="utf-8",
    )
    made.trunks.chmod(0o640)
    made.start()
    yield made, base + 10
    made.stop()


async def test_a_recording_that_a_killed_switch_left_open_is_mended(other_switch: tuple[Instance, int]) -> None:
    switch, customers = other_switch
    path = new_path()
    file = switch.recordings / path
    with contextlib.suppress(SwitchAwayError):  # the lab hangs up at its end
        async with lab(switch, customers) as here:
            call_id = await here.dial(REC=path, QTIMEOUT="60")
            await here.customer()
            await here.event("MixMonitorStart", uniqueid=call_id)
            # Written through a buffer: wait until some of it is on the disk.
            await until(lambda: file.exists() and file.stat().st_size > 50_000, "three seconds are written")
            here.ami.close()
            switch.kill()

    assert read_wav(file).is_cut_off
    judged = recording_files.judge(file)

    assert judged.wav.seconds > 2
    assert not read_wav(file).is_cut_off
    assert power(samples_of(file), CUSTOMER_HZ) > 0.1


@pytest.fixture
def little_room(switch: Instance) -> Iterator[Path]:
    """A company's folder of recordings with room for four seconds."""
    folder = switch.recordings / "full"
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=0777", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"can't mount here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_a_full_disk_loses_the_recording_and_not_the_call(here: Lab, little_room: Path) -> None:
    operator = await here.operator(hertz=700)
    path = new_path().replace("acme/", "full/", 1)
    call_id = await here.dial(REC=path)
    customer, _ = await here.talking(call_id, operator)

    await until(lambda: os.statvfs(little_room).f_bavail == 0, "the disk is full")
    await asyncio.sleep(2)
    await hear(customer, 700)
    await hear(operator.leg, CUSTOMER_HZ)
    await here.customers.hang_up(customer)
    assert (await here.event("Hangup", uniqueid=call_id))["cause"] == "16"

    file = here.switch.recordings / path
    await asyncio.sleep(0.5)
    judged = recording_files.judge(file)
    assert judged.size_bytes <= 65_536, "what came before is kept"
    assert judged.wav.seconds < 5


async def test_an_uploaded_message_is_heard_by_a_customer_whom_nobody_can_take(here: Lab) -> None:
    name = f"company/acme/{uuid4().hex}"
    file = here.switch.sounds / f"{name}.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(convert(tone(4, rate=44_100, channels=2, hertz=1_150), longest_s=10).wav)

    await here.dial(NOFREE=name, QTIMEOUT="1")
    customer = await here.customer()

    await hear(customer, 1_150)


@pytest.mark.parametrize("preset", sorted(amd.PRESETS))
async def test_every_preset_is_understood_by_detection(here: Lab, preset: str) -> None:
    """A customer who only whistles is a machine, or undecided; what counts is that the arguments were taken."""
    options = amd.arguments(preset, {}).replace(",", "|")
    call_id = await here.dial(AMD="hangup", AMDOPTS=options)
    await here.customer()

    verdict = await here.event("AmdVerdict", uniqueid=call_id)

    assert verdict["status"] in {"MACHINE", "HUMAN", "NOTSURE"}
    assert verdict["cause"].split("-")[0] in {
        "TOOLONG", "INITIALSILENCE", "HUMAN", "LONGGREETING", "MAXWORDLENGTH", "MAXWORDS",
    }  # fmt: skip
    longest_ms = amd.PRESETS[preset]["total_analysis_time"]
    assert float(verdict["ms"]) < longest_ms + 1_000
