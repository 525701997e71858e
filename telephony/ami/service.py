"""The process, top to bottom: startup, main loop, tick, shutdown."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from telephony.ami import events as ami
from telephony.ami.cel import CelLog, Checkpoint
from telephony.ami.claims import Claims
from telephony.ami.client import Headers
from telephony.ami.clock import now_us
from telephony.ami.comings import Comings
from telephony.ami.control import Control, load_wishes
from telephony.ami.dialing import Dialer
from telephony.ami.direct import Direct
from telephony.ami.equipment import Equipment, ari_of
from telephony.ami.errors import AmiError
from telephony.ami.lanes import Lanes
from telephony.ami.legs import leg_channel
from telephony.ami.link import SwitchLink
from telephony.ami.member import Member
from telephony.ami.moves import Moves
from telephony.ami.numbers import Numbers
from telephony.ami.operators import Operators
from telephony.ami.outbox import Outbox, RedisCommand, trim_read_events
from telephony.ami.outgoing import Outgoing
from telephony.ami.pace import LaunchPace
from telephony.ami.phones import Phones
from telephony.ami.resync import Resync, take_snapshot
from telephony.ami.settings import Settings
from telephony.ami.streams import REDIS_TROUBLE, CommandStream
from telephony.ami.supervisors import Supervisors
from telephony.ami.talk_events import OutsideMade
from telephony.ami.talking import Talking
from telephony.ami.tasks import TaskSet
from telephony.ami.tracker import Tracker
from telephony.ami.trunks import Trunks
from telephony.bus import keys
from telephony.bus.commands import CONTROL_TYPES, DIAL_TYPES, Originate
from telephony.bus.events import CallArrived, CallConnected, CallDialed, CallEnded, CallRefused, NodeDown, SwitchEvent
from telephony.bus.status import STATUS_TTL_S, NodeStatus

log = logging.getLogger(__name__)

TICK_S = 0.25
STATUS_EVERY = 4
WATCHDOG_EVERY = 20
TRIM_EVERY = 120
REDIS_RETRY_S = 0.5
FIRST_TRY_S = 3.0
FLUSH_S = 3.0
LAST_STEP_S = 2.0
IGNORED_LOG_EVERY = 240
BLAMELESS_US = 600_000_000
CLOCK_SKEW_US = 60_000_000
"""The log is read from this much before the oldest call's order: the switch may have another clock."""


def redis_client(url: str, *, blocking: bool) -> Redis:
    """A client that retries nothing by itself: a command repeated unseen could be read twice and handled once."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=None if blocking else 5.0,
        socket_connect_timeout=3.0,
        retry=Retry(NoBackoff(), 0),
    )


async def load_inflight(redis: Redis, node: str) -> list[Originate]:
    """Give the calls that were in flight; what can't be read is logged and left for a person to look at."""
    orders = []
    for call_id, body in (await redis.hgetall(keys.inflight(node))).items():
        try:
            orders.append(Originate(**json.loads(body)))
        except (ValueError, TypeError):
            log.exception("the order of call %s in flight can't be read: %r", call_id, body)
    return orders


