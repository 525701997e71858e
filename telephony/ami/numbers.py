"""Companies' numbers on the switch: for each one a global variable that the dialplan reads (context ``from-trunk``).

Globals are gone with the switch, so all are put anew at every login, and NUMBERS=known last: until then the switch
refuses calls in a way that lets carriers try again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from telephony.ami.errors import AmiError
from telephony.ami.link import SwitchLink
from telephony.ami.streams import REDIS_TROUBLE
from telephony.bus import keys
from telephony.bus.wanted import Number
from telephony.naming import CALL_VARIABLES

log = logging.getLogger(__name__)

RETRY_S = 2.0
RECHECK_EVERY_S = 60.0
AT_ONCE = 50
"""Settings on their way to the switch at the same time."""
E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
SCHEMA = re.compile(r"[a-z0-9_]{1,63}")
QUEUE = re.compile(r"[A-Za-z0-9_-]{1,120}")
VALUE = re.compile(r"[^\x00-\x1f\x7f|\ud800-\udfff]{0,300}")


def entry_of(number: Number) -> str:
    """What the dialplan reads: queue|schema|campaign id|NAME=value…, "" for a number with a fault."""
    sound = (
        E164.fullmatch(str(number.number))
        and SCHEMA.fullmatch(str(number.schema))
        and QUEUE.fullmatch(str(number.queue))
        and type(number.campaign_id) is int
        and isinstance(number.variables, dict)
    )
    if not sound:
        return ""
    pairs = [f"{name}={value}" for name, value in sorted(number.variables.items()) if value != ""]
    if not all(name in CALL_VARIABLES and VALUE.fullmatch(str(value)) for name, value in number.variables.items()):
        return ""
    return "|".join([number.queue, number.schema, str(number.campaign_id), *pairs])


def entries_of(wanted: Mapping[str, str]) -> dict[str, str]:
    """Give the dialplan's entries by digits, of keys.NUMBERS as it is in Redis; what is faulty is said and left out."""
    entries = {}
    for e164, text in wanted.items():
        try:
            number = Number(**json.loads(text))
        except (ValueError, TypeError):
            log.exception("the wanted number %r can't be read", e164)
            continue
        entry = entry_of(number) if number.number == e164 else ""
        if entry:
            entries[e164.removeprefix("+")] = entry
        else:
            log.error("the wanted number %r has an unusable value", e164)
    return entries


@dataclass(slots=True)
class Numbers:
    """Of one node."""

    node: str
    redis: Redis
    link: SwitchLink
    _put: dict[str, str] = field(default_factory=dict)
    """What the switch has, as far as known; of an earlier process too."""
    _anew: bool = True
    _recheck: asyncio.Event = field(default_factory=asyncio.Event)

    def recheck(self, *, anew: bool = False) -> None:
        """Compare with what is wanted soon; ``anew``: the switch may have none of them."""
        self._anew = self._anew or anew
        self._recheck.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._recheck.clear()
            try:
                if self.link.up:
                    await self.provision()
            except (AmiError, *REDIS_TROUBLE) as error:
                log.warning("numbers not brought to the switch now: %s", error)
                await asyncio.sleep(RETRY_S)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(RECHECK_EVERY_S if self.link.up else RETRY_S):
                    await self._recheck.wait()

    async def provision(self) -> None:
        """Bring the switch to what is wanted. Raises AmiError, and what REDIS_TROUBLE names."""
        anew, self._anew = self._anew, False
        try:
            redis: Any = self.redis
            wanted = entries_of(await redis.hgetall(keys.NUMBERS))
            known = keys.numbers_put(self.node)
            gone: set[str] = {*self._put, *await redis.smembers(known)} - wanted.keys()
            changed = {digits: entry for digits, entry in wanted.items() if anew or self._put.get(digits) != entry}
            if changed:
                await redis.sadd(known, *changed)
            await self._set_all({**changed, **dict.fromkeys(gone, "")})
            self._put = wanted
            if gone:
                await redis.srem(known, *gone)
            if anew:
                await self.link.request({"Action": "Setvar", "Variable": "NUMBERS", "Value": "known"})
        except BaseException:
            self._anew = self._anew or anew
            raise
        if changed or gone:
            log.info("numbers on the switch: %d set, %d taken away", len(changed), len(gone))

    async def _set_all(self, entries: Mapping[str, str]) -> None:
        rows = list(entries.items())
        for start in range(0, len(rows), AT_ONCE):
            await asyncio.gather(*(self._set(digits, entry) for digits, entry in rows[start : start + AT_ONCE]))

    async def _set(self, digits: str, entry: str) -> None:
        await self.link.request({"Action": "Setvar", "Variable": f"DID_{digits}", "Value": entry})
