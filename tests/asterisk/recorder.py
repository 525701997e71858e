"""Records tests/fixtures/ami anew from a real switch: ``python -m tests.asterisk.recorder FIRST_PORT``.

What the product's account reads while one customer is dialed or calls, byte for byte but for the events that
telephony/ami doesn't read. The same ids every time; one file for each row of the table of outcomes (docs/telephony.md
of the brief), each way to hang up, and each way in.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

from telephony.ami.events import PARSERS
from tests.asterisk.lab import CUSTOMER_HZ, TRUNK, Lab, lab, until
from tests.telephony.ami.transcripts import CALL_ID, FOLDER, ORDER
from tools.asterisk import Addresses, Instance
from tools.asterisk.instance import USER
from tools.phones import Behaviour, UserAgent

OPERATOR, NUMBER, QUEUE = "1011", "5511987650001", ORDER.queue
DID = "551140001111"
READ = PARSERS.keys() - {"ContactStatus", "Registry"}
EVENT = re.compile(rb"^Event: (\w+)\r\n")
SETTLED_S = 1.5


class Tap:
    """A session of its own, as bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.read = b""

    async def listen(self) -> None:
        while data := await self._reader.read(65_536):
            self.read += data

    def lean(self) -> bytes:
        """The messages that are read by telephony/ami."""
        blocks = self.read.split(b"\r\n\r\n")
        kept = [block for block in blocks if (named := EVENT.match(block)) and named[1].decode() in READ]
        return b"".join(block + b"\r\n\r\n" for block in kept)


@contextlib.asynccontextmanager
async def tap(switch: Instance) -> AsyncIterator[Tap]:
    reader, writer = await asyncio.open_connection("127.0.0.1", switch.addresses.ami)
    made = Tap(reader, writer)
    writer.write(f"Action: Login\r\nUsername: {USER}\r\nSecret: {switch.ami_secret}\r\n\r\n".encode())
    task = asyncio.create_task(made.listen())
    await asyncio.sleep(0.3)
    made.read = b""
    yield made
    await asyncio.sleep(SETTLED_S)
    task.cancel()
    writer.close()


class Studio:
    """The switch with the one operator, and what is done in each scene."""

    def __init__(self, switch: Instance, here: Lab) -> None:
        self.switch, self.lab = switch, here
        self.phone: UserAgent | None = None

    async def operator(self, *, free: bool = True) -> None:
        """His leg is up, in the queue."""
        if self.phone is None:
            self.phone = await self.lab.phone(OPERATOR, 700)
        act = self.lab.act
        up = len(self.lab.seen("OperatorUp"))
        await act(
            "Originate", Channel=f"PJSIP/{OPERATOR}", ChannelId=f"op-{OPERATOR}-s1", Context="op-login",
            Exten=OPERATOR, Priority=1, Timeout=5000, Async="true",
        )  # fmt: skip
        await until(lambda: len(self.lab.seen("OperatorUp")) > up, "the leg is up")
        with contextlib.suppress(Exception):
            await act(
                "QueueAdd", Queue=QUEUE, Interface=f"Local/{OPERATOR}@op/n", MemberName=OPERATOR,
                StateInterface=f"Custom:op-{OPERATOR}", Penalty=0, Paused="false",
            )  # fmt: skip
        await self.lab.setvar(f"DEVICE_STATE(Custom:op-{OPERATOR})", "NOT_INUSE" if free else "INUSE")

    async def dial(
        self, *, trunk: str = "carrier", timeout_s: int = 3, context: str = "dialer", exten: str = QUEUE, **more: str
    ) -> None:
        given = {"__CALL_ID": CALL_ID, "__COMPANY": "acme", "__CAMPAIGN_ID": "7", "QTIMEOUT": "2", **more}
        await self.lab.act(
            "Originate", ActionID=f"dial-{CALL_ID}", Channel=f"PJSIP/{NUMBER}@{trunk}", ChannelId=CALL_ID,
            Context=context, Exten=exten, Priority=1, Timeout=timeout_s * 1000, CallerID="1130001000", Async="true",
            Variable=[f"{name}={value}" for name, value in given.items()],
        )  # fmt: skip

    async def answers(self, **behaviour: object) -> None:
        self.lab.behaviours[NUMBER] = Behaviour(**{"hertz": CUSTOMER_HZ, "ring_s": 0.3, **behaviour})  # type: ignore[arg-type]

    async def over(self, within_s: float = 20) -> None:
        """The customer's channel is gone, and the rest has been told."""
        await until(lambda: bool(self.lab.seen("Hangup", uniqueid=CALL_ID)), "the call is over", within_s)

    async def connected(self) -> str:
        """Give the handle."""
        found = await self.lab.event("AgentConnect", uniqueid=CALL_ID)
        await asyncio.sleep(1.2)
        return str(found["destchannel"]).removesuffix(";1") + ";2"


Scene = Callable[[Studio], Awaitable[None]]


def refused(status: int) -> Scene:
    async def scene(studio: Studio) -> None:
        await studio.answers(status=status, ring_s=0.0)
        await studio.dial()
        await studio.over()

    return scene