class Service:
    """One node's `ami` process."""

    def __init__(self, settings: Settings) -> None:
        node = settings.node
        self.settings = settings
        self.redis = redis_client(settings.redis_url, blocking=False)
        self.readers = [redis_client(settings.redis_url, blocking=True) for _ in range(2)]
        self.tasks = TaskSet()
        self.stopping = asyncio.Event()
        self.outbox = Outbox(self.redis)
        self.cel = CelLog(settings.cel_path) if settings.cel_path else None
        self.tracker = Tracker(node)
        self.link = SwitchLink(settings, sink=self._arrived, resync=self._resynchronise, report=self.outbox.put)
        self.resync = Resync(self.tracker, self.cel, self.publish, self.drain)
        self.lanes = Lanes(self.tasks)
        member, ari = Member(self.link), ari_of(settings)
        # Lanes of their own: a slow ARI holds up no command.
        self.phones = Phones(node, ari, Lanes(self.tasks), self.outbox.put, settings.plain_phones)
        self.operators = Operators(
            node, self.tracker, member, self.lanes, self.tasks, self.phones, publish=self.outbox.put
        )
        self.pace = LaunchPace(settings.cps_limit, asyncio.get_running_loop().time())
        self.outgoing = Outgoing(self.redis)
        claims = Claims(self.redis, node)
        self.dialer = Dialer(
            CommandStream(self.readers[0], keys.dial_stream(node), node, DIAL_TYPES),
            claims,
            self.link,
            self.tracker,
            self.pace,
            self.tasks,
            self.publish,
            settings.channel_limit,
            self.outgoing,
            Direct(self.operators, Moves(self.link), self.tasks, self.outbox).prepare,
        )
        self.control = Control(
            CommandStream(self.readers[1], keys.control_stream(node), node, CONTROL_TYPES),
            self.link,
            self.tracker,
            self.operators,
            self.lanes,
            self.outbox,
        )
        self.talking = Talking(
            redis=self.redis,
            claims=claims,
            link=self.link,
            tracker=self.tracker,
            operators=self.operators,
            lanes=self.lanes,
            outbox=self.outbox,
            outgoing=self.outgoing,
            tasks=self.tasks,
            recordings=settings.recordings_path,
            publish=self.publish,
        )
        self.talking.register(self.control)
        self.equipment = Equipment(
            settings,
            self.redis,
            self.link,
            ari,
            self.phones,
            self.operators,
            self.tracker,
            Comings(self.operators, self.tracker, member, self.lanes, is_held=self.talking.conversations.is_held),
            Supervisors(node, self.phones, self.outbox.put),
            Trunks(node, self.redis, ari, settings.trunks_path, self.outgoing, settings.ari_secret.encode()),
            Numbers(node, self.redis, self.link),
            self.tasks,
        )
        self.equipment.register(self.control)
        self._arrivals: deque[Headers] = deque()
        self._arrival = asyncio.Event()
        self._ticks = 0

    async def run(self) -> None:
        """Serve until `stopping` is set. Raises what any part of it dies of."""
        await self.startup()
        try:
            await self.main_loop()
        finally:
            await self.shutdown()

    # Startup.

    async def startup(self) -> None:
        """Take up what an earlier process left in Redis and in the log, then connect, then take commands."""
        settings = self.settings
        log.info(
            "node %s: switch %s:%s as %s, at most %d calls/s and %d channels, log %s",
            settings.node, settings.host, settings.port, settings.user,
            settings.cps_limit, settings.channel_limit, settings.cel_path or "none",
        )  # fmt: skip
        while not self.stopping.is_set():
            try:
                await self._take_up()
                break
            except REDIS_TROUBLE as error:
                log.warning("Redis is away, waiting for it: %s", error)
                await asyncio.sleep(REDIS_RETRY_S)
        self.tasks.spawn(self.outbox.run(), name="outbox")
        self.tasks.spawn(self._pump(), name="events")
        self.equipment.start()
        self.tasks.spawn(self.link.run(), name="link")
        self._controlling = self.tasks.spawn(self._after_first_try(self.control.run), name="control")
        self._dialing = self.tasks.spawn(self._after_first_try(self.dialer.run), name="dialer")

    async def _take_up(self) -> None:
        node = self.settings.node
        self.operators.wishes = await load_wishes(self.redis, node)
        await self.equipment.take_up()
        orders = await load_inflight(self.redis, node)
        claimed_us = await self.dialer.claims.claimed_after_us([order.call_id for order in orders])
        arrived = await self.redis.hgetall(keys.arrivals(node))
        for order in orders:
            uniqueid, sent_us = str(arrived.get(order.call_id) or ""), claimed_us[order.call_id]
            if order.parent:
                self.tracker.add_leg(order, uniqueid or leg_channel(order), now_us(), sent_after_us=sent_us)
            elif uniqueid:
                self.tracker.add_arrived(order, uniqueid, now_us())
            else:
                self.tracker.add(order, now_us(), sent_after_us=sent_us)
        await self.talking.take_up()
        await self.outgoing.refresh()
        if orders:
            log.info("%d calls were in flight", len(orders))
        if self.cel is not None:
            checkpoint = Checkpoint.from_text(str(await self.redis.get(keys.cel_checkpoint(node)) or ""))
            since_us = min((order.issued_us for order in orders), default=now_us())
            self.cel.open(since_us=since_us - CLOCK_SKEW_US, now_us=now_us(), checkpoint=checkpoint)
            await self._leave_checkpoint()
        self.dialer.claims.begin(now_us())

    async def _leave_checkpoint(self) -> None:
        """Before the first claim, and then now and then: what the next process may take for proven about the log."""
        if self.cel is not None and (checkpoint := self.cel.checkpoint()):
            await self.redis.set(keys.cel_checkpoint(self.settings.node), checkpoint.to_text())

    async def _after_first_try(self, run: Callable[[], Awaitable[None]]) -> None:
        """Give a switch that is there a moment to be reached: no command is refused for that."""
        await self.link.tried(FIRST_TRY_S)
        await run()

    # Main loop.

    async def main_loop(self) -> None:
        """Tick until told to stop or until any task fails; its failure is raised here."""
        stop = asyncio.ensure_future(self.stopping.wait())
        ends: set[asyncio.Future[Any]] = {stop, self.tasks.failed}
        try:
            while not stop.done():
                await asyncio.wait(ends, timeout=TICK_S, return_when=asyncio.FIRST_COMPLETED)
                if self.tasks.failed.done():
                    self.tasks.failed.result()
                await self.on_tick()
        finally:
            stop.cancel()

    async def on_tick(self) -> None:
        """Four times a second: what waits for time to pass."""
        self._ticks += 1
        self.publish(self.tracker.due(now_us()))
        self.dialer.judge()
        self.equipment.on_tick()
        self.talking.on_tick()
        if self.cel is not None:
            self.cel.poll(now_us())
        try:
            if self._ticks % STATUS_EVERY == 0:
                await self._write_status()
                await self.outgoing.refresh()
            if self._ticks % TRIM_EVERY == 0:
                await trim_read_events(self.redis)
        except REDIS_TROUBLE as error:
            log.debug("Redis is away: %s", error)
        if self._ticks % WATCHDOG_EVERY == 0:
            self._watch()
        if self._ticks % IGNORED_LOG_EVERY == 0 and (ignored := self.link.ignored()):
            log.debug("events that say nothing to us: %s", ignored)

    def _watch(self) -> None:
        """Ask about calls that should have been heard of, forget old suspicions."""
        self.operators.check_openings()
        if self.link.up and (overdue := self.resync.overdue()):
            log.info("%d calls not heard of for a while; asking the switch and its log", len(overdue))
            self.tasks.spawn(self.resync.second_look(self.link, overdue, source="watchdog"), name="watchdog")
        oldest_us = now_us() - BLAMELESS_US
        for call_id in [call_id for call_id, at_us in self.resync.not_dialed.items() if at_us < oldest_us]:
            del self.resync.not_dialed[call_id]

    async def _write_status(self) -> None:
        link, settings = self.link, self.settings
        status = NodeStatus(
            node=settings.node,
            state=link.state,
            since_us=link.since_us,
            at_us=now_us(),
            cps_limit=settings.cps_limit,
            channel_limit=settings.channel_limit,
            channels=len(self.tracker),
            ack_ms=round(self.pace.ack_s * 1_000, 1),
            version=link.version,
            detail=link.detail,
            phone_url=settings.phone_url,
        )
        await self.redis.set(keys.node_status(settings.node), status.to_json(), ex=STATUS_TTL_S)
        await self.equipment.write_parts()
        await self._leave_checkpoint()

    # Events.

    def _arrived(self, message: Headers) -> None:
        """Called for each event while its bytes are read: only enqueues."""
        self._arrivals.append(message)
        self._arrival.set()

    async def _pump(self) -> None:
        while True:
            await self._arrival.wait()
            self._arrival.clear()
            self.drain()

    def drain(self) -> None:
        """Take in every event that has arrived."""
        while self._arrivals:
            message = self._arrivals.popleft()
            try:
                event = ami.parse(message)
            except ValueError:
                log.exception("an event can't be read: %r", message)
                continue
            if event is not None:
                self._take(event)

    def _take(self, event: ami.AmiEvent) -> None:
        if isinstance(event, ami.ChannelMade) and event.uniqueid in self.resync.not_dialed:
            log.error("call %s was given back as never dialed and appears now: hung up", event.uniqueid)
            self.tasks.spawn(self._hang_up(event.channel), name=f"hang up {event.uniqueid}")
        if isinstance(event, OutsideMade) and event.leg not in self.tracker.calls:
            log.error("leg %s is followed by nobody and appears now: hung up", event.leg)
            self.tasks.spawn(self._hang_up(event.channel), name=f"hang up {event.uniqueid}")
        self.equipment.on_event(event)
        self.talking.before(event)
        self.publish(self.tracker.apply(event, now_us()))
        self.operators.on_event(event)
        self.talking.on_event(event)

    async def _hang_up(self, channel: str) -> None:
        try:
            await self.link.request({"Action": "Hangup", "Channel": channel})
        except AmiError as error:
            log.warning("%s not hung up: %s", channel, error)

    def publish(self, facts: Sequence[SwitchEvent]) -> None:
        """Send facts to the product, each in one transaction with what it changes in Redis."""
        node = self.settings.node
        for fact in facts:
            self.talking.on_fact(fact)
            together: list[RedisCommand] = []
            if isinstance(fact, CallEnded | CallRefused):
                together.append(("HDEL", keys.inflight(node), fact.call_id))
                together.append(("HDEL", keys.arrivals(node), fact.call_id))
            if isinstance(fact, CallArrived) and (call := self.tracker.calls.get(fact.call_id)):
                body = json.dumps(dataclasses.asdict(call.order))
                together.append(("HSET", keys.inflight(node), fact.call_id, body))
                together.append(("HSET", keys.arrivals(node), fact.call_id, call.uniqueid))
            if isinstance(fact, CallDialed) and (call := self.tracker.calls.get(fact.call_id)) and call.order.parent:
                together.append(("HSET", keys.arrivals(node), fact.call_id, call.uniqueid))
            if isinstance(fact, CallConnected):
                together += self.operators.took_call(fact.operator)
            self.outbox.put(fact, together)

    async def _resynchronise(self) -> None:
        """Between login and up. Raises AmiError when the switch goes away again."""
        self.dialer.restart()
        snapshot = await take_snapshot(self.link)
        self.drain()
        self.talking.before_first_look(snapshot, now_us())
        suspects = self.resync.first_look(snapshot, last_alive_us=self.link.last_alive_us)
        self.operators.restore(snapshot)
        for channel in self.talking.on_login(snapshot):
            log.warning("%s belongs to no conversation: hung up", channel)
            self.tasks.spawn(self._hang_up(channel), name=f"hang up {channel}")
        self.equipment.on_login(snapshot)
        if suspects:
            log.info("%d calls to look for again", len(suspects))
            self.tasks.spawn(self.resync.look_again(self.link, suspects), name="second look")

    # Shutdown.

    async def shutdown(self) -> None:
        """Stop taking commands, write what is known, say goodbye. Calls that are up go on without us."""
        self.dialer.stopping = True
        self._controlling.cancel()
        await asyncio.wait([self._dialing], timeout=LAST_STEP_S)
        await self.link.stop()
        self.drain()
        self.outbox.put(NodeDown(self.settings.node, now_us(), "stopped"))
        if not await self.outbox.flush(FLUSH_S):
            log.error(
                "%d events couldn't be written; calls in flight will be settled at the next start", len(self.outbox)
            )
        try:
            await self._write_status()
        except REDIS_TROUBLE as error:
            log.debug("Redis is away: %s", error)
        await self.tasks.cancel()
        if self.cel is not None:
            self.cel.close()
        await self.equipment.close()
        for client in (self.redis, *self.readers):
            await client.aclose()
        log.info(
            "node %s stopped: %d calls launched, %d events written",
            self.settings.node,
            self.dialer.launched,
            self.outbox.written,
        )
