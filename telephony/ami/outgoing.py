"""How a number is dialed over a trunk, by what the product wants of the trunks (keys.TRUNKS)."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field

from redis.asyncio import Redis

from telephony.bus import keys
from telephony.bus.wanted import Trunk

log = logging.getLogger(__name__)


def dialed_number(number: str, trunk: Trunk | None) -> str:
    """An E.164 number as the trunk wants it: ``strip`` taken off its digits, ``prefix`` put before. Pure."""
    digits = number.removeprefix("+")
    return f"{trunk.prefix}{digits.removeprefix(trunk.strip)}" if trunk is not None else digits


@dataclass(slots=True)
class Outgoing:
    """The formats of all trunks; a trunk that isn't listed takes E.164 without its plus sign."""

    redis: Redis
    _trunks: dict[str, Trunk] = field(default_factory=dict)

    async def refresh(self) -> None:
        """Read what is wanted; of unreadable text the last formats stay. Raises redis.RedisError."""
        text = await self.redis.get(keys.TRUNKS)
        try:
            trunks = [Trunk(**one) for one in json.loads(text or "[]")]
        except (ValueError, TypeError):
            log.exception("the wanted trunks can't be read")
            return
        self._trunks = {trunk.name: trunk for trunk in trunks}

    def dialed(self, number: str, trunk: str) -> str:
        return dialed_number(number, self._trunks.get(trunk))
