"""The simulated switch's own record of what it dialed (dialed.jsonl), read by whoever checks on the product."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class SwitchRecord:
    """Call ids in the order in which they were dialed, with their instants (epoch seconds)."""

    dialed: tuple[tuple[str, float], ...]

    @property
    def calls(self) -> set[str]:
        return {call_id for call_id, _ in self.dialed}

    @property
    def dialed_twice(self) -> list[str]:
        seen: set[str] = set()
        return [call_id for call_id, _ in self.dialed if call_id in seen or seen.add(call_id)]  # type: ignore[func-returns-value]

    def since(self, instant_s: float) -> int:
        """How many calls were dialed at or after an instant."""
        return sum(at >= instant_s for _, at in self.dialed)


def read_record(path: Path) -> SwitchRecord:
    """Read the record as far as it is written; a last line without its end is left out."""
    return SwitchRecord(tuple((line["call_id"], line["at"]) for line in _lines(path) if line["event"] == "dialed"))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)
