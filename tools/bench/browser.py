"""A supervisor's wallboard without the page: it logs in, listens to the live socket and notes how late events are."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time

import httpx
from websockets.asyncio.client import connect


class Listener:
    """Listens from ``start`` to ``stop``. ``late_ms``: for each operator's change, its age on arrival.

    The age is from the instant that the switch stamped on its event to the arrival at this client, on one machine's
    clock.
    """

    def __init__(self, base_url: str, slug: str, email: str, password: str) -> None:
        self._base = f"{base_url}/c/{slug}"
        self._email = email
        self._password = password
        self._task: asyncio.Task[None] | None = None
        self.late_ms: list[float] = []
        self.messages = 0

    async def start(self) -> None:
        cookies = await self._log_in()
        self._task = asyncio.create_task(self._listen(cookies))

    async def stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _log_in(self) -> str:
        async with httpx.AsyncClient(base_url=f"{self._base}/api/v1/", timeout=20) as http:
            token = (await http.get("session/")).json()["csrf_token"]
            answer = await http.post(
                "session/",
                json={"email": self._email, "password": self._password},
                headers={"X-CSRFToken": token},
            )
            answer.raise_for_status()
            return "; ".join(f"{name}={value}" for name, value in http.cookies.items())

    async def _listen(self, cookies: str) -> None:
        address = self._base.replace("http://", "ws://")
        origin = "/".join(self._base.split("/")[:3])
        async with connect(
            f"{address}/ws/live/", additional_headers={"Cookie": cookies, "Origin": origin}, max_size=None
        ) as socket:
            await socket.send(json.dumps({"kind": "snapshot"}))
            async for text in socket:
                self._note(json.loads(text))

    def _note(self, message: dict[str, object]) -> None:
        self.messages += 1
        data = message.get("data")
        if message.get("type") == "operator.changed" and isinstance(data, dict) and data.get("state") == "talking":
            self.late_ms.append((time.time() * 1e6 - data["since_us"]) / 1000)
