"""The product's pacing behind the interface of an offline simulator of campaigns.

    PYTHONPATH=. python <simulator>/run.py --pacer tools.pacing:Cadencia

The simulator hands over a dict each simulated second and takes the number of calls to launch.
"""

from __future__ import annotations

from typing import Any

from campaigns.pacing import History, Rules, Snapshot, Working, decide

WINDOW = 500
"""Recent attempts that the product keeps (calls.live)."""


class Cadencia:
    """Keeps the recent attempts as Redis would, and asks the product's rule."""

    def __init__(self) -> None:
        self._attempts: list[tuple[bool, float]] = []
        self._talks: list[float] = []
        self._wraps: list[float] = []

    def decide(self, snapshot: dict[str, Any]) -> int:
        self._learn(snapshot["new_events"])
        agents, calls, limits, totals = (snapshot[name] for name in ("agents", "calls", "limits", "totals"))
        decision = decide(
            Snapshot(
                free=len(agents["idle"]),
                talking=[Working(elapsed) for elapsed in agents["talking"]],
                wrapping_up=[Working(elapsed) for elapsed in agents["wrapup"]],
                ringing_s=[*calls["ringing"], *calls["amd"]],
                waiting=len(calls["waiting"]),
                open_channels=0,
                history=self._history(totals),
                rules=Rules(
                    target_abandon_rate=snapshot["target_abandon"], max_channels=limits["channels_free"], wrap_up_s=30
                ),
            )
        )
        return decision.launch

    def _learn(self, events: list[tuple[Any, ...]]) -> None:
        for event in events:
            if event[0] == "attempt":
                self._attempts = [*self._attempts[-WINDOW + 1 :], (event[2] == "live", event[3])]
            elif event[0] == "talk":
                self._talks = [*self._talks[-199:], event[2]]
            elif event[0] == "wrap":
                self._wraps = [*self._wraps[-49:], event[2]]

    def _history(self, totals: dict[str, int]) -> History:
        rings = [ring_s for live, ring_s in self._attempts if live]
        return History(
            attempts=len(self._attempts),
            answered=len(rings),
            ring_s=sum(rings),
            talks=len(self._talks),
            talk_s=sum(self._talks),
            wrap_ups=len(self._wraps),
            wrap_up_s=sum(self._wraps),
            connected_today=totals["connected"],
            abandoned_today=totals["abandoned"],
        )
