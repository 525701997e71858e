"""The switch's two records on disk: what it dialed (dialed.jsonl) and its own event log (cel.csv).

One os.write for each line on an O_APPEND descriptor: a kill -9 loses no line that was written, and tears none.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


class AppendOnlyFile:
    """Lines appended one write each. A disk that refuses is logged once until it takes lines again.

    A disk that is almost full takes half a line. The next then begins on a line of its own, so that only one is spoilt.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._failing = False
        self._torn = False

    def append(self, line: str) -> None:
        text = line.encode("utf-8", "surrogateescape")
        try:
            self._write(b"\n" + text if self._torn else text)
        except OSError as error:
            if not self._failing:
                log.critical("%s can't be written, lines are lost: %s", self._path, error)
            self._failing = True
        else:
            self._failing = False

    def _write(self, text: bytes) -> None:
        """One write, and a second to hear why the first was short."""
        written = os.write(self._fd, text)
        self._torn = written < len(text)
        if self._torn:
            written += os.write(self._fd, text[written:])
            self._torn = written < len(text)

    def close(self) -> None:
        os.close(self._fd)


class Journal:
    """Both records, or neither when there is no folder."""

    def __init__(self, folder: Path | None) -> None:
        self._dialed = AppendOnlyFile(folder / "dialed.jsonl") if folder else None
        self._events = AppendOnlyFile(folder / "cel.csv") if folder else None

    def note(self, at: float, event: str, call_id: str, **facts: Any) -> None:
        """One line of dialed.jsonl. ``event``: dialed | ended | duplicate | unknown_endpoint."""
        if self._dialed:
            line = {"at": round(at, 6), "event": event, "call_id": call_id, **facts}
            self._dialed.append(json.dumps(line, ensure_ascii=False) + "\n")

    def event(
        self,
        kind: str,
        at: float,
        *,
        uniqueid: str,
        linkedid: str,
        channel: str,
        exten: str = "",
        cause: str = "",
        tech_cause: str = "",
        hangup_by: str = "",
    ) -> None:
        """One line of cel.csv. ``kind``: CHAN_START | ANSWER | CONNECT | UNATTENDED | HANGUP."""
        if self._events:
            self._events.append(
                f"{kind},{at:.6f},{uniqueid},{linkedid},{channel},{exten},{cause},{tech_cause},{hangup_by}\n"
            )

    def close(self) -> None:
        for file in (self._dialed, self._events):
            if file:
                file.close()
