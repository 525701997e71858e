"""The product's log lines in Redis, beside what each process writes to stderr: bounded, and never in anybody's way.

A logging handler queues lines; a thread of its own writes them, each few tenths of a second, to the stream of the
process's part and tells open pages of them. Where Redis is away, or slower than the lines come, lines are lost there
and nowhere else. Imports no Django: the ami process logs by it too.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from live.topics import LOGS

PARTS = "logs:parts"
"""SET: every part that ever logged."""
KEPT = 5_000
"""Lines of each part."""
QUEUED = 2_000
"""Lines that may wait in a process; the oldest are lost."""
BATCH = 100
EVERY_S = 0.4
RETRY_S = 2.0
LONGEST = 4_000
"""Characters of a line."""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
EVENT = "logs.written"
PUBLIC = "public"
"""The platform's own schema, whose admins are told."""
SLUG = re.compile(r"[a-z][a-z0-9]{1,29}")
"""What a company's schema looks like."""

# One step: kept, numbered (as live.publish numbers) and told. KEYS: stream, parts, sequence. ARGV: part, how many are
# kept, channel, the event, then the lines.
_WRITE = """
for i = 5, #ARGV do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'line', ARGV[i])
end
redis.call('SADD', KEYS[2], ARGV[1])
if redis.call('EXISTS', KEYS[3]) == 0 then
  local now = redis.call('TIME')
  redis.call('SET', KEYS[3], string.format('%d', now[1] * 1000 + math.floor(now[2] / 1000)))
end
local seq = redis.call('INCR', KEYS[3])
redis.call('PUBLISH', ARGV[3], string.format('%d', seq) .. ' ' .. ARGV[4])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """``schema``: the company it is about, "" for none. ``place``: the node or process that wrote it."""

    at_us: int
    part: str
    place: str
    level: str
    logger: str
    schema: str
    text: str


def stream_key(part: str) -> str:
    return f"logs:{part}"


def sequence_key(schema: str = PUBLIC) -> str:
    """Equal to live.keys.sequence of the platform's topic."""
    return f"live:{schema}:seq:{LOGS}"


def channel(url: str, schema: str = PUBLIC) -> str:
    """Equal to live.keys.channel of the platform's topic."""
    return f"db{urlsplit(url).path.strip('/') or '0'}:live:{schema}:events:{LOGS}"


class LogStream(logging.Handler):
    """``place``: what tells processes of one part apart; its process id where that is empty.

    A filter may set ``record.schema``, the company that a record is about; else it is the one that the message names.
    """

    def __init__(self, url: str, part: str, place: str = "") -> None:
        super().__init__()
        self.url, self.part, self.place = url, part, place
        self._thread: threading.Thread | None = None
        self._begin()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue the line. Never blocks and never fails the process."""
        if self._pid != os.getpid():  # forked: neither the thread nor the connection came along
            self._begin()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="log stream", daemon=True)
            self._thread.start()
        if threading.current_thread() is self._thread:
            return
        try:
            self._lines.append(self._line(record))
        except (TypeError, ValueError, LookupError, AttributeError):  # arguments that don't fit their message
            self.handleError(record)
        self._wake.set()

    def close(self) -> None:
        """Write what is left, if Redis takes it at once."""
        if self._pid == os.getpid():
            self._closing = True
            self._write(list(self._drain()))
        super().close()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lines: deque[LogLine] = deque(maxlen=QUEUED)
        self._wake = threading.Event()
        self._closing = False
        self._thread = None
        self._redis = Redis.from_url(
            self.url,
            decode_responses=True,
            socket_timeout=1.0,
            socket_connect_timeout=1.0,
            retry=Retry(NoBackoff(), 0),
            client_name="logs",
        )

    def _line(self, record: logging.LogRecord) -> LogLine:
        return LogLine(
            at_us=int(record.created * 1_000_000),
            part=self.part,
            place=self.place or str(self._pid),
            level=record.levelname,
            logger=record.name,
            schema=str(getattr(record, "schema", "")) or company_said(record),
            text=self.format(record)[:LONGEST],
        )

    def _run(self) -> None:
        while not self._closing:
            self._wake.wait()
            self._wake.clear()
            time.sleep(EVERY_S)  # gathers what comes together
            while batch := list(self._drain(BATCH)):
                if not self._write(batch):
                    time.sleep(RETRY_S)

    def _drain(self, most: int = QUEUED) -> Iterator[LogLine]:
        for _ in range(most):
            try:
                yield self._lines.popleft()
            except IndexError:
                return

    def _write(self, lines: Sequence[LogLine]) -> bool:
        """Keep and tell lines; False where Redis did not take them: they are lost here, stderr has them."""
        if not lines:
            return True
        texts = [to_json(line) for line in lines]
        event = f'{{"type":"{EVENT}","data":{{"lines":[{",".join(texts)}]}}}}'
        keys = (stream_key(self.part), PARTS, sequence_key())
        try:
            self._redis.eval(_WRITE, len(keys), *keys, self.part, str(KEPT), channel(self.url), event, *texts)
        except (RedisError, OSError):
            return False
        return True


def company_said(record: logging.LogRecord) -> str:
    """Give the company whose name the message begins with, ``log.info("[%s] …", schema)``; "" where it names none."""
    args = record.args
    if isinstance(args, tuple) and args and str(record.msg).startswith("[%s] ") and isinstance(args[0], str):
        return args[0] if SLUG.fullmatch(args[0]) and args[0] != PUBLIC else ""
    return ""


def say_start(part: str) -> None:
    """Log that a process of this part has begun its work: who reads the log sees each restart."""
    logging.getLogger(__name__).info("%s started: process %d on %s", part, os.getpid(), socket.gethostname())


def to_json(line: LogLine) -> str:
    return json.dumps(dataclasses.asdict(line), ensure_ascii=False, separators=(",", ":"))


def parts(redis: Redis) -> list[str]:
    """Give every part that has logged. Raises redis.RedisError."""
    found: Any = redis.smembers(PARTS)
    return sorted(found)


def read(redis: Redis, names: Iterable[str], fits: Callable[[LogLine], bool], *, most: int = 200) -> list[LogLine]:
    """Give the last lines that fit, the newest first. Reads no more than what is kept. Raises redis.RedisError."""
    found: list[LogLine] = []
    for part in names:
        found += _read_part(redis, part, fits, most)
    return sorted(found, key=lambda line: line.at_us, reverse=True)[:most]


def _read_part(redis: Redis, part: str, fits: Callable[[LogLine], bool], most: int) -> list[LogLine]:
    found: list[LogLine] = []
    before = "+"
    while len(found) < most:
        entries: Any = redis.xrevrange(stream_key(part), max=before, count=1_000)
        lines = [LogLine(**json.loads(fields["line"])) for _id, fields in entries]
        found += [line for line in lines if fits(line)]
        if len(entries) < 1_000:
            break
        before = f"({entries[-1][0]}"
    return found[:most]
