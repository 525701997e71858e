"""The trunks that are wanted (keys.TRUNKS): how a number is dialed over one, and how fast and how often at once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from telephony.ami.pace import LaunchPace
from telephony.bus import keys
from telephony.bus.wanted import Trunk
from telephony.number_format import in_format

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Outgoing:
    """All wanted trunks; one that isn't listed takes E.164 without its plus sign, as fast as its node."""

    redis: Redis
    trunks: dict[str, Trunk] | None = None
    """By name; None while Redis has never said."""
    _paces: dict[str, LaunchPace] = field(default_factory=dict)

    async def refresh(self) -> None:
        """Read what is wanted; of a missing or unreadable text the last stays. Raises redis.RedisError."""
        text = await self.redis.get(keys.TRUNKS)
        if text is None:
            return
        try:
            trunks = [_trunk(one) for one in json.loads(text)]
        except (ValueError, TypeError) as error:
            # Not the text: there are passwords in it.
            log.error("the wanted trunks can't be read: %s", type(error).__name__)  # noqa: TRY400
            return
        self.trunks = {trunk.name: trunk for trunk in trunks}
        limits = {trunk.name: trunk.cps_limit for trunk in trunks}
        kept = {name: pace for name, pace in self._paces.items() if limits.get(name) == pace.cps_limit}
        self._paces = kept

    def dialed(self, number: str, trunk: str) -> str:
        """The number as this trunk wants it."""
        wanted = (self.trunks or {}).get(trunk)
        return in_format(number, strip=wanted.strip, prefix=wanted.prefix) if wanted else number.removeprefix("+")

    def permits(self, trunk: str, now_s: float, channels: Callable[[str], int]) -> bool:
        """Whether one more call may be dialed over it now; ``channels`` says how many it has."""
        wanted = (self.trunks or {}).get(trunk)
        if wanted is None:
            return True
        if wanted.channel_limit and channels(trunk) >= wanted.channel_limit:
            return False
        return not wanted.cps_limit or self._pace(wanted, now_s).wait_s(now_s) <= 0

    def launched(self, trunk: str, now_s: float) -> None:
        """Count one call; `done` must follow, as LaunchPace's."""
        wanted = (self.trunks or {}).get(trunk)
        if wanted is not None and wanted.cps_limit:
            self._pace(wanted, now_s).launch(now_s)

    def done(self, trunk: str, now_s: float) -> None:
        if (pace := self._paces.get(trunk)) is not None and pace.on_the_way:
            pace.done(now_s)

    def restart(self, now_s: float) -> None:
        """After a login, as LaunchPace's."""
        for pace in self._paces.values():
            pace.restart(now_s)

    def _pace(self, trunk: Trunk, now_s: float) -> LaunchPace:
        if trunk.name not in self._paces:
            self._paces[trunk.name] = LaunchPace(trunk.cps_limit, now_s)
        return self._paces[trunk.name]


def _trunk(values: Any) -> Trunk:
    """Raises TypeError for what is none. JSON knows no tuples."""
    trunk = Trunk(**values)
    return Trunk(**{**values, "codecs": tuple(trunk.codecs), "inbound_hosts": tuple(trunk.inbound_hosts)})
