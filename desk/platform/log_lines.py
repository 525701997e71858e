"""Which log lines are wanted, for the page and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from live.log_stream import LEVELS, LogLine

CHOSEN_LEVELS = ("INFO", "WARNING", "ERROR")
MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters as the address says them; "" is any. ``level`` is the least."""

    company: str
    part: str
    level: str
    text: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        def given(name: str) -> str:
            return query.get(name, "").strip()[:80]

        level = given("level")
        return cls(given("company"), given("part"), level if level in CHOSEN_LEVELS else "", given("text").casefold())

    def fits(self, line: LogLine) -> bool:
        """As web/src/platform/lines.ts decides of lines that come live."""
        return (
            (not self.company or line.schema == self.company)
            and (not self.part or line.part == self.part)
            and (not self.level or _rank(line.level) >= _rank(self.level))
            and (not self.text or self.text in f"{line.logger} {line.text}".casefold())
        )


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)
