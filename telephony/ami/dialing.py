"""Originate commands: from the dial stream to the switch, at most once, never late, never faster than allowed."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from telephony.ami.call import Call
from telephony.ami.claims import Claims
from telephony.ami.client import UNSAFE, Headers
from telephony.ami.clock import now_us
from telephony.ami.direct import DIRECT
from telephony.ami.errors import RejectedError, SwitchAwayError, SwitchTimeoutError, UnsafeValueError
from telephony.ami.link import SwitchLink
from telephony.ami.outgoing import Outgoing
from telephony.ami.pace import LaunchPace
from telephony.ami.streams import REDIS_TROUBLE, CommandStream, Entry
from telephony.ami.tasks import TaskSet
from telephony.ami.tracker import Tracker, action_id
from telephony.bus.commands import Originate
from telephony.bus.events import CallEvent, CallRefused
from telephony.naming import CALL_VARIABLES

log = logging.getLogger(__name__)

BACKLOG = 100
"""Commands read ahead of their launch; the rest waits in the stream."""
MOST_HELD = 2_000
"""Commands read while those before them wait for a trunk at its limit."""
BLOCK_MS = 500
LONGEST_NAP_S = 0.05
SHORTEST_NAP_S = 0.02
"""A few launches go together, which spares Redis round trips."""
ACK_TIMEOUT_S = 10.0
MOST_UNANSWERED = 60
RETRY_S = 0.5
REMEMBERED = 100_000
QUEUE_TIMEOUT_S = 2
"""How long an answered customer waits before he hears the message, where his campaign says nothing else."""
LONGEST_VALUE = 300

CHECKS: dict[str, re.Pattern[str]] = {
    "call_id": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "schema": re.compile(r"[a-z0-9_]{1,63}"),
    "number": re.compile(r"\+[1-9]\d{6,14}", re.ASCII),
    "trunk": re.compile(r"[A-Za-z0-9_.-]{1,80}"),
    "queue": re.compile(r"[A-Za-z0-9_-]{0,120}"),
    "operator": re.compile(r"\d{0,20}", re.ASCII),
    "context": re.compile(r"[A-Za-z0-9_-]{1,80}"),
    "caller_id": re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff,;|\"]{0,80}"),
}
LONGEST_RING_S = 300


def fault_of(order: Originate) -> str:
    """Say what is wrong with an order's values, "" for a sound one. Nothing of it is sent before."""
    for name, pattern in CHECKS.items():
        value = getattr(order, name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            return f"{name}: {value!r}"
    for name in ("campaign_id", "ring_timeout_s", "issued_us", "deadline_us"):
        if type(getattr(order, name)) is not int:
            return f"{name}: {getattr(order, name)!r}"
    if not order.queue and not order.operator:
        return "queue: ''"
    if not 1 <= order.ring_timeout_s <= LONGEST_RING_S:
        return f"ring_timeout_s: {order.ring_timeout_s}"
    return _variables_fault(order.variables)


def _variables_fault(variables: object) -> str:
    if not isinstance(variables, dict):
        return f"variables: {variables!r}"
    for name, value in variables.items():
        if (
            name not in CALL_VARIABLES
            or not isinstance(value, str)
            or UNSAFE.search(value)
            or len(value) > LONGEST_VALUE
        ):
            return f"variables: {name!r}={value!r}"
    return ""


def action_of(order: Originate, number: str) -> dict[str, str | int | list[str]]:
    """The AMI action that dials one customer; ``number`` as the trunk wants it."""
    variables = {"QTIMEOUT": str(QUEUE_TIMEOUT_S), **order.variables}
    if order.operator:
        variables["QUEUE"] = order.queue
    return {
        "Action": "Originate",
        "ActionID": action_id(order.call_id),
        "Channel": f"PJSIP/{number}@{order.trunk}",
        "ChannelId": order.call_id,
        "Context": DIRECT if order.operator else order.context,
        "Exten": order.operator or order.queue,
        "Priority": 1,
        "Timeout": order.ring_timeout_s * 1_000,
        "CallerID": order.caller_id,
        "Async": "true",
        "Variable": [
            f"__CALL_ID={order.call_id}",
            f"__COMPANY={order.schema}",
            f"__CAMPAIGN_ID={order.campaign_id}",
            *(f"{name}={escaped(value)}" for name, value in variables.items()),
        ],
    }


def escaped(value: str) -> str:
    """A value as Originate's Variable takes it: an unescaped comma would begin the next variable."""
    return re.sub(r"([\\,\"])", r"\\\1", value)


@dataclass(slots=True)
class Dialer:
    """Reads the dial stream and launches. ``publish`` takes what the product should know."""

    stream: CommandStream[Originate]
    claims: Claims
    link: SwitchLink
    tracker: Tracker
    pace: LaunchPace
    tasks: TaskSet
    publish: Callable[[list[CallEvent]], None]
    channel_limit: int
    outgoing: Outgoing
    prepare: Callable[[Originate], str]
    """Makes ready what a call needs; gives why that can't be, "" if it can."""
    stopping: bool = False
    launched: int = 0
    duplicates: int = 0
    _backlog: deque[Entry[Originate]] = field(default_factory=deque)
    _unanswered: dict[str, float] = field(default_factory=dict)
    _sent: dict[str, None] = field(default_factory=dict)

    async def run(self) -> None:
        """Dial until `stopping`; entries not launched by then stay pending for the next process."""
        while not self.stopping:
            try:
                await self._step()
            except REDIS_TROUBLE as error:
                log.warning("Redis is away, dialing waits: %s", error)
                self.stream.drop([entry.id for entry in self._backlog])
                self._backlog.clear()
                self.stream.recheck()
                await asyncio.sleep(RETRY_S)

    async def _step(self) -> None:
        if not self._backlog:
            await self._admit(await self.stream.read(count=BACKLOG, block_ms=BLOCK_MS))
        await self._refuse_hopeless()
        if self._backlog and not await self._launch_some():
            if self._permits() > 0 and len(self._backlog) < MOST_HELD:
                # All wait for their trunks; behind them there may be orders for others.
                await self._admit(await self.stream.read(count=BACKLOG, block_ms=1))
            await asyncio.sleep(self._nap_s())

    def judge(self) -> None:
        """Adapt the pace to the switch's answers; called now and then."""
        now_s = _monotonic()
        oldest_s = now_s - next(iter(self._unanswered.values()), now_s)
        self.pace.judge(now_s, oldest_s)

    # What can't be dialed.

    async def _admit(self, entries: list[Entry[Originate]]) -> None:
        """Take commands into the backlog, but for those that this process has carried out or that nobody can."""
        at_us = now_us()
        refusals: list[tuple[str, CallRefused]] = []
        settled: list[str] = []
        for entry in entries:
            order = entry.message
            if order is not None and order.call_id in self._sent:
                # Only its settling was lost. First of all checks: its mark is ours, so a refusal would be believed.
                self._note_duplicate(order.schema, order.call_id)
                settled.append(entry.id)
            elif order is None:
                log.error("an unreadable dial command is thrown away: %s", entry.fault)
                refusal = self._refusal_of_unreadable(entry, at_us)
                refusals.extend([(entry.id, refusal)] if refusal else [])
                settled.extend([] if refusal else [entry.id])
            elif fault := fault_of(order):
                refusals.append((entry.id, self._refusal(order, at_us, "bad_value", fault)))
            else:
                self._backlog.append(entry)
        await self._refuse(refusals)
        await self._settle(settled)

    async def _refuse_hopeless(self) -> None:
        """Refuse what is late or has no switch to go to."""
        at_us = now_us()
        hopeless = [(entry, refusal) for entry in self._backlog if (refusal := self._hopeless(_order(entry), at_us))]
        if hopeless:
            refused = {entry.id for entry, _ in hopeless}
            await self._refuse([(entry.id, refusal) for entry, refusal in hopeless])
            self._backlog = deque(entry for entry in self._backlog if entry.id not in refused)

    def _hopeless(self, order: Originate, at_us: int) -> CallRefused | None:
        if order.deadline_us < at_us:
            return self._refusal(order, at_us, "late", f"{(at_us - order.deadline_us) // 1_000} ms after its deadline")
        if not self.link.up:
            return self._refusal(order, at_us, "switch_away", self.link.detail or self.link.state)
        return None

    def _refusal_of_unreadable(self, entry: Entry[Originate], at_us: int) -> CallRefused | None:
        """Give a refusal if at least whose call it is can be read."""
        try:
            body = json.loads(entry.fields.get("d", ""))
            names = str(body["schema"]), int(body["campaign_id"]), str(body["call_id"])
        except (ValueError, KeyError, TypeError):
            return None
        if not CHECKS["schema"].fullmatch(names[0]) or not CHECKS["call_id"].fullmatch(names[2]):
            return None
        return CallRefused(self.tracker.node, at_us, *names, "bad_value", entry.fault[:300])

    def _refusal(self, order: Originate, at_us: int, reason: str, detail: str) -> CallRefused:
        return CallRefused(self.tracker.node, at_us, order.schema, order.campaign_id, order.call_id, reason, detail)

    async def _settle(self, entry_ids: list[str]) -> None:
        if entry_ids:
            await self.stream.settle(entry_ids)

    async def _refuse(self, refusals: list[tuple[str, CallRefused]]) -> None:
        if not refusals:
            return
        mine = await self.claims.refuse(refusals)
        self.stream.drop([entry_id for entry_id, _ in refusals])
        for (_, refusal), told in zip(refusals, mine, strict=True):
            if told:
                log.info("[%s] call %s refused: %s %s", refusal.schema, refusal.call_id, refusal.reason, refusal.detail)
            else:
                self._note_duplicate(refusal.schema, refusal.call_id)

    def _note_duplicate(self, schema: str, call_id: str) -> None:
        self.duplicates += 1
        log.warning("[%s] call %s: a command for it came before; this one is not carried out", schema, call_id)

    # What can.

    def _permits(self) -> int:
        room = min(self.channel_limit - len(self.tracker), MOST_UNANSWERED - len(self._unanswered))
        return 0 if room <= 0 or self.pace.wait_s(_monotonic()) > 0 else room

    def _nap_s(self) -> float:
        return min(LONGEST_NAP_S, max(SHORTEST_NAP_S, self.pace.wait_s(_monotonic())))

    async def _launch_some(self) -> bool:
        """Claim and send as many as are allowed now; False when none is."""
        batch: list[Entry[Originate]] = []
        room, now_s = self._permits(), _monotonic()
        waiting: list[Entry[Originate]] = []
        while self._backlog and len(batch) < room and self.pace.wait_s(now_s) <= 0:
            entry = self._backlog.popleft()
            if self._over_its_trunk(entry, batch, now_s):
                self.pace.launch(now_s)
                batch.append(entry)
            else:
                waiting.append(entry)  # the others don't wait for this trunk
        self._backlog.extendleft(reversed(waiting))
        if not batch:
            return False
        try:
            mine = await self.claims.claim([(entry.id, _order(entry), entry.fields["d"]) for entry in batch])
        except REDIS_TROUBLE:
            for entry in batch:
                self._launch_over(_order(entry))
            self.stream.drop([entry.id for entry in batch])
            raise
        await self._send(batch, mine)
        return True

    def _over_its_trunk(self, entry: Entry[Originate], batch: Sequence[Entry[Originate]], now_s: float) -> bool:
        """Take a permit of the order's trunk; False when it has none now."""
        trunk = _order(entry).trunk

        def channels(name: str) -> int:
            begun = sum(call.order.trunk == name for call in self.tracker.calls.values())
            return begun + sum(_order(one).trunk == name for one in batch)

        if not self.outgoing.permits(trunk, now_s, channels):
            return False
        self.outgoing.launched(trunk, now_s)
        return True

    async def _send(self, batch: list[Entry[Originate]], mine: list[bool]) -> None:
        refusals: list[tuple[str, CallRefused]] = []
        settled: list[str] = []
        for entry, claimed in zip(batch, mine, strict=True):
            order = _order(entry)
            if not claimed:
                self._launch_over(order)
                self._note_duplicate(order.schema, order.call_id)
                settled.append(entry.id)
            elif refusal := self._hopeless(order, now_us()) or self._launch(order):
                self._launch_over(order)
                refusals.append((entry.id, refusal))
            else:
                settled.append(entry.id)
        try:
            await self._refuse(refusals)
            await self._settle(settled)
        except REDIS_TROUBLE:
            self.stream.drop([entry.id for entry in batch])
            raise

    def _launch(self, order: Originate) -> CallRefused | None:
        """Send one Originate; give a refusal if it was certainly not sent."""
        sent_us = now_us()
        if fault := self.prepare(order):
            return self._refusal(order, sent_us, "rejected", fault)
        try:
            acknowledgement = self.link.send(action_of(order, self.outgoing.dialed(order.number, order.trunk)))
        except SwitchAwayError as error:
            return self._refusal(order, now_us(), "switch_away", str(error))
        except UnsafeValueError as error:
            return self._refusal(order, now_us(), "bad_value", str(error))
        self._remember(order.call_id)
        self.launched += 1
        call = self.tracker.add(order, sent_us)
        self._unanswered[order.call_id] = _monotonic()
        self.tasks.spawn(self._acknowledge(call, acknowledgement), name=f"ack {order.call_id}")
        return None

    def _remember(self, call_id: str) -> None:
        self._sent[call_id] = None
        if len(self._sent) > REMEMBERED:
            del self._sent[next(iter(self._sent))]

    async def _acknowledge(self, call: Call, acknowledgement: asyncio.Future[Headers]) -> None:
        order = call.order
        try:
            await self.link.answer(acknowledgement, timeout_s=ACK_TIMEOUT_S)
            self.pace.acknowledged(_monotonic() - self._unanswered[order.call_id])
        except RejectedError as error:
            log.warning("[%s] call %s rejected by the switch: %s", order.schema, order.call_id, error)
            if self.tracker.calls.get(order.call_id) is call:
                self.publish([self.tracker.refuse(call, now_us(), reason="rejected", detail=str(error))])
        except (SwitchTimeoutError, SwitchAwayError) as error:
            # It may have been dialed: the resynchronisation or the watchdog finds out.
            log.warning("[%s] call %s: no acknowledgement: %s", order.schema, order.call_id, error)
        finally:
            self._unanswered.pop(order.call_id, None)
            self._launch_over(order)

    def _launch_over(self, order: Originate) -> None:
        """The permit that was taken for it is used up."""
        now_s = _monotonic()
        self.pace.done(now_s)
        self.outgoing.done(order.trunk, now_s)

    def restart(self) -> None:
        """After a login: what the connection before took with it may be carried out now."""
        now_s = _monotonic()
        self.pace.restart(now_s)
        self.outgoing.restart(now_s)


def _order(entry: Entry[Originate]) -> Originate:
    assert entry.message is not None
    return entry.message


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
