"""Phones of operators and supervisors: made over ARI for a session, gone with it, and who is registered.

What is wanted is in Redis (the operators' wishes, keys.phones); this brings the switch to it, again at every
connection, and for as long as ARI is away. A phone's steps are one at a time, in a lane of their own: a slow ARI
never holds up a call.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Container, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

from telephony.ami.ari import Ari
from telephony.ami.clock import now_us
from telephony.ami.endpoints import EXTENSION, MAKING, REMOVING, PhoneWish, objects_of
from telephony.ami.errors import AriError, AriRejectedError
from telephony.ami.lanes import Lanes
from telephony.ami.node_events import ContactChanged
from telephony.bus.events import PhoneChanged
from telephony.bus.parts import PhoneState

log = logging.getLogger(__name__)

FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 10.0
RECONCILE_RETRY_S = 3.0
RECHECK_EVERY_S = 60.0
SOMEWHERE = "?"
"""The contact of a phone that was registered before this process heard of it."""

Publish = Callable[[PhoneChanged], None]


class Presence(Enum):
    """What a listener is told of a phone."""

    HERE = "here"
    GONE = "gone"
    """Its contact was removed: the socket is closed. A browser that is killed or reloaded shows so within 40 ms."""
    SILENT = "silent"
    """It doesn't answer while its socket is still open: a network that stalls, a computer that sleeps."""


PRESENCES = {"registered": Presence.HERE, "unreachable": Presence.SILENT, "unregistered": Presence.GONE}
Listener = Callable[[str, str, Presence], None]
"""Told (phone, session, presence); only enqueues."""


@dataclass(slots=True)
class Phone:
    """A wanted phone, as far as known here. ``state`` is PhoneState's, "" until the switch has it."""

    wish: PhoneWish
    since_us: int
    state: str = ""
    contact: str = ""
    reachable: bool = True
    fault: str = ""
    """Why it could not be made, as it was reported."""
    heard: int = 0
    """Counts the switch's reports: an answer older than the latest of them is worth nothing."""

    def state_now(self) -> str:
        if self.contact:
            return "registered" if self.reachable else "unreachable"
        return "ready" if self.state in ("", "ready") else "unregistered"


