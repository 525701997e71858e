"""A webhook receiver on the own machine: a real HTTP server that does what it is told and keeps all it got."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Reply:
    """``wait_s`` before the status line; ``body`` is sent as long as somebody reads."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    wait_s: float = 0


class Receiver:
    """``replies``: one for each request, the last one for all that follow; or a function of the request."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self.replies: list[Reply] = [Reply()]
        self.choose: Callable[[Received], Reply] | None = None
        self.sent_bytes = 0
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()
        self.released = threading.Event()
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.port = int(self._server.server_address[1])
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}/hook"

    def reply_to(self, request: Received) -> Reply:
        with self._lock:
            self.received.append(request)
            if self.choose is not None:
                return self.choose(request)
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def begin(self) -> None:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)

    def end(self) -> None:
        with self._lock:
            self._now -= 1

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: Receiver, tls: ssl.SSLContext | None) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that leave early are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        owner.begin()
        try:
            reply = owner.reply_to(Received(self.path, headers, body))
            owner.released.wait(reply.wait_s)
            self._answer(reply)
        finally:
            owner.end()

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        for start in range(0, len(reply.body), 65536):
            self.server.owner.sent_bytes += self.wfile.write(reply.body[start : start + 65536])

    def log_message(self, *args: Any) -> None:
        """Nothing on stderr."""


def wait_until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait for what another thread does."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.01)
