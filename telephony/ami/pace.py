"""How fast one node may be told to dial. Pure: `now_s` is any monotonic clock's seconds.

Two limits hold together: never more than `cps_limit` launches in any second (a sliding window, so no burst passes
it), and an even spacing at the current rate. The rate is halved while the switch acknowledges slowly, and comes
back step by step: an Asterisk that is asked for more than it carries collapses at once (docs/telephony.md).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

SLOW_ACK_S = 0.25
EASY_ACK_S = 0.15
JUDGE_EVERY_S = 0.5
LOWEST_FACTOR = 0.05
RECOVERY_STEP = 0.05
"""Of the full rate, each `JUDGE_EVERY_S`: from a half to all in five seconds."""
AVERAGE_WEIGHT = 0.2
IDLE_DECAY = 0.9
"""Everything is answered: an old average must not hold back a rate too low to mend it soon."""
BURST_S = 0.05
"""How much lateness of the caller's clock may be caught up at once."""


@dataclass(slots=True)
class LaunchPace:
    """Of launches, one node's. `started_s`: a launch before it can't be ruled out, so the first second is empty."""

    cps_limit: int
    started_s: float
    factor: float = 1.0
    ack_s: float = 0.0
    """Moving average of acknowledgement latency."""
    _launches: deque[float] = field(default_factory=deque)
    _next_s: float = 0.0
    _judged_s: float = 0.0

    def __post_init__(self) -> None:
        self._launches.extend([self.started_s] * self.cps_limit)
        self._judged_s = self.started_s

    @property
    def rate(self) -> float:
        """Launches a second, now; at least one every two seconds, or nothing would ever show a recovery."""
        return max(self.cps_limit * self.factor, 0.5)

    def wait_s(self, now_s: float) -> float:
        """Seconds until one launch is allowed; 0 when it is."""
        window = self._launches[0] + 1.0 - now_s if len(self._launches) >= self.cps_limit else 0.0
        return max(0.0, window, self._next_s - now_s)

    def launch(self, now_s: float) -> None:
        """Count one launch."""
        if len(self._launches) >= self.cps_limit:
            self._launches.popleft()
        self._launches.append(now_s)
        self._next_s = max(self._next_s, now_s - BURST_S) + 1 / self.rate

    def acknowledged(self, latency_s: float) -> None:
        """Take in how long the switch took to answer."""
        self.ack_s += AVERAGE_WEIGHT * (latency_s - self.ack_s)

    def judge(self, now_s: float, oldest_unanswered_s: float = 0.0) -> None:
        """Slow down or recover, by the answers that came and the oldest that hasn't."""
        if now_s - self._judged_s < JUDGE_EVERY_S:
            return
        self._judged_s = now_s
        if oldest_unanswered_s == 0.0:
            self.ack_s *= IDLE_DECAY
        latency_s = max(self.ack_s, oldest_unanswered_s)
        if latency_s > SLOW_ACK_S:
            self.factor = max(LOWEST_FACTOR, self.factor / 2)
        elif latency_s < EASY_ACK_S:
            self.factor = min(1.0, self.factor + RECOVERY_STEP)
