"""The voices of the people and machines that SIPp plays: µ-law files of our own making.

They are no words, but have what a detector listens to: how long somebody speaks, and how long he is silent.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from pathlib import Path

from tools.phones.sound import RATE, encode

PITCH_HZ = 130
LOUD = 9_000
Part = tuple[str, float]
"""``voice`` | ``silence`` | ``beep``, and seconds."""
HUMAN: tuple[Part, ...] = (
    ("silence", 0.35), ("voice", 0.45), ("silence", 3.2), ("voice", 1.1), ("silence", 2.5), ("voice", 2.2),
    ("silence", 3.0),
)  # fmt: skip
"""“Alô?”, and then a conversation with an operator in it."""
MACHINE: tuple[Part, ...] = (
    ("silence", 0.5), *((("voice", 0.7), ("silence", 0.12)) * 9), ("silence", 0.6), ("beep", 0.5), ("silence", 20.0),
)  # fmt: skip
"""A mailbox: nine words without a pause worth the name, a beep, and then it listens."""
SILENCE: tuple[Part, ...] = (("silence", 20.0),)
FILES = {"human": HUMAN, "machine": MACHINE, "silence": SILENCE}


def write_all(folder: Path) -> None:
    for name, parts in FILES.items():
        path = folder / f"{name}.ulaw"
        if not path.exists():
            path.write_bytes(bytes(encode(sample) for sample in samples(parts)))


def samples(parts: Iterable[Part]) -> list[int]:
    noise = random.Random(1)
    return [sample for kind, seconds in parts for sample in _part(kind, int(seconds * RATE), noise)]


def _part(kind: str, count: int, noise: random.Random) -> list[int]:
    if kind == "silence":
        return [noise.randint(-8, 8) for _ in range(count)]
    if kind == "beep":
        return [int(LOUD * math.sin(2 * math.pi * 1_000 * n / RATE)) for n in range(count)]
    return [int(_voice(n / RATE, n / count) + noise.randint(-60, 60)) for n in range(count)]


def _voice(at_s: float, share: float) -> float:
    """A vowel that swells and fades, with a pitch that falls a little."""
    swell = math.sin(math.pi * min(1.0, max(0.0, share))) ** 0.4
    pitch = PITCH_HZ * (1.1 - 0.2 * share)
    tones = sum(math.sin(2 * math.pi * pitch * n * at_s) / n for n in range(1, 9))
    return float(LOUD * 0.5 * swell * tones)