async def ring_timeout(studio: Studio) -> None:
    await studio.answers(ring_s=60.0)
    await studio.dial()
    await studio.over()


async def ringing_hung_up(studio: Studio) -> None:
    """By us, by the Uniqueid."""
    await studio.answers(ring_s=60.0)
    await studio.dial(timeout_s=20)
    await asyncio.sleep(1)
    await studio.lab.act("Hangup", Channel=CALL_ID)
    await studio.over()


async def dead_trunk(studio: Studio) -> None:
    await studio.dial(trunk="dead")
    await studio.over()


async def unknown_trunk(studio: Studio) -> None:
    await studio.dial(trunk="nosuch")


async def answered_unattended(studio: Studio) -> None:
    await studio.answers()
    await studio.dial()
    await studio.over()


async def customer_hangs_up(studio: Studio) -> None:
    await studio.answers(talk_s=2.0)
    await studio.dial()
    await studio.over()


async def operator_hangs_up(studio: Studio) -> None:
    await studio.answers()
    await studio.dial()
    await studio.lab.act("Hangup", Channel=await studio.connected())
    await studio.over()


async def dialer_hangs_up(studio: Studio) -> None:
    await studio.answers()
    await studio.dial()
    await studio.connected()
    await studio.lab.act("Hangup", Channel=CALL_ID)
    await studio.over()


async def operator_leg_dies(studio: Studio) -> None:
    await studio.answers()
    await studio.dial()
    await studio.connected()
    await studio.lab.act("Hangup", Channel=f"op-{OPERATOR}-s1")
    await studio.over(60)


async def operator_comes_back(studio: Studio) -> None:
    """His leg dies, and the new one gets the same customer."""
    await studio.answers()
    await studio.dial()
    await studio.connected()
    await studio.lab.act("Hangup", Channel=f"op-{OPERATOR}-s1")
    await asyncio.sleep(0.5)
    await studio.operator()
    await until(lambda: len(studio.lab.seen("AgentConnect", uniqueid=CALL_ID)) > 1, "he has him again")
    await asyncio.sleep(1)
    await studio.lab.act("Hangup", Channel=CALL_ID)
    await studio.over()


async def direct(studio: Studio) -> None:
    await studio.answers(talk_s=2.0)
    await studio.dial(context="direct", exten=OPERATOR)
    await studio.over()


async def arrived(studio: Studio) -> None:
    await studio.lab.setvar(f"DID_{DID}", f"{QUEUE}|acme|8|QTIMEOUT=30")
    call = await studio.lab.customers.call(DID, hertz=CUSTOMER_HZ)
    await studio.lab.event("AgentConnect", membername=OPERATOR)
    await asyncio.sleep(1)
    await studio.lab.customers.hang_up(call)


async def machine(studio: Studio) -> None:
    """Somebody who never stops talking is a machine."""
    await studio.answers()
    await studio.dial(AMD="hangup", AMDOPTS="2500|1500|300|5000|120|50|5|256|5000")
    await studio.over()


WITH_OPERATOR = {
    "customer_hangs_up", "operator_hangs_up", "dialer_hangs_up", "operator_leg_dies", "operator_comes_back", "direct",
    "arrived",
}  # fmt: skip
SCENES: dict[str, Scene] = {
    "busy": refused(486),
    "invalid": refused(404),
    "unavailable": refused(480),
    "congestion": refused(503),
    "declined": refused(603),
    "ring_timeout": ring_timeout,
    "ringing_hung_up": ringing_hung_up,
    "dead_trunk": dead_trunk,
    "unknown_trunk": unknown_trunk,
    "answered_unattended": answered_unattended,
    "customer_hangs_up": customer_hangs_up,
    "operator_hangs_up": operator_hangs_up,
    "dialer_hangs_up": dialer_hangs_up,
    "operator_leg_dies": operator_leg_dies,
    "operator_comes_back": operator_comes_back,
    "direct": direct,
    "arrived": arrived,
    "machine": machine,
}


async def record(switch: Instance, customers_port: int, names: list[str]) -> None:
    for name in names or SCENES:
        async with lab(switch, customers_port) as here:
            studio = Studio(switch, here)
            if name in WITH_OPERATOR:
                await studio.operator()
            async with tap(switch) as recording:
                await SCENES[name](studio)
                await asyncio.sleep(SETTLED_S)
            transcript = recording.lean()
        await asyncio.to_thread((FOLDER / f"{name}.ami").write_bytes, transcript)
        sys.stdout.write(f"{name}: {len(transcript)} bytes\n")


def main() -> None:
    base = int(sys.argv[1])
    switch = Instance("recorder", Addresses.from_base(base), extra={"QUEUES": "10"})
    switch.forget()
    switch.prepare()
    switch.trunks.write_text(TRUNK.format(customers=base + 10, sipp=base + 12), encoding="utf-8")
    switch.trunks.chmod(0o640)
    with switch:
        asyncio.run(record(switch, base + 10, sys.argv[2:]))
    switch.forget()


if __name__ == "__main__":
    main()
