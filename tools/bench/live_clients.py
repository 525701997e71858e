"""One process full of WebSockets that only listen: ``python -m tools.bench.live_clients …``.

Says ``{"connected", "failed"}`` on standard output once all stand, and ``{"received", "late_ms", "snapshots", "lost"}``
once its standard input ends. Works on the sans-I/O protocol of the websockets library: on a shared machine the
clients' own work must stay small beside the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import resource
import sys
import time
from dataclasses import dataclass, field

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.typing import Origin
from websockets.uri import parse_uri

CONNECT_AT_ONCE = 25
CONNECT_TIMEOUT_S = 60.0
SENT = re.compile(rb'"waiting_since_us":(\d+)')
"""The instant of a push, in the one field of the event that is an instant."""


@dataclass(slots=True)
class Heard:
    """What all sockets of this process heard."""

    late_ms: list[float] = field(default_factory=list)
    snapshots: int = 0
    lost: int = 0


class Listening(asyncio.Protocol):
    """One socket. ``standing`` is done once it is open and has its snapshot (or needs none)."""

    def __init__(self, address: str, cookie: str, origin: str, heard: Heard, *, wants_snapshot: bool) -> None:
        self._protocol = ClientProtocol(parse_uri(address), origin=Origin(origin), max_size=None)
        self._cookie = cookie
        self._heard = heard
        self._wants_snapshot = wants_snapshot
        self._transport: asyncio.Transport | None = None
        self.standing: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        request = self._protocol.connect()
        request.headers["Cookie"] = self._cookie
        self._protocol.send_request(request)
        self._write()

    def data_received(self, data: bytes) -> None:
        arrived = time.time()
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._opened(event)
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._take(bytes(event.data), arrived)
        self._write()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.standing.done():
            self.standing.set_exception(exc or ConnectionError("closed in the handshake"))
        else:
            self._heard.lost += 1

    def _opened(self, answer: Response) -> None:
        if answer.status_code != 101:
            self.standing.set_exception(ConnectionError(f"refused with {answer.status_code}"))
        elif not self._wants_snapshot:
            self._stand()

    def _take(self, text: bytes, arrived: float) -> None:
        if text.startswith(b'{"kind":"snapshot"'):
            self._heard.snapshots += 1
            self._stand()
        elif sent := SENT.search(text):
            self._heard.late_ms.append(arrived * 1000 - int(sent[1]) / 1000)

    def _stand(self) -> None:
        if not self.standing.done():
            self.standing.set_result(None)

    def _write(self) -> None:
        assert self._transport is not None
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)


async def _run(options: argparse.Namespace) -> None:
    heard = Heard()
    gate = asyncio.Semaphore(CONNECT_AT_ONCE)
    loop = asyncio.get_running_loop()
    address = f"ws://{options.host}:{options.port}{options.path}"

    def make() -> Listening:
        origin = f"http://{options.host}:{options.port}"
        return Listening(address, options.cookie, origin, heard, wants_snapshot=options.snapshot)

    async def open_one() -> bool:
        async with gate:
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    _transport, protocol = await loop.create_connection(make, "127.0.0.1", options.port)
                    await protocol.standing
            except OSError:  # TimeoutError is one
                return False
        return True

    opened = await asyncio.gather(*(open_one() for _ in range(options.sockets)))
    snapshots = heard.snapshots
    _say({"connected": sum(opened), "failed": options.sockets - sum(opened)})
    await asyncio.to_thread(sys.stdin.read)
    late_ms = [round(late, 1) for late in heard.late_ms]
    again = heard.snapshots - snapshots
    _say({"received": len(late_ms), "late_ms": late_ms, "snapshots": again, "lost": heard.lost})


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--cookie", default="")
    parser.add_argument("--snapshot", action="store_true", help="a socket stands once it has its first snapshot")
    options = parser.parse_args()
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(_run(options))


if __name__ == "__main__":
    main()
