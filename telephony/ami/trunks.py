"""The switch's trunks: its file kept as wanted, and how each of them stands.

The file is written whole, beside its place, and moved there; the switch reads it again only when it has changed.
Calls that are up keep what they have.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis.asyncio import Redis

from telephony.ami.ari import Ari
from telephony.ami.clock import now_us
from telephony.ami.errors import AriError
from telephony.ami.node_events import ContactChanged, RegistrationChanged
from telephony.ami.outgoing import Outgoing
from telephony.ami.streams import REDIS_TROUBLE
from telephony.ami.trunk_config import client_uri, render
from telephony.bus import keys
from telephony.bus.parts import NodeParts, TrunkState
from telephony.bus.wanted import Trunk

log = logging.getLogger(__name__)

MODULE = "res_pjsip.so"
RETRY_S = 3.0
RECHECK_EVERY_S = 60.0
REFUSED_STATUSES = frozenset({"401", "407"})
"""A carrier that answers a call so, after our password, doesn't know it."""

Account = tuple[str, int, str, str, str, bool]
"""Where a trunk is and as whom we come there: what was heard of one says nothing of another."""


@dataclass(slots=True)
class _Known:
    """What was heard of one trunk. ``reachable``, ``registered``: None while nothing was."""

    since_us: int
    reachable: bool | None = None
    registered: bool | None = None
    round_trip_us: int = 0
    refused: str = ""
    """What the carrier said to our user or password."""
    cause: str = ""
    """Why it isn't registered."""
    fault: str = ""
    """Why it isn't on the switch."""
    shown: str = "unknown"
    account: Account | None = field(default=None, repr=False)
    """As it was when all this was heard; None: from the process before."""


