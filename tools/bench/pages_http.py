"""Clients that ask one address again and again, as cheaply as they can.

Each request comes over a connection of its own, as nginx brings it (deploy/nginx), so that whichever web process is
free takes it. Of connections that are kept open one process may have nineteen and the other one, while they last.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field


def is_answered(status: int) -> bool:
    """Whether an answer is what was asked for, or leads to it."""
    return 200 <= status < 400


@dataclass(slots=True)
class Answers:
    """``ms``: how long each request took to its last byte; ``refused``: answers other than 200, by status."""

    ms: list[float] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    bytes: int = 0


class Connection:
    """One client, who speaks HTTP/1.1."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, cookie: str) -> tuple[int, int]:
        """Ask once; give status and length of the body. Raises OSError, asyncio.IncompleteReadError."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            return await self._get(reader, self._writer, path, cookie)
        finally:
            self.close()

    async def _get(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, cookie: str
    ) -> tuple[int, int]:
        head = f"GET {path} HTTP/1.1\r\nHost: localhost:{self._port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        status = int(lines[0].split(" ")[1])
        length = 0
        if "content-length" in headers:
            length = len(await reader.readexactly(int(headers["content-length"])))
        elif headers.get("transfer-encoding") == "chunked":
            while size := int((await reader.readline()).strip(), 16):
                length += len(await reader.readexactly(size + 2))
            await reader.readline()
        return status, length

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = None


async def ask(connections: list[Connection], path: str, cookie: str, requests: int) -> Answers:
    """Ask so many times; each connection asks again as soon as it has its answer (a closed loop)."""
    answers, left = Answers(), requests

    async def client(connection: Connection) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            began = time.perf_counter()
            status, length = await connection.get(path, cookie)
            answers.ms.append((time.perf_counter() - began) * 1000)
            answers.bytes = length
            if status != 200:
                answers.refused[status] = answers.refused.get(status, 0) + 1

    await asyncio.gather(*(client(connection) for connection in connections))
    return answers
