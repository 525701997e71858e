"""What the hub is compared with: each socket a Channels consumer in one group of the layer. For the bench only."""

from __future__ import annotations

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402

from tools.bench.live_push import GROUP  # noqa: E402


class Told(AsyncWebsocketConsumer):  # type: ignore[misc]
    groups = (GROUP,)

    async def told(self, message: dict[str, Any]) -> None:
        await self.send(text_data=message["text"])


application = Told.as_asgi()