@dataclass(slots=True)
class Phones:
    """All phones of one node. Without ``ari`` nothing is made, and every wanted phone counts as registered."""

    node: str
    ari: Ari | None
    lanes: Lanes
    publish: Publish
    plain: re.Pattern[str] | None = None
    listeners: list[Listener] = field(default_factory=list)
    _phones: dict[str, Phone] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)
    """Phones that the switch lists still though it has them no more: it forgets names with its process only."""
    _recheck: asyncio.Event = field(default_factory=asyncio.Event)

    # What is wanted.

    def want(self, wish: PhoneWish) -> None:
        """Make the phone, in place of one of another session or secret at once; a repetition only reports again."""
        known = self._phones.get(wish.phone)
        if known is not None and (known.wish.session, known.wish.secret) == (wish.session, wish.secret):
            self._report_again(known)
            return
        phone = self._phones[wish.phone] = Phone(wish, now_us())
        self._gone.discard(wish.phone)
        if known is not None and known.contact:
            self._tell_listeners(phone, Presence.GONE)
        if self.ari is None:
            self._made(phone, online=True)
        else:
            self._queue(wish.phone, self._bring)

    def unwant(self, phone: str, session: str) -> bool:
        """Take it away with its contact; False for another session's."""
        known = self._phones.get(phone)
        if known is not None and known.wish.session != session:
            return False
        self._phones.pop(phone, None)
        if known is not None:
            # Taking its objects away ends no call that it has up.
            self._tell_listeners(known, Presence.GONE)
        if self.ari is not None:
            self._queue(phone, self._bring)
        return True

    def expect(self, wishes: Iterable[PhoneWish]) -> None:
        """What was wanted when this process began; the first reconciliation brings it about, or finds it there."""
        for wish in wishes:
            self._phones[wish.phone] = Phone(wish, now_us())
            if self.ari is None:
                self._made(self._phones[wish.phone], online=True)

    # What is known.

    def registered(self, phone: str) -> bool:
        """It may be called: its socket is open."""
        known = self._phones.get(phone)
        return known is not None and known.state in ("registered", "unreachable")

    def reachable(self, phone: str) -> bool:
        """Registered, and not silent."""
        known = self._phones.get(phone)
        return known is not None and known.state == "registered"

    def session(self, phone: str) -> str:
        """Whose it is; "" for a phone that nobody wants."""
        known = self._phones.get(phone)
        return known.wish.session if known is not None else ""

    def schema(self, phone: str) -> str:
        """Whose company's it is; "" for a phone that nobody wants."""
        known = self._phones.get(phone)
        return known.wish.schema if known is not None else ""

    def idle_us(self, phone: str) -> int:
        """Since when nobody has been registered; 0 where somebody is."""
        known = self._phones.get(phone)
        return 0 if known is None or known.contact else known.since_us

    def states(self, legs_up: Container[str]) -> list[PhoneState]:
        """All phones, for keys.parts."""
        return [
            PhoneState(
                name, phone.wish.schema, phone.wish.session, phone.state or "unregistered", phone.since_us,
                leg_up=name in legs_up,
            )
            for name, phone in sorted(self._phones.items())
        ]  # fmt: skip

    # What the switch says.

    def on_contact(self, event: ContactChanged) -> None:
        phone = self._phones.get(event.aor)
        if phone is None:
            return
        phone.heard += 1
        mine = phone.contact in (event.uri, SOMEWHERE)
        moved = phone.contact not in ("", event.uri)
        match event.status:
            case "Removed" if mine:
                phone.contact, phone.reachable = "", True
            case "Unreachable" if mine:
                phone.contact, phone.reachable = event.uri, False
            case "Reachable" | "Updated" if mine or not phone.contact:
                phone.contact, phone.reachable = event.uri, True
            case "NonQualified" | "Created":
                if moved and phone.state:
                    # What it has up is on a socket that is gone, or somebody else's.
                    self._tell_listeners(phone, Presence.GONE, Presence.HERE)
                phone.contact, phone.reachable = event.uri, True
        if phone.state:
            self._tell(phone)

    def _tell(self, phone: Phone) -> None:
        """Report what has changed, and let the listeners know."""
        before, state = phone.state, phone.state_now()
        if state == before:
            return
        phone.state, phone.since_us = state, now_us()
        log.info("[%s] phone %s: %s", phone.wish.schema, phone.wish.phone, state)
        if state == "unreachable":
            self._report(phone, "unregistered", "it doesn't answer")
        elif (before, state) != ("unreachable", "unregistered"):
            self._report(phone, state)
        if state in PRESENCES:
            self._tell_listeners(phone, PRESENCES[state])

    def _tell_listeners(self, phone: Phone, *presences: Presence) -> None:
        for presence in presences:
            for listener in self.listeners:
                listener(phone.wish.phone, phone.wish.session, presence)

    def _report(self, phone: Phone, state: str, detail: str = "") -> None:
        wish = phone.wish
        self.publish(PhoneChanged(self.node, now_us(), wish.schema, wish.phone, wish.session, state, detail))

    def _report_again(self, phone: Phone) -> None:
        if phone.fault:
            self._report(phone, "failed", phone.fault)
        elif phone.state:
            unheard = phone.state == "unreachable"
            self._report(phone, "unregistered" if unheard else phone.state, "it doesn't answer" if unheard else "")

    # Steps, each in the phone's lane.

    def _queue(self, phone: str, job: Callable[[str], Awaitable[None]]) -> None:
        self.lanes.put(_lane(phone), lambda: job(phone))

    async def _bring(self, name: str) -> None:
        """Bring the switch to what is wanted of one phone; tries until it is done or wanted otherwise."""
        retry_s = FIRST_RETRY_S
        while True:
            phone = self._phones.get(name)
            try:
                if phone is None:
                    await self._remove(name)
                elif not phone.state:
                    await self._make(phone)
            except AriError as error:
                self._failed(name, phone, error)
            else:
                return
            await asyncio.sleep(retry_s)
            retry_s = min(retry_s * 2, LONGEST_RETRY_S)

    async def _make(self, phone: Phone) -> None:
        assert self.ari is not None
        wish = phone.wish
        objects = objects_of(wish, plain=self.plain is not None and self.plain.fullmatch(wish.phone) is not None)
        there = await self.ari.get_object("auth", wish.phone)
        if there is None or there.get("password") != wish.secret:
            # With its contact: whoever was registered until now is not this session.
            await self.ari.delete_object("aor", wish.phone)
        for kind in MAKING:
            await self.ari.put_object(kind, wish.phone, objects[kind])
        await self._settle(phone)

    async def _settle(self, phone: Phone) -> None:
        """It is on the switch: find out whether it is registered, and say so."""
        assert self.ari is not None
        heard = phone.heard
        state = await self.ari.endpoint(phone.wish.phone)
        if self._phones.get(phone.wish.phone) is phone:
            self._made(phone, online=state is not None and state.online, asked_at=heard)

    def _made(self, phone: Phone, *, online: bool, asked_at: int = 0) -> None:
        if phone.heard == asked_at:
            phone.contact = (phone.contact or SOMEWHERE) if online else ""
        phone.fault = ""
        if not phone.state:
            phone.state, phone.since_us = "ready", now_us()
            self._report(phone, "ready")
            if not phone.contact:
                self._tell_listeners(phone, Presence.GONE)
        self._tell(phone)

    async def _remove(self, name: str) -> None:
        assert self.ari is not None
        for kind in REMOVING:
            try:
                await self.ari.delete_object(kind, name)
            except AriRejectedError as error:
                log.debug("phone %s is not ours to remove: %s", name, error)
                return

    def _failed(self, name: str, phone: Phone | None, error: AriError) -> None:
        if phone is None or self._phones.get(name) is not phone:
            log.warning("phone %s can't be removed now: %s", name, error)
        elif phone.fault != str(error):
            phone.fault = str(error)
            log.error("[%s] phone %s can't be made: %s", phone.wish.schema, name, error)
            self._report(phone, "failed", str(error))

    # Reconciliation.

    def recheck(self) -> None:
        """Compare with the switch soon: after a login, and whenever something may have been missed."""
        self._recheck.set()

    async def run(self) -> None:
        """Reconcile whenever asked, and now and then. Until cancelled."""
        while self.ari is not None:
            self._recheck.clear()
            try:
                await self.reconcile(self.ari)
            except AriError as error:
                log.warning("phones not compared with the switch's now: %s", error)
                await asyncio.sleep(RECONCILE_RETRY_S)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(RECHECK_EVERY_S):
                    await self._recheck.wait()

    async def reconcile(self, ari: Ari) -> None:
        """Remove what nobody wants, make what is missing, notice who has come and gone. Raises AriError."""
        before = {name: (phone, phone.heard) for name, phone in self._phones.items()}
        found = await ari.endpoints()
        await self._remove_nobodys(ari, found)
        for name, (phone, heard) in before.items():
            state = found.get(name)
            is_made = state is not None and await self._is_made(ari, phone.wish)
            if self._phones.get(name) is not phone or self.lanes.busy(_lane(name)):
                continue
            if state is not None and is_made:
                self._made(phone, online=state.online, asked_at=heard)
            else:
                self._lost(phone)

    async def _remove_nobodys(self, ari: Ari, found: Iterable[str]) -> None:
        for name in found:
            if name in self._phones or name in self._gone or EXTENSION.fullmatch(name) is None:
                continue
            if await ari.get_object("endpoint", name) is None:
                self._gone.add(name)
            else:
                log.info("phone %s is nobody's: removed", name)
                self._queue(name, self._bring)

    async def _is_made(self, ari: Ari, wish: PhoneWish) -> bool:
        auth = await ari.get_object("auth", wish.phone)
        is_right = auth is not None and auth.get("password") == wish.secret
        return is_right and await ari.get_object("endpoint", wish.phone) is not None

    def _lost(self, phone: Phone) -> None:
        """It isn't on the switch (any more): make it, and take it for unregistered."""
        if phone.state:
            phone.contact = ""
            self._tell(phone)
            phone.state = ""
        self._queue(phone.wish.phone, self._bring)


def _lane(phone: str) -> str:
    return f"phone {phone}"
