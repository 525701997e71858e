"""A robot operator's telephone: plain SIP, answers its standing leg at once, says something like words."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from tools.phones import Behaviour, UserAgent
from tools.phones.agent import PhoneError

log = logging.getLogger("robots")

AGAIN_AFTER_S = 20.0
"""How often it registers anew: a switch that was restarted learns of it."""
AGAIN_AFTER_TROUBLE_S = 1.0
EXPIRES_S = 60


class RobotPhone:
    """Registers as whoever the shift's phone is; another account replaces it."""

    def __init__(self, server: tuple[str, int], hertz: int) -> None:
        self._server, self._hertz = server, hertz
        self._account: tuple[str, str] | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def has_account(self) -> bool:
        return self._account is not None

    async def use(self, account: dict[str, Any] | None) -> None:
        """Be this phone from now on; None: the node makes no phones, or the shift is over."""
        wanted = (account["username"], account["password"]) if account else None
        if wanted == self._account:
            return
        await self.put_down()
        self._account = wanted
        if wanted:
            self._keeping = asyncio.create_task(self._keep(*wanted), name=f"phone {wanted[0]}")

    async def put_down(self) -> None:
        keeping, self._keeping, self._account = self._keeping, None, None
        if keeping is not None:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping

    async def _keep(self, username: str, secret: str) -> None:
        behaviour = Behaviour(hertz=self._hertz)
        async with UserAgent(self._server, lambda _: behaviour, username=username, secret=secret) as agent:
            while True:
                pause_s = AGAIN_AFTER_S
                try:
                    await agent.register(EXPIRES_S)
                except PhoneError as error:
                    log.debug("phone %s: %s", username, error)
                    pause_s = AGAIN_AFTER_TROUBLE_S
                agent.forget_ended()
                await asyncio.sleep(pause_s)
