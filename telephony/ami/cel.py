"""The switch's own log of what its channels did: the second source, read from disk.

One line for each event, written with one write():
``eventtype,epoch.micros,uniqueid,linkedid,channel,exten,`` and then ``cause,tech_cause,hangup_by`` (the simulated
switch) or a quoted JSON object (Asterisk's cel_custom: ``hangupcause``, ``hangupsource``, no SIP status). Asterisk
logs all its channels: of a Local one only CONNECT says anything, and it is the call's by its linkedid; LEG gives the
channel of a blind transfer's leg outside the call id that it is told of by (``extra``).

What the log says of a call needs no doubt. What it does *not* say is proof only where a line would be there if it had
been written: `covers_us` is the instant since which nothing can have been lost (no truncation unseen, no rotated file
unread).
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from telephony.ami.events import SIP_STATUS, instant_us

log = logging.getLogger(__name__)

READ_AT_ONCE = 4_000_000
SEARCH_BLOCK = 65_536
KEEP_ENDED_US = 900_000_000
"""How long an ended call's record is kept, by the log's own clock."""
LONGEST_CALL_US = 86_400_000_000
PLAIN_FIELDS = 6
LOCAL = "Local/"
WHO = frozenset({"customer", "operator", "dialer", "switch"})


@dataclass(slots=True)
class CelRecord:
    """What the log says of one call. Instants in microseconds, 0: not there."""

    started_us: int = 0
    answered_us: int = 0
    connected_us: int = 0
    operator: str = ""
    unattended_us: int = 0
    ended_us: int = 0
    cause: int = 0
    tech_cause: str = ""
    hung_up_by: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Proof for a later process that the file it finds is the one that was seen here, and hasn't shrunk since.

    ``inode`` 0: there was no file, so whatever is in one now was written since `covers_us`.
    """

    inode: int
    size: int
    covers_us: int

    def to_text(self) -> str:
        return f"{self.inode}:{self.size}:{self.covers_us}"

    @classmethod
    def from_text(cls, text: str | None) -> Checkpoint | None:
        parts = (text or "").split(":")
        return cls(*map(int, parts)) if len(parts) == 3 and all(part.isdigit() for part in parts) else None


