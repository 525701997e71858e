"""The listening side: sessions come and go, all of them can be cut or frozen, and Originates are paced."""

from __future__ import annotations

import asyncio

from telephony.simulated.core import SwitchCore
from telephony.simulated.session import Session


class AmiServer:
    """See the module."""

    def __init__(self, core: SwitchCore) -> None:
        self.core = core
        self.sessions: set[Session] = set()
        self.frozen = False
        self._listener: asyncio.Server | None = None
        self._next_originate_at = 0.0

    @property
    def port(self) -> int:
        assert self._listener is not None
        return int(self._listener.sockets[0].getsockname()[1])

    async def listen(self) -> None:
        """Raises OSError when the port is taken."""
        config = self.core.config
        self._listener = await self.core.loop.create_server(lambda: Session(self), config.host, config.port)

    def freeze(self) -> None:
        """Answer nothing and send nothing; connections stay open and new ones are accepted."""
        self.frozen = True

    def thaw(self) -> None:
        self.frozen = False
        for session in list(self.sessions):
            session.thaw()

    def cut(self) -> None:
        """Drop every connection without a word; new ones are welcome."""
        for session in list(self.sessions):
            session.abort()

    def originate_delay(self) -> float:
        """Seconds until the next Originate may be taken; 0 takes the slot. With no limit always 0."""
        limit = self.core.config.max_cps
        if not limit:
            return 0.0
        now = self.core.loop.time()
        if now < self._next_originate_at:
            return self._next_originate_at - now
        self._next_originate_at = max(self._next_originate_at, now - 1 / limit) + 1 / limit
        return 0.0

    async def close(self) -> None:
        """Close the port and every session, after what is due was sent."""
        if self._listener:
            self._listener.close()
        for session in list(self.sessions):
            session.close()
        for _ in range(100):
            if not self.sessions:
                return
            await asyncio.sleep(0.01)
        self.cut()
        await asyncio.sleep(0)
