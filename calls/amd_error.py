"""How wrong answering machine detection is, from what operators said of the calls they got. Pure.

Two errors, measured differently. A machine that was put through to an operator is heard by him: his corrections and
dispositions count it. A person who was taken for a machine reaches nobody, so nobody can say so: for that a share of
the calls, drawn beforehand, goes to operators undetected (the control sample). What it holds of machines is what all
calls hold; whatever detection calls a machine beyond that were people.

Intervals are of 95 %: Wilson's score interval for a share (Wilson 1927; Brown, Cai, DasGupta 2001), and for the
combination of three shares the MOVER of Zou and Donner (2008) over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054
ENOUGH = 30
"""With fewer judged calls than this a share says next to nothing."""


@dataclass(frozen=True, slots=True)
class AmdCounts:
    """Answered calls. ``judged``: put through after detection, and the operator said what it was."""

    detected: int = 0
    """On which detection came to a verdict: person, machine, or not sure."""
    machines: int = 0
    """Of these: machines, by detection."""
    judged: int = 0
    missed: int = 0
    """Of the judged: machines."""
    control: int = 0
    """Of the control sample, and judged."""
    control_machines: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``n``, and between which bounds the true share lies; None without any."""

    hits: int
    n: int
    value: float | None
    low: float
    high: float

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AmdError:
    """``machines``: what detection calls machines. ``missed``: machines among what it let pass.

    ``real_machines``: by the control sample. ``lost_people``: of all people who answered, those who were taken for
    machines; None while one of the samples is empty. Below ``is_enough`` its bounds are too wide to act upon.
    """

    machines: Share
    missed: Share
    real_machines: Share
    lost_people: Estimate | None

    @property
    def is_enough(self) -> bool:
        return self.missed.is_enough and self.real_machines.is_enough and self.machines.is_enough


def wilson(hits: int, n: int) -> Share:
    """Give a share with its bounds."""
    if n <= 0:
        return Share(0, 0, None, 0.0, 1.0)
    p, z2 = hits / n, _Z * _Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return Share(hits, n, p, max(0.0, middle - half), min(1.0, middle + half))


def measure(counts: AmdCounts) -> AmdError:
    """Give both errors."""
    machines = wilson(counts.machines, counts.detected)
    missed = wilson(counts.missed, counts.judged)
    real = wilson(counts.control_machines, counts.control)
    return AmdError(machines, missed, real, _lost_people(machines, missed, real))


def _lost_people(machines: Share, missed: Share, real: Share) -> Estimate | None:
    if machines.value is None or missed.value is None or real.value is None or real.value >= 1:
        return None
    passed = 1 - machines.value
    people = 1 - real.value
    # All that are machines, said or missed, less those that there are.
    taken = machines.value + passed * missed.value - real.value
    below = sqrt(
        (machines.value - machines.low) ** 2
        + (passed * (missed.value - missed.low)) ** 2
        + (real.high - real.value) ** 2
    )
    above = sqrt(
        (machines.high - machines.value) ** 2
        + (passed * (missed.high - missed.value)) ** 2
        + (real.value - real.low) ** 2
    )
    return Estimate(*(min(max(share / people, 0.0), 1.0) for share in (taken, taken - below, taken + above)))
