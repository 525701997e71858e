"""A scripted AMI server: it says what a test tells it to say, and remembers every action it was sent.

Unlike the simulated switch it has no world of its own, so it can also misbehave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Fields = dict[str, str]
Answer = Callable[["FakeAmi", Fields], "str | None"]


def block(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in lines) + "\r\n"


def event(name: str, **headers: object) -> str:
    return block(f"Event: {name}", *(f"{key}: {value}" for key, value in headers.items()))


def success(action: Fields, message: str = "done") -> str:
    return block("Response: Success", f"ActionID: {action['actionid']}", f"Message: {message}")


def error(action: Fields, message: str) -> str:
    return block("Response: Error", f"ActionID: {action['actionid']}", f"Message: {message}")


def listing(action: Fields, complete: str, *rows: str) -> str:
    """A list answer: start, the rows (events without their ActionID) and the end."""
    action_id = f"ActionID: {action['actionid']}"
    start = block("Response: Success", action_id, "EventList: start", "Message: will follow")
    marked = "".join(row[:-2] + f"{action_id}\r\n\r\n" for row in rows)
    return start + marked + block(f"Event: {complete}", action_id, "EventList: Complete")


def _log_in(_: FakeAmi, action: Fields) -> str:
    return success(action, "Authentication accepted") + event("FullyBooted", Status="Fully Booted")


def _done(_: FakeAmi, action: Fields) -> str:
    return success(action)


DEFAULT_ANSWERS: dict[str, Answer] = {
    "login": _log_in,
    "ping": lambda _, action: block("Response: Success", f"ActionID: {action['actionid']}", "Ping: Pong"),
    "originate": lambda _, action: success(action, "Originate successfully queued"),
    "status": lambda _, action: listing(action, "StatusComplete"),
    "queuestatus": lambda _, action: listing(action, "QueueStatusComplete"),
    "logoff": lambda _, action: block("Response: Goodbye", f"ActionID: {action['actionid']}"),
}


class FakeAmi:
    """``async with FakeAmi(port) as switch``. ``answers`` by lower-case action name; None says nothing."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.actions: list[Fields] = []
        self.answers = dict(DEFAULT_ANSWERS)
        self.connections = 0
        self.deaf = False
        """Reads, but answers nothing."""
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._readers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FakeAmi:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
        self.cut()
        for reader in list(self._readers):
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    def cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def say(self, text: str | bytes) -> None:
        for writer in list(self._writers):
            writer.write(text if isinstance(text, bytes) else text.encode())
            await writer.drain()

    def sent(self, name: str) -> list[Fields]:
        return [action for action in self.actions if action["action"].lower() == name.lower()]

    async def heard(self, name: str, count: int = 1) -> list[Fields]:
        """Wait until `count` actions of that name have come."""
        await until(lambda: len(self.sent(name)) >= count, f"{count} {name}, heard {self.actions}")
        return self.sent(name)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._readers.add(task)
        self._writers.add(writer)
        self.connections += 1
        try:
            if not self.deaf:
                writer.write(b"Asterisk Call Manager/9.0.0\r\n")
            while True:
                packet = await reader.readuntil(b"\r\n\r\n")
                self._take(packet.decode(), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._readers.discard(task)
            self._writers.discard(writer)
            writer.close()

    def _take(self, packet: str, writer: asyncio.StreamWriter) -> None:
        action: Fields = {}
        for line in packet.strip().split("\r\n"):
            key, _, value = line.partition(": ")
            key = key.lower()
            action[key] = f"{action[key]},{value}" if key in action else value
        self.actions.append(action)
        answer = self.answers.get(action["action"].lower(), _done)
        text = None if self.deaf else answer(self, action)
        if text is not None:
            writer.write(text.encode())


async def until(
    condition: Callable[[], bool] | Callable[[], Awaitable[bool]], what: str, timeout_s: float = 20
) -> None:
    """Wait for a condition; AssertionError with `what` when it never comes."""
    try:
        async with asyncio.timeout(timeout_s):
            while True:
                met = condition()
                if met if isinstance(met, bool) else await met:
                    return
                await asyncio.sleep(0.01)
    except TimeoutError as late:
        raise AssertionError(f"never: {what}") from late
