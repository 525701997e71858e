"""From a customer's answer to his talking with an operator, on the real switch, by its own timestamps.

Operators with standing legs, five answers a second, calls of 1.2 s, no media.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from common.ids import uuid7
from telephony.ami.client import Connection, Headers
from tools.asterisk import Addresses, Instance
from tools.asterisk.instance import USER
from tools.bench.figure import Figure, percentile
from tools.carrier import Sipp

BASE_PORT = 19_000
SIPP_PORT = BASE_PORT + 10
CALLS = 300
PER_S = 5.0
TALK_S = 1.2
OPERATORS = 12
QUEUE = "q0001"
WITHIN_S = 20.0
ENDPOINTS = """
[{name}]
type = endpoint
transport = transport-udp
context = from-trunk
disallow = all
allow = ulaw
aors = {name}
direct_media = no
[{name}]
type = aor
contact = sip:127.0.0.1:{port}
"""


def measure() -> Iterator[Figure]:
    switch = Instance("bench-switch", Addresses.from_base(BASE_PORT), extra={"QUEUES": "10"})
    switch.forget()
    switch.prepare()
    names = ["carrier", *(str(2_000 + number) for number in range(OPERATORS))]
    switch.trunks.write_text("".join(ENDPOINTS.format(name=name, port=SIPP_PORT) for name in names), encoding="ascii")
    with tempfile.TemporaryDirectory() as folder, Sipp("answer", SIPP_PORT, Path(folder)), switch:
        yield asyncio.run(_measure(switch))


@dataclass(slots=True)
class _Call:
    """Instants in seconds by the switch's clock, 0 while unknown."""

    up_s: float = 0.0
    near: frozenset[str] = frozenset()
    """His channel and the near half of the operator's Local channel: one bridge."""
    handle: str = ""
    """The far half, which shares the other bridge with the operator's leg."""
    operator: str = ""


class _Watch:
    """Takes the events apart by call."""

    def __init__(self) -> None:
        self.calls: dict[str, _Call] = {}
        self.all_up = asyncio.Event()
        self.legs: dict[str, str] = {}
        """Operator → his channel."""
        self.entered: dict[str, list[tuple[float, str]]] = {}
        """Bridge → (instant, channel) in order."""
        self.connected: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def take(self, event: Headers) -> None:
        name, uniqueid, at_s = event["event"], event.get("uniqueid", ""), float(event.get("timestamp", 0))
        call = self.calls.get(uniqueid)
        match name:
            case "Newstate" if call is not None and event["channelstate"] == "6":
                call.up_s = at_s
            case "BridgeEnter":
                self.entered.setdefault(event["bridgeuniqueid"], []).append((at_s, event["channel"]))
            case "AgentConnect" if call is not None:
                call.operator, call.handle = event["membername"], event["destchannel"].removesuffix(";1") + ";2"
                call.near = frozenset({event["channel"], event["destchannel"]})
                self.connected.put_nowait((uniqueid, call.operator))
            case "UserEvent" if event["userevent"] == "OperatorUp":
                self.legs[event["operator"]] = event["channel"]
                if len(self.legs) == OPERATORS:
                    self.all_up.set()

    def took_ms(self, call: _Call) -> float | None:
        """From his answer to the last of the two bridges being whole; None when they never were."""
        if not call.near:
            return None
        both = [self._whole_s(call.near, call), self._whole_s({call.handle, self.legs[call.operator]}, call)]
        return None if 0.0 in both else (max(both) - call.up_s) * 1_000

    def _whole_s(self, pair: Set[str], call: _Call) -> float:
        """When the second of two channels entered the bridge of the first after this call's answer; 0 for never."""
        for entries in self.entered.values():
            mine = {channel: at_s for at_s, channel in reversed(entries) if channel in pair and at_s >= call.up_s}
            if len(mine) == 2:
                return max(mine.values())
        return 0.0


async def _measure(switch: Instance) -> Figure:
    watch = _Watch()
    ami = await Connection.open(
        host="127.0.0.1", port=switch.addresses.ami, user=USER, secret=switch.ami_secret, sink=watch.take
    )
    try:
        await _log_in(ami, watch)
        freeing = asyncio.create_task(_end_and_free(ami, watch))
        for number in range(CALLS):
            await _dial(ami, watch, number)
            await asyncio.sleep(1 / PER_S)
        await asyncio.sleep(TALK_S + 2)
        freeing.cancel()
    finally:
        ami.close()
    values = [took for call in watch.calls.values() if (took := watch.took_ms(call)) is not None]
    version = switch.rx("core show version").split()[1]
    return Figure(
        "switch_answer_to_bridge_ms",
        round(percentile(values, 0.5), 2),
        "ms",
        {
            "p50_ms": round(percentile(values, 0.5), 2),
            "p95_ms": round(percentile(values, 0.95), 2),
            "p99_ms": round(percentile(values, 0.99), 2),
            "max_ms": round(max(values), 2),
            "calls": len(watch.calls),
            "bridged": len(values),
            "operators": OPERATORS,
            "calls_per_s": PER_S,
            "asterisk": version,
            "goal": "p50 <= 5, p95 <= 10",
        },
    )


async def _log_in(ami: Connection, watch: _Watch) -> None:
    for operator in map(str, range(2_000, 2_000 + OPERATORS)):
        await ami.request(
            {
                "Action": "Originate", "Channel": f"PJSIP/{operator}", "ChannelId": f"op-{operator}-bench",
                "Context": "op-login", "Exten": operator, "Priority": 1, "Timeout": 10_000, "Async": "true",
            }
        )  # fmt: skip
        await ami.request(
            {
                "Action": "QueueAdd", "Queue": QUEUE, "Interface": f"Local/{operator}@op/n", "MemberName": operator,
                "StateInterface": f"Custom:op-{operator}", "Penalty": 0,
            }
        )  # fmt: skip
    async with asyncio.timeout(WITHIN_S):
        await watch.all_up.wait()
    for operator in watch.legs:
        await _free(ami, operator)
    await asyncio.sleep(1.0)


async def _free(ami: Connection, operator: str) -> None:
    variable = f"DEVICE_STATE(Custom:op-{operator})"
    await ami.request({"Action": "Setvar", "Variable": variable, "Value": "NOT_INUSE"})


async def _dial(ami: Connection, watch: _Watch, number: int) -> None:
    call_id = str(uuid7())
    watch.calls[call_id] = _Call()
    await ami.request(
        {
            "Action": "Originate", "Channel": f"PJSIP/119{number:08d}@carrier", "ChannelId": call_id,
            "Context": "dialer", "Exten": QUEUE, "Priority": 1, "Timeout": 10_000, "Async": "true",
            "Variable": [f"__CALL_ID={call_id}"],
        }
    )  # fmt: skip


async def _end_and_free(ami: Connection, watch: _Watch) -> None:
    """Each call talks for its time, then its operator is free again at once."""
    async with asyncio.TaskGroup() as group:
        while True:
            call_id, operator = await watch.connected.get()
            group.create_task(_end(ami, call_id, operator))


async def _end(ami: Connection, call_id: str, operator: str) -> None:
    await asyncio.sleep(TALK_S)
    await ami.request({"Action": "Hangup", "Channel": call_id})
    await asyncio.sleep(0.1)
    await _free(ami, operator)
