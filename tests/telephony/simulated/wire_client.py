"""A bare AMI client for tests: it sees every byte, keeps every message in order, and helps nobody."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

WAIT_S = 20.0


@dataclass(frozen=True)
class Message:
    """One response or event, its headers in order."""

    headers: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self.headers)

    def fits(self, **headers: str) -> bool:
        return all(self[name.replace("_", "-")] == value for name, value in headers.items())


class WireClient:
    """Connected by `connect`; `messages` holds all that came since."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.messages: list[Message] = []
        self.banner = ""
        self.closed = False
        self._reader = reader
        self._writer = writer
        self._news = asyncio.Condition()
        self._ids = 0
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, port: int) -> WireClient:
        client = cls(*await asyncio.open_connection("127.0.0.1", port))
        client.banner = (await client._reader.readline()).decode()
        client._task = asyncio.create_task(client._read())
        return client

    async def _read(self) -> None:
        try:
            while True:
                raw = await self._reader.readuntil(b"\r\n\r\n")
                lines = raw.decode("utf-8", "surrogateescape").strip("\r\n").split("\r\n")
                headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
                async with self._news:
                    self.messages.append(Message(headers))
                    self._news.notify_all()
        except (asyncio.IncompleteReadError, ConnectionError):
            async with self._news:
                self.closed = True
                self._news.notify_all()

    async def close(self) -> None:
        self._writer.close()
        if self._task:
            await asyncio.wait([self._task])
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    def write(self, raw: bytes) -> None:
        self._writer.write(raw)

    def stop_reading(self) -> None:
        """Become the slow reader."""
        assert self._task
        self._task.cancel()

    def send(self, action: str, headers: list[tuple[str, str]]) -> str:
        """Send an action; give its ActionID."""
        self._ids += 1
        action_id = f"t{self._ids}"
        lines = [("Action", action), ("ActionID", action_id), *headers]
        self.write(("".join(f"{name}: {value}\r\n" for name, value in lines) + "\r\n").encode())
        return action_id

    async def act(self, action: str, *more: tuple[str, str], **headers: str) -> Message:
        """Send an action and give its response."""
        action_id = self.send(action, [*headers.items(), *more])
        return await self.until(
            lambda message: "Response" in message and message["ActionID"] == action_id and ("Event" not in message)
        )

    async def until(self, wanted: Callable[[Message], bool]) -> Message:
        """The first message, past or to come, that is wanted."""
        seen = 0
        async with asyncio.timeout(WAIT_S), self._news:
            while True:
                for message in self.messages[seen:]:
                    if wanted(message):
                        return message
                seen = len(self.messages)
                if self.closed:
                    raise ConnectionError("closed before the message came")
                await self._news.wait()

    async def event(self, name: str, **headers: str) -> Message:
        """The first event of that name with those headers (an underscore in a name stands for a hyphen)."""
        return await self.until(lambda message: message["Event"] == name and message.fits(**headers))

    async def until_closed(self) -> None:
        async with asyncio.timeout(WAIT_S), self._news:
            while not self.closed:
                await self._news.wait()

    def events(self, *names: str) -> list[Message]:
        """Events so far, all or those named."""
        return [message for message in self.messages if "Event" in message and (not names or message["Event"] in names)]

    def names(self) -> list[str]:
        return [message["Event"] for message in self.events()]

    def forget(self) -> None:
        self.messages.clear()

    # ---- what most tests do

    async def log_in(self) -> None:
        accepted = await self.act("Login", Username="cadencia", Secret="cadencia")
        assert accepted["Message"] == "Authentication accepted"

    async def originate(self, call_id: str, number: str, *more: tuple[str, str], **headers: str) -> Message:
        """Dial a customer into the queue q-acme-1; give the response."""
        values = {
            "Channel": f"PJSIP/{number}@trunk",
            "ChannelId": call_id,
            "Context": "dialer",
            "Exten": "q-acme-1",
            "Priority": "1",
            "Timeout": "30000",
            "CallerID": '"Acme" <1130001000>',
            "Async": "true",
            "Variable": f"__CALL_ID={call_id},__COMPANY=acme,__CAMPAIGN_ID=1,QTIMEOUT=2",
        }
        return await self.act("Originate", *more, **{**values, **headers})

    async def open_leg(self, operator: str, *, free: bool = True, queue: str = "q-acme-1", penalty: str = "0") -> None:
        """Open an operator's standing leg, put him into a queue, and make him free or not."""
        await self.act(
            "Originate",
            Channel=f"PJSIP/{operator}",
            ChannelId=f"op-{operator}-1",
            Context="op-login",
            Exten=operator,
            Priority="1",
            Async="true",
        )
        await self.event("UserEvent", UserEvent="OperatorUp", Operator=operator)
        await self.act(
            "QueueAdd",
            Queue=queue,
            Interface=f"Local/{operator}@op/n",
            MemberName=operator,
            StateInterface=f"Custom:op-{operator}",
            Penalty=penalty,
        )
        await self.set_free(operator, free=free)

    async def set_free(self, operator: str, *, free: bool) -> None:
        state = "NOT_INUSE" if free else "INUSE"
        await self.act("Setvar", Variable=f"DEVICE_STATE(Custom:op-{operator})", Value=state)

    async def hang_up(self, channel: str) -> Message:
        return await self.act("Hangup", Channel=channel)


ANSWERS = "5511999990001"
"""A number whose callee answers in the router scenario."""


async def connected(client: WireClient, call_id: str = "call", number: str = ANSWERS) -> Message:
    """Dial a customer who answers and wait until he talks to an operator."""
    await client.originate(call_id, number)
    await client.event("AgentConnect", Uniqueid=call_id)
    return await client.event("BridgeEnter", Uniqueid=call_id)


def handle(client: WireClient, call_id: str = "call") -> str:
    """The second half of the Local channel, from AgentConnect."""
    [connect] = client.events("AgentConnect")
    assert connect["Uniqueid"] == call_id
    return connect["DestChannel"].replace(";1", ";2")
