"""Talking to a running supervisor: one line of JSON each way over a Unix socket in the profile's folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

from tools.stack.account import opened
from tools.stack.errors import StackError

_SOCKET = "control.sock"


class Controlled(Protocol):
    """What a supervisor lets others do."""

    stopping: asyncio.Event

    @property
    def layout(self) -> Any: ...
    def start(self, names: list[str]) -> None: ...
    async def stop(self, names: list[str]) -> None: ...
    async def restart(self, names: list[str]) -> None: ...
    async def wait_ready(self, names: list[str], timeout_s: float) -> None: ...
    def status(self) -> list[dict[str, object]]: ...


@contextlib.asynccontextmanager
async def serving(supervisor: Controlled) -> AsyncIterator[None]:
    """Serve the socket while the body runs."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            line = await reader.readline()
            if line:
                writer.write(json.dumps(await _obey(supervisor, json.loads(line))).encode() + b"\n")
                await writer.drain()
        writer.close()

    # A socket's address holds 107 bytes, and a checkout may lie deep: name it through an open folder.
    with opened(supervisor.layout.home) as folder:
        address = f"{folder.name}/{_SOCKET}"
        _forget_socket(address)
        server = await asyncio.start_unix_server(answer, address)
        try:
            yield
        finally:
            server.close()
            _forget_socket(address)


def _forget_socket(address: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(address)


async def _obey(supervisor: Controlled, request: dict[str, Any]) -> dict[str, Any]:
    names: list[str] = request.get("names", [])
    try:
        match request["verb"]:
            case "start":
                supervisor.start(names)
            case "stop":
                await supervisor.stop(names)
            case "restart":
                await supervisor.restart(names)
            case "wait_ready":
                await supervisor.wait_ready(names, float(request["timeout_s"]))
            case "shut_down":
                supervisor.stopping.set()
            case "status":
                pass
            case verb:
                return {"error": f"Unknown request {verb!r}."}
    except StackError as error:
        return {"error": str(error)}
    return {"parts": supervisor.status()}


def ask(home: Path, verb: str, **details: Any) -> list[dict[str, Any]]:
    """Send one request to the supervisor of the profile at ``home``; give the parts' states.

    Raises StackError when no supervisor runs there, or with what it answered.
    """
    try:
        with opened(home) as folder, socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"{folder.name}/{_SOCKET}")
            connection.sendall(json.dumps({"verb": verb, **details}).encode() + b"\n")
            with connection.makefile(encoding="utf-8") as stream:
                line = stream.readline()
    except OSError as error:
        raise StackError(f"No stack is running in {home}.") from error
    if not line:
        raise StackError(f"The stack in {home} went away.")
    answer = json.loads(line)
    if "error" in answer:
        raise StackError(answer["error"])
    parts: list[dict[str, Any]] = answer["parts"]
    return parts