@dataclass(slots=True)
class Trunks:
    """Of one node. Without ``ari`` or ``path`` the file is somebody else's, and only what is heard is kept."""

    node: str
    redis: Redis
    ari: Ari | None
    path: Path | None
    outgoing: Outgoing
    key: bytes = field(default=b"", repr=False)
    """The node's own secret, for names in the file that change with a password."""
    _known: dict[str, _Known] = field(default_factory=dict)
    _recheck: asyncio.Event = field(default_factory=asyncio.Event)

    async def take_up(self) -> None:
        """How they stood for the process before, if that was only just. Raises what REDIS_TROUBLE names."""
        text = await self.redis.get(keys.parts(self.node))
        if text is None:
            return
        try:
            parts = NodeParts.from_json(str(text))
        except (ValueError, TypeError, KeyError):
            return
        for state in parts.trunks:
            self._known[state.name] = _as_known(state)

    def recheck(self) -> None:
        """Compare with what is wanted soon."""
        self._recheck.set()

    async def run(self) -> None:
        """Keep the file as wanted. Until cancelled."""
        while True:
            self._recheck.clear()
            try:
                await self.provision()
            except AriError as error:
                log.warning("the switch can't be told of its trunks now: %s", error)
                await asyncio.sleep(RETRY_S)
                continue
            except REDIS_TROUBLE as error:
                log.warning("Redis is away, trunks stay as they are: %s", error)
            except OSError as error:
                log.error("the trunks' file can't be written: %s", error)  # noqa: TRY400
            with suppress(TimeoutError):
                async with asyncio.timeout(RECHECK_EVERY_S):
                    await self._recheck.wait()

    async def provision(self) -> None:
        """Bring file and switch to what is wanted. Raises AriError, OSError, and what REDIS_TROUBLE names."""
        await self.outgoing.refresh()
        wanted = self.outgoing.trunks
        if wanted is None:
            return
        self._follow(wanted)
        if self.ari is None or self.path is None:
            return
        rendered = render(wanted.values(), key=self.key)
        for name, known in self._known.items():
            fault = rendered.faults.get(name, "")
            if fault and fault != known.fault:
                log.error("trunk %s is left out of the switch: %s", name, fault)
            known.fault = fault
        if await asyncio.to_thread(_write, self.path, rendered.text):
            log.info("%s written: %d trunks", self.path, len(wanted) - len(rendered.faults))
        mark = hashlib.sha256(rendered.text.encode()).hexdigest()
        if await self.redis.get(keys.trunks_loaded(self.node)) != mark:
            await self.ari.reload_module(MODULE)
            await self.redis.set(keys.trunks_loaded(self.node), mark)
            log.info("the switch has read its trunks again")
        await self._ask_unheard(self.ari, wanted.values())

    def _follow(self, wanted: Mapping[str, Trunk]) -> None:
        self._known = {name: self._known_of(trunk) for name, trunk in wanted.items()}

    def _known_of(self, trunk: Trunk) -> _Known:
        """What was heard of it, unless that was at another address or by another password."""
        known, account = self._known.get(trunk.name), _account(trunk)
        if known is None or known.account not in (None, account):
            known = _Known(now_us())
        known.account = account
        return known

    async def _ask_unheard(self, ari: Ari, wanted: Iterable[Trunk]) -> None:
        """What was said before this process listened."""
        silent = [trunk for trunk in wanted if trunk.qualify_s and self._known[trunk.name].reachable is None]
        found = await ari.endpoints() if silent else {}
        for trunk in silent:
            known, endpoint = self._known.get(trunk.name), found.get(trunk.name)
            if known is not None and known.reachable is None and endpoint is not None and endpoint.online:
                known.reachable = True
                self._changed(trunk.name, known)

    # What the switch says.

    def on_contact(self, event: ContactChanged) -> None:
        known = self._known.get(event.aor)
        if known is None:
            return
        match event.status:
            case "Reachable" | "Updated":
                known.reachable, known.round_trip_us = True, event.round_trip_us
            case "Unreachable":
                known.reachable = False
            case "Removed" | "NonQualified" | "Created":
                known.reachable, known.round_trip_us = None, 0
        self._changed(event.aor, known)

    def on_registration(self, event: RegistrationChanged) -> None:
        trunk = next((one for one in (self.outgoing.trunks or {}).values() if _is_of(event, one)), None)
        known = self._known.get(trunk.name) if trunk is not None else None
        if trunk is None or known is None:
            return
        known.registered = event.status == "Registered"
        known.cause = "" if known.registered else event.cause
        known.refused = f"registration refused {event.cause}".strip() if event.status == "Rejected" else ""
        self._changed(trunk.name, known)

    def call_ended(self, trunk: str, tech_cause: str, *, rang: bool) -> None:
        """A call over it has ended: the carrier took our password, or didn't."""
        known = self._known.get(trunk)
        if known is None:
            return
        if tech_cause in REFUSED_STATUSES:
            known.refused = f"a call was refused with {tech_cause}: user or password?"
            self._changed(trunk, known)
        elif rang and known.refused and known.registered is not False:
            known.refused = ""
            self._changed(trunk, known)

    def _changed(self, name: str, known: _Known) -> None:
        state = self._state(name, known)
        if state != known.shown:
            known.shown, known.since_us = state, now_us()
            log.info("trunk %s: %s %s", name, state, known.refused or known.cause)

    def _state(self, name: str, known: _Known) -> str:
        trunk = (self.outgoing.trunks or {}).get(name)
        if known.fault or trunk is None:
            return "unknown"
        if known.refused:
            return "rejected"
        if known.reachable is False or (trunk.registers and known.registered is False):
            return "unreachable"
        if trunk.registers and known.registered is None:
            return "unknown"
        return "up" if known.reachable or known.registered else "unknown"

    def states(self, channels: Mapping[str, int]) -> list[TrunkState]:
        """All of them, for keys.parts; ``channels`` by trunk."""
        return [
            TrunkState(
                name, self._state(name, known), known.since_us, channels.get(name, 0), known.round_trip_us / 1_000,
                known.fault or known.refused or (known.cause and f"not registered: {known.cause}"),
            )
            for name, known in sorted(self._known.items())
        ]  # fmt: skip


def _account(trunk: Trunk) -> Account:
    return trunk.host, trunk.port, trunk.transport, trunk.username, trunk.secret, trunk.registers


def _is_of(event: RegistrationChanged, trunk: Trunk) -> bool:
    return trunk.registers and event.username == client_uri(trunk) and trunk.host in event.domain


def _as_known(state: TrunkState) -> _Known:
    up = {"up": True, "unreachable": False}.get(state.state)
    refused = state.detail if state.state == "rejected" else ""
    return _Known(state.since_us, up, up, round(state.round_trip_ms * 1_000), refused, shown=state.state)


def _write(path: Path, text: str) -> bool:
    """Put the text there in one step, readable by the folder's group; False if it is there already."""
    with suppress(FileNotFoundError):
        if path.read_text(encoding="utf-8") == text:
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.new")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o640)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    return True
