"""The consumer of the switch's events: from the stream into the database and the live state, in batches.

Order of things for each batch: commit, then live state, then acknowledge. Whatever dies in between, the entries come
again (they stay pending for this consumer's name), and applying them again changes nothing but heals what is missing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, ProgrammingError, connection
from django_tenants.utils import schema_context
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError, ResponseError

from calls import batch, held, projection
from calls.batch import Applied, CompanyEvent
from calls.companies import Companies
from calls.day_figures import day_of
from calls.intake import DeadEntry, Entry, sort_out
from calls.publishing import FiguresPublisher
from common.clock import now
from live.signs import Pulse
from telephony import node_reports
from telephony.bus import keys
from telephony.bus.events import NodeEvent

log = logging.getLogger(__name__)

DEAD = f"{keys.EVENTS}:dead"
"""Stream of the entries that could not be applied, each with its reason; bounded, for people to look at."""
DEAD_KEPT = 10_000
BATCH = 500
BLOCK_MS = 500
PACE_S = 0.05
"""Batches don't begin faster than this while the stream isn't backed up: fewer, fuller transactions."""
TAKE_OVER_S = 15.0
ABANDONED_MS = 60_000
"""Entries pending for this long are taken up again, whoever left them."""

# Errors of one call's own data. Everything else is either the infrastructure's, and retried, or a bug, and loud.
_DATA_ERRORS = (DataError, IntegrityError, ObjectDoesNotExist, ValueError, ArithmeticError, LookupError)
_RETRIED = (OperationalError, InterfaceError, RedisError)

RawEntries = Sequence[tuple[str, Mapping[str, str] | None]]


class Consumer:
    """Reads until it is told to stop. One thread; ``name`` is its own in the consumer group and outlives restarts."""

    def __init__(
        self,
        redis: Redis,
        *,
        name: str = "calls",
        on_lost: Callable[[], None] | None = None,
        block_ms: int = BLOCK_MS,
    ) -> None:
        """``on_lost`` is called when the stream's group had to be made: live state may be gone with it."""
        self.redis = redis
        self.name = name
        self.stopping = threading.Event()
        self.companies = Companies()
        self.publisher = FiguresPublisher(redis)
        self.pulse = Pulse("calls")
        self._on_lost = on_lost
        self._block_ms = block_ms
        self._looked_s = time.monotonic()

    def run(self) -> None:
        """Startup, main loop, and again after each failure of PostgreSQL or Redis, ever slower, until stopped."""
        delay_s = 0.1
        while not self.stopping.is_set():
            try:
                self.startup()
                delay_s = 0.1
                self.main_loop()
            except _RETRIED as error:
                log.warning("waiting %.1f s: %s: %s", delay_s, type(error).__name__, str(error).strip())
                connection.close()
                self.stopping.wait(delay_s)
                delay_s = min(delay_s * 2, 3.0)
        log.info("stopped")

    def stop(self) -> None:
        self.stopping.set()

    def startup(self) -> None:
        """Make sure of the group, then finish what was read and not acknowledged."""
        try:
            self.redis.xgroup_create(keys.EVENTS, keys.EVENTS_GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        else:
            log.info("made the group %s of %s", keys.EVENTS_GROUP, keys.EVENTS)
            if self._on_lost:
                self._on_lost()
        after = "0"
        while (pending := self._read(after)) and not self.stopping.is_set():
            self.consume(pending)
            after = pending[-1][0]
        self._try_held()

    def main_loop(self) -> None:
        while not self.stopping.is_set():
            began_s = time.monotonic()
            self.pulse.give(self.redis)
            entries = self._read(">")
            if entries:
                self.consume(entries)
            self._tell_browsers()
            self._take_over()
            if 0 < len(entries) < BATCH:
                self.stopping.wait(max(0.0, began_s + PACE_S - time.monotonic()))

    def consume(self, entries: RawEntries) -> None:
        """Apply entries and acknowledge them. Raises what `run` retries, with nothing acknowledged.

        Entries of a company that can't be served at all are put aside (calls.held).
        """
        dead, unserved = self._consume_all(entries)
        fields = {entry_id: body or {} for entry_id, body in entries}
        with self.redis.pipeline(transaction=True) as pipe:
            _bury(pipe, dead, fields)
            for schema, entry_ids in unserved.items():
                held.put_aside(pipe, schema, [fields[entry_id] for entry_id in entry_ids])
            if fields:
                pipe.xack(keys.EVENTS, keys.EVENTS_GROUP, *fields)
            pipe.execute()

    def _consume_all(self, entries: RawEntries) -> tuple[list[DeadEntry], dict[str, list[str]]]:
        """Apply entries; give those that never can be, and by schema the ids of those that can't be now."""
        alive, dead = sort_out(entries)
        by_schema: dict[str, list[Entry]] = defaultdict(list)
        nodes: list[NodeEvent] = []
        for entry in alive:
            if isinstance(entry.event, NodeEvent):
                nodes.append(entry.event)  # telephony.watch tells browsers
                continue
            by_schema[entry.event.schema].append(entry)
        if nodes:
            node_reports.apply(nodes, redis=self.redis)
        unserved: dict[str, list[str]] = {}
        for schema, members in by_schema.items():
            try:
                dead += self._consume_company(schema, members)
            except ProgrammingError:
                # Its tables aren't as they should be (not migrated, or dropped): it waits, the others go on.
                log.exception("%s: %d events wait", schema, len(members))
                unserved[schema] = [entry.id for entry in members]
        return dead, unserved

    def _try_held(self) -> None:
        """Apply what was put aside. Deleted only when it is applied: who dies in between leaves it to be repeated."""
        for schema in held.waiting(self.redis, self.companies.schemas(now_s=time.monotonic())):
            while entries := cast(RawEntries, self.redis.xrange(held.key(schema), count=BATCH)):
                dead, unserved = self._consume_all(entries)
                if unserved:
                    break
                fields = {entry_id: body or {} for entry_id, body in entries}
                with self.redis.pipeline(transaction=True) as pipe:
                    _bury(pipe, dead, fields)
                    pipe.xdel(held.key(schema), *fields)
                    pipe.execute()

    def _consume_company(self, schema: str, entries: Sequence[Entry]) -> list[DeadEntry]:
        if self.companies.zone(schema, now_s=time.monotonic()) is None:
            return [DeadEntry(entry.id, f"no company has the schema {schema!r}") for entry in entries]
        try:
            return self._apply(schema, entries)
        except _DATA_ERRORS as error:
            if len(parts := _by_subject(entries)) > 1:
                log.warning("%s: a batch of %d failed, applying it call by call: %s", schema, len(entries), error)
                return [dead for part in parts for dead in self._consume_company(schema, part)]
            log.exception("%s: can't be applied: %s", schema, entries)
            return [DeadEntry(entry.id, f"{type(error).__name__}: {error}"[:500]) for entry in entries]

    def _apply(self, schema: str, entries: Sequence[Entry]) -> list[DeadEntry]:
        zone = self.companies.zone(schema, now_s=time.monotonic())
        assert zone is not None
        with schema_context(schema):
            applied = batch.apply(schema, zone, [_company_event(entry) for entry in entries])
        self._write_live(schema, applied)
        if not applied.unknown:
            return []
        return [
            DeadEntry(entry.id, "no such call")
            for entry in entries
            if getattr(entry.event, "call_id", None) in applied.unknown
        ]

    def _write_live(self, schema: str, applied: Applied) -> None:
        if applied.calls:
            projection.write(self.redis, schema, applied.calls, applied.figures)
            self.publisher.changed(schema, {call.campaign_id for call in applied.calls})

    def _read(self, after: str) -> RawEntries:
        """Read up to a batch: new entries for ``">"``, own pending ones after an id otherwise. Waits for new ones."""
        try:
            reply: Any = self.redis.xreadgroup(
                keys.EVENTS_GROUP,
                self.name,
                {keys.EVENTS: after},
                count=BATCH,
                block=self._block_ms if after == ">" else None,
            )
        except ResponseError as error:
            if "NOGROUP" in str(error):
                self.startup()
                return []
            raise
        return _entries_of(reply)

    def _tell_browsers(self) -> None:
        for schema in self.publisher.due(time.monotonic()):
            zone = self.companies.zone(schema, now_s=time.monotonic())
            if zone is not None:
                self.publisher.tell(schema, day_of(now(), zone), time.monotonic())

    def _take_over(self) -> None:
        """Now and then take up what a vanished consumer left pending, and what was put aside."""
        if time.monotonic() - self._looked_s < TAKE_OVER_S:
            return
        self._looked_s = time.monotonic()
        reply: Any = self.redis.xautoclaim(
            keys.EVENTS, keys.EVENTS_GROUP, self.name, min_idle_time=ABANDONED_MS, count=BATCH
        )
        if reply[1]:
            self.consume(reply[1])
        self._try_held()


def _bury(pipe: Pipeline, dead: Iterable[DeadEntry], fields: Mapping[str, Mapping[str, str]]) -> None:
    for entry in dead:
        log.error("dead entry %s of %s: %s", entry.id, keys.EVENTS, entry.reason)
        body = {**fields[entry.id], "entry": entry.id, "reason": entry.reason}
        pipe.xadd(DEAD, dict(body.items()), maxlen=DEAD_KEPT, approximate=True)


def _entries_of(reply: Any) -> RawEntries:
    """Take the entries out of XREADGROUP's reply: one stream, a list (RESP2) or a dict (RESP3)."""
    if not reply:
        return []
    if isinstance(reply, dict):
        return [entry for part in reply[keys.EVENTS] for entry in part]
    return list(reply[0][1])


def _company_event(entry: Entry) -> CompanyEvent:
    assert not isinstance(entry.event, NodeEvent)
    return entry.event


def _by_subject(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Part entries by what they speak of: each call, and each operator."""
    parts: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        event = _company_event(entry)
        parts[getattr(event, "call_id", "") or f"operator {getattr(event, 'operator', '')}"].append(entry)
    return list(parts.values())
