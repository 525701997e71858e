"""A WebSocket client that speaks ASGI to the application in this process (Channels' own needs Daphne)."""

from __future__ import annotations

import json
from typing import Any, cast

from asgiref.testing import ApplicationCommunicator

TIMEOUT_S = 15.0


class Socket:
    """One socket, from handshake to close."""

    def __init__(self, application: Any, address: str, headers: list[tuple[bytes, bytes]]) -> None:
        path, _, query = address.partition("?")
        scope = {
            "type": "websocket",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "subprotocols": [],
            "client": ("127.0.0.1", 50000),
        }
        # asgiref's class has no types
        self._asgi: Any = cast(Any, ApplicationCommunicator)(application, scope)

    async def connect(self) -> tuple[bool, int]:
        """Shake hands: (accepted?, close code)."""
        await self._asgi.send_input({"type": "websocket.connect"})
        answer = await self._asgi.receive_output(TIMEOUT_S)
        if answer["type"] == "websocket.accept":
            return True, 0
        await self._asgi.wait(TIMEOUT_S)
        return False, int(answer.get("code", 1000))

    async def receive_json(self) -> Any:
        message = await self._asgi.receive_output(TIMEOUT_S)
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def send_text(self, text: str) -> None:
        await self._asgi.send_input({"type": "websocket.receive", "text": text})

    async def disconnect(self) -> None:
        await self._asgi.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._asgi.wait(TIMEOUT_S)

    async def receive_output(self, timeout_s: float = TIMEOUT_S) -> dict[str, Any]:
        message: dict[str, Any] = await self._asgi.receive_output(timeout_s)
        return message

    async def receive_nothing(self, within_s: float) -> bool:
        return bool(await self._asgi.receive_nothing(within_s))