@dataclass(slots=True)
class CelLog:
    """Follows the log and keeps an index of its recent calls. It reads only what was appended: no wait to speak of."""

    path: Path
    covers_us: int = 0
    """0: the log proves nothing by silence."""
    broken_lines: int = 0
    _records: dict[str, CelRecord] = field(default_factory=dict)
    _ended: dict[str, int] = field(default_factory=dict)
    _file: BinaryIO | None = None
    _inode: int = 0
    _rest: bytes = b""
    _clock_us: int = 0
    _absent_since_us: int = 0

    @property
    def clock_us(self) -> int:
        """The latest instant in it: then at least the switch was alive. 0 while nothing was read."""
        return self._clock_us

    def record(self, call_id: str) -> CelRecord | None:
        return self._records.get(call_id)

    def ended(self) -> dict[str, int]:
        """Calls that the log has seen end recently, with the instant."""
        return self._ended

    def open(self, *, since_us: int, now_us: int, checkpoint: Checkpoint | None = None) -> None:
        """Read what was logged since `since_us` (from the rotated file ``.1`` too) and follow from there.

        `checkpoint` is what an earlier process left; without it silence is proof only for the time after the first
        line that is still there.
        """
        known, first_us = checkpoint is not None and checkpoint.inode == 0, 0
        for path in (self.path.with_name(f"{self.path.name}.1"), self.path):
            if not self._switch_to(path):
                continue
            assert self._file is not None
            if checkpoint is not None and checkpoint.inode == self._inode:
                known = os.fstat(self._file.fileno()).st_size >= checkpoint.size
            first_us = first_us or _instant_at(self._file, 0)
            self._file.seek(_offset_of(self._file, since_us))
            self._read_on()
        covers_us = checkpoint.covers_us if known and checkpoint else first_us or now_us
        if self.broken_lines or self._disk_is_full():
            covers_us = now_us
        if self._file is not None:
            self.covers_us = covers_us
        else:
            log.warning("the switch's log %s is not there (yet)", self.path)
            self._absent_since_us = covers_us

    def checkpoint(self) -> Checkpoint | None:
        """What to leave for a later process; None before `open`."""
        if self._file is None:
            return Checkpoint(0, 0, self._absent_since_us) if self._absent_since_us else None
        return Checkpoint(self._inode, self._file.tell(), self.covers_us)

    def poll(self, now_us: int) -> None:
        """Take in what was appended, over rotation and truncation."""
        if self._file is None:
            if self._switch_to(self.path):
                self.covers_us = self._absent_since_us or now_us
                self._read_on()
            return
        if os.fstat(self._file.fileno()).st_size < self._file.tell():
            log.warning("the switch's log %s was truncated", self.path)
            self._file.seek(0)
            self._rest = b""
            self.covers_us = now_us
        broken_before = self.broken_lines
        self._read_on()
        if self._was_rotated() and self._switch_to(self.path):
            log.info("the switch's log %s was rotated", self.path)
            self._read_on()
        if self.broken_lines > broken_before or self._disk_is_full():
            self.covers_us = now_us
        self._forget_old()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _switch_to(self, path: Path) -> bool:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        except OSError:
            log.exception("the switch's log %s can't be read", path)
            return False
        self.close()
        self._file, self._inode, self._rest = file, os.fstat(file.fileno()).st_ino, b""
        return True

    def _disk_is_full(self) -> bool:
        """Lines are being lost: a full disk takes none, or half of one, and a missing line proves nothing any more."""
        return self._file is not None and os.fstatvfs(self._file.fileno()).f_bavail == 0

    def _was_rotated(self) -> bool:
        try:
            return self.path.stat().st_ino != self._inode
        except OSError:
            return False

    def _read_on(self) -> None:
        assert self._file is not None
        while block := self._file.read(READ_AT_ONCE):
            *lines, self._rest = (self._rest + block).split(b"\n")
            for line in lines:
                self._take(line)

    def _take(self, line: bytes) -> None:
        parts = line.decode("utf-8", "replace").strip().split(",", PLAIN_FIELDS)
        try:
            self._note(parts, instant_us(parts[1]))
        except (IndexError, ValueError):
            if line.strip():
                self.broken_lines += 1
                log.warning("a line of the switch's log can't be read: %r", line[:200])

    def _note(self, parts: list[str], at_us: int) -> None:
        kind, call_id, exten = parts[0], parts[2], parts[5]
        if kind == "LEG":
            # A leg outside by the id that we gave it: its channel's own may have been told to nobody.
            self._records[str(_object(parts[6]).get("extra"))] = self._records.setdefault(call_id, CelRecord())
            return
        cause, tech_cause, hung_up_by = _facts(parts[6], channel=parts[4])
        self._clock_us = max(self._clock_us, at_us)
        if parts[4].startswith(LOCAL):
            if kind != "CONNECT":
                return
            call_id = parts[3]
        record = self._records.setdefault(call_id, CelRecord())
        match kind:
            case "CHAN_START":
                record.started_us = at_us
            case "ANSWER":
                record.answered_us = record.answered_us or at_us
            case "CONNECT":
                record.connected_us = record.connected_us or at_us
                record.operator = exten
            case "UNATTENDED":
                record.unattended_us = at_us
            case "HANGUP":
                status = SIP_STATUS.search(tech_cause)
                record.ended_us, record.cause = at_us, int(cause or 0)
                record.tech_cause = status.group() if status else ""
                record.hung_up_by = hung_up_by if hung_up_by in WHO else ""
                self._ended[call_id] = at_us

    def _forget_old(self) -> None:
        while self._ended:
            call_id, ended_us = next(iter(self._ended.items()))
            if self._clock_us - ended_us < KEEP_ENDED_US:
                break
            del self._ended[call_id]
            self._records.pop(call_id, None)
        while self._records:
            call_id, record = next(iter(self._records.items()))
            if call_id in self._ended or self._clock_us - record.started_us < LONGEST_CALL_US:
                break
            del self._records[call_id]


def _facts(text: str, *, channel: str) -> tuple[str, str, str]:
    """Cause, SIP status and who hung up, from either form. Raises ValueError for neither."""
    if text in {"", '""'}:
        return "", "", ""
    if not text.startswith('"'):
        cause, tech_cause, hung_up_by = text.split(",")
        return cause, tech_cause, hung_up_by
    facts = _object(text)
    source = str(facts.get("hangupsource", ""))
    who = "customer" if source == channel else "operator" if source.startswith(LOCAL) else ""
    return str(facts.get("hangupcause", "")), "", who


def _object(text: str) -> dict[str, Any]:
    """A quoted JSON object. Raises ValueError for anything else."""
    read = json.loads(text[1:-1].replace('""', '"'))
    if not isinstance(read, dict):
        raise ValueError(f"no object: {text!r}")  # noqa: TRY004 - of a value that was read
    return read


def _lines_from(file: BinaryIO, offset: int) -> Iterator[bytes]:
    """Whole lines from the first that begins at or after `offset`."""
    file.seek(max(0, offset - 1))
    if offset:
        file.readline()
    yield from iter(file.readline, b"")


def _instant_at(file: BinaryIO, offset: int) -> int:
    """The instant of the first readable line at or after `offset`, 0 where there is none."""
    for line in _lines_from(file, offset):
        parts = line.split(b",", 2)
        try:
            return instant_us(parts[1].decode("ascii"))
        except (IndexError, ValueError):
            continue
    return 0


def _offset_of(file: BinaryIO, since_us: int) -> int:
    """An offset, not far before the first line that is not older than `since_us`: the log is in order of time."""
    low, high = 0, os.fstat(file.fileno()).st_size
    while high - low > SEARCH_BLOCK:
        middle = (low + high) // 2
        at_us = _instant_at(file, middle)
        if at_us and at_us < since_us:
            low = middle
        else:
            high = middle
    file.seek(max(0, low - 1))
    if low:
        file.readline()
    return file.tell()
