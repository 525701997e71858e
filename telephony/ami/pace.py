"""How fast one node may be told to dial. Pure: `now_s` is any monotonic clock's seconds.

Two limits hold together: never more than `cps_limit` launches in any second (a sliding window, so no burst passes
it), and an even spacing at the current rate. A launch is carried out at some time between its sending and its
acknowledgement: until then it counts for every second, so a switch that freezes with commands in its ears and wakes
up later has no more of them than it carries in one second.

The rate is halved while the switch acknowledges slowly, and comes back step by step: an Asterisk that is asked for
more than it carries collapses at once (docs/telephony.md).
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
LOOK_AGAIN_S = 0.02
"""When all that may be under way is under way."""
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
    on_the_way: int = 0
    """Launches that are not acknowledged."""
    _done: deque[float] = field(default_factory=deque)
    """When the latest ones were acknowledged."""
    _next_s: float = 0.0
    _judged_s: float = 0.0

    def __post_init__(self) -> None:
        self.restart(self.started_s)
        self._judged_s = self.started_s

    def restart(self, now_s: float) -> None:
        """What was sent over a connection that is gone may be carried out in this second."""
        self._done = deque([now_s] * self.cps_limit)

    @property
    def rate(self) -> float:
        """Launches a second, now; at least one every two seconds, or nothing would ever show a recovery."""
        return max(self.cps_limit * self.factor, 0.5)

    def wait_s(self, now_s: float) -> float:
        """Seconds until one launch is allowed; 0 when it is."""
        while self._done and self._done[0] + 1.0 <= now_s:
            self._done.popleft()
        room = self.cps_limit - self.on_the_way - len(self._done)
        if room > 0:
            return max(0.0, self._next_s - now_s)
        oldest = self._done[0] + 1.0 - now_s if self._done else LOOK_AGAIN_S
        return max(oldest, self._next_s - now_s)

    def launch(self, now_s: float) -> None:
        """Count one launch; `done` must follow."""
        self.on_the_way += 1
        self._next_s = max(self._next_s, now_s - BURST_S) + 1 / self.rate

    def done(self, now_s: float) -> None:
        """A launch was acknowledged, or it wasn't sent, or its answer will never come."""
        self.on_the_way -= 1
        self._done.append(now_s)

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
