"""The drill itself, on a stack of its own."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from tools.drill.ledger import Ledger
from tools.load.record import read_record
from tools.stack.layout import ROOT, Layout
from tools.stack.stack import Stack

log = logging.getLogger(__name__)

T = TypeVar("T")

PARTS = ("ami", "calls", "dial", "worker", "webhooks", "beat", "web", "redis", "postgres", "switch")
BACK_WITHIN_S = 10.0
"""How soon after a part's return calls must be dialed again."""
COMPANY, CAMPAIGN = "acme", "Renegociação novembro"
SETTLE_S = 6.0
"""Dialing at full pace between two kills."""
ENVIRONMENT = {"SIMULATED_SCENARIO": "fast", "CADENCIA_DEMO_SPEED": "5"}
"""Calls of a few seconds, so that something is dialed at every moment."""


class DrillError(AssertionError):
    """Something was lost, repeated, or did not come back."""


def run(parts: Sequence[str], *, shown: bool) -> int:
    """Kill each part once; give the exit code, 0 when nothing was lost."""
    shutil.rmtree(Layout(ROOT, "drill").home, ignore_errors=True)
    with Stack(profile="drill", shown=shown, env=ENVIRONMENT) as stack:
        stack.manage("migrate_schemas", "--shared", "-v", "0")
        stack.python("-m", "tools.demo.seed", "--quiet")
        stack.start()
        stack.wait_ready(timeout_s=120)
        stack.start("robots")
        drill = Drill(stack)
        drill.wait_dialing(0.0, within_s=60)
        for part in parts:
            drill.kill(part)
        return drill.settle()


class Drill:
    """One run: what it saw, and what it holds against the records at the end."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._record = stack.layout.switch / "dialed.jsonl"
        self._failures: list[str] = []

    def kill(self, part: str) -> None:
        """SIGKILL one part in full flight and measure how long dialing stays away after its return."""
        time.sleep(SETTLE_S)
        killed_at = time.time()
        old_pid = self._stack.kill9(part)
        self._stack.wait_restarted(part, old_pid, timeout_s=60)
        back_at = time.time()
        try:
            dialed_at = self.wait_dialing(back_at, within_s=BACK_WITHIN_S * 4)
        except DrillError as error:
            self._failures.append(f"{part}: {error}")
            return
        again_s = max(0.0, dialed_at - back_at)
        _say({"drill": part, "away_s": round(back_at - killed_at, 1), "dialing_again_s": round(again_s, 1)})
        if again_s > BACK_WITHIN_S:
            self._failures.append(f"{part}: dialing again only {again_s:.1f} s after its return")

    def wait_dialing(self, since_s: float, *, within_s: float) -> float:
        """Wait until the switch has dialed a call after an instant (epoch seconds); give when it did."""

        def first() -> float | None:
            return min((at for _, at in read_record(self._record).dialed if at > since_s), default=None)

        found = _wait_for(first, within_s)
        if found is None:
            raise DrillError(f"no call dialed within {within_s:.0f} s")
        return found

    def settle(self) -> int:
        """Stop dialing, wait for the last call, and compare. Gives the exit code."""
        self._stack.manage("campaign", "stop", "--schema", COMPANY, CAMPAIGN)
        ledger = Ledger(self._stack.env["DATABASE_URL"], COMPANY)
        if _wait_for(lambda: ledger.open_calls() == 0 or None, 120.0) is None:
            self._failures.append(f"{ledger.open_calls()} call(s) never ended")
        record = read_record(self._record)
        dialed = ledger.dialed()
        self._expect("calls dialed twice by the switch", len(record.dialed_twice))
        self._expect("calls the switch dialed that the database does not have", len(record.calls - dialed))
        self._expect("calls of the database that the switch did not dial", len(dialed - record.calls))
        if self._stack.manage("check_figures", check=False).returncode != 0:
            self._failures.append("check_figures found contradictions")
        _say({"drill": "total", "dialed": len(record.calls), "in_database": len(dialed), "failures": self._failures})
        return 1 if self._failures else 0

    def _expect(self, what: str, count: int) -> None:
        if count:
            self._failures.append(f"{count} {what}")


def _wait_for(look: Callable[[], T | None], within_s: float) -> T | None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.1)
    return None


def _say(facts: dict[str, object]) -> None:
    print(json.dumps(facts, ensure_ascii=False), flush=True)
