"""WAV files as the switch writes them: what one is, and mending one that was cut off. Knows files, not recordings.

RIFF (Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"): sizes stand in the header, and the
switch writes them when it closes the file. One that dies, or a full disk, leaves them at 0 or too large.
"""

from __future__ import annotations

import os
import struct
import sys
from array import array
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

_PCM = 1
_MOST_HEADER = 65_536
_CENTI = Decimal("0.01")
_LOOKED_AT = 4000
"""Frames of a stretch that are looked at for its loudness."""


class NotSoundError(ValueError):
    """Not a WAV file of plain samples. ``code``: empty | not_sound"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class WavFacts:
    """``data_at``, ``data_bytes``: where its samples really are. ``is_cut_off``: its header says something else."""

    rate: int
    channels: int
    sample_bytes: int
    data_at: int
    data_bytes: int
    is_cut_off: bool

    @property
    def seconds(self) -> Decimal:
        frames = Decimal(self.data_bytes // (self.channels * self.sample_bytes))
        return (frames / self.rate).quantize(_CENTI)


def read_wav(file: Path) -> WavFacts:
    """Read a file's header and hold it against its size. Raises NotSoundError, OSError."""
    size = file.stat().st_size
    if size == 0:
        raise NotSoundError("empty")
    with file.open("rb") as opened:
        head = opened.read(_MOST_HEADER)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise NotSoundError("not_sound")
    form: tuple[int, int, int] | None = None
    at = 12
    while at + 8 <= len(head):
        name, length = struct.unpack_from("<4sI", head, at)
        if name == b"fmt " and at + 24 <= len(head):
            form = _form(head, at + 8)
        elif name == b"data":
            return _facts(form, data_at=at + 8, said_bytes=length, size=size)
        at += 8 + length + length % 2
    raise NotSoundError("not_sound")


def mend_header(file: Path, wav: WavFacts) -> None:
    """Write the sizes that are true into the header. Raises OSError."""
    with file.open("r+b") as opened:
        opened.seek(4)
        opened.write(struct.pack("<I", wav.data_at + wav.data_bytes - 8))
        opened.seek(wav.data_at - 4)
        opened.write(struct.pack("<I", wav.data_bytes))
        opened.flush()
        os.fsync(opened.fileno())


def peaks(file: Path, count: int) -> list[int]:
    """Give how loud each of ``count`` equal stretches is at its loudest, 0..100: the shape that a player draws.

    Looks at a part of each stretch only: as quick for an hour as for a minute. Raises NotSoundError, OSError.
    """
    wav = read_wav(file)
    if wav.sample_bytes != 2:
        return []
    frame = wav.channels * wav.sample_bytes
    frames = wav.data_bytes // frame
    found = []
    with file.open("rb") as opened:
        for index in range(count):
            begin, end = frames * index // count, frames * (index + 1) // count
            opened.seek(wav.data_at + begin * frame)
            samples = array("h", opened.read(min(end - begin, _LOOKED_AT) * frame))
            if sys.byteorder == "big":
                samples.byteswap()
            found.append(_loudest(samples) * 100 // 32768 if samples else 0)
    return found


def _loudest(samples: array[int]) -> int:
    high, low = max(samples), min(samples)
    return max(high, -low)


def _form(head: bytes, at: int) -> tuple[int, int, int]:
    kind, channels, rate, _bytes_per_s, _block, bits = struct.unpack_from("<HHIIHH", head, at)
    if kind != _PCM or not channels or not rate or bits not in {8, 16, 24, 32}:
        raise NotSoundError("not_sound")
    return rate, channels, bits // 8


def _facts(form: tuple[int, int, int] | None, *, data_at: int, said_bytes: int, size: int) -> WavFacts:
    if form is None:
        raise NotSoundError("not_sound")
    rate, channels, sample_bytes = form
    there = size - data_at
    there -= there % (channels * sample_bytes)
    if there <= 0:
        raise NotSoundError("empty")
    cut_off = said_bytes == 0 or said_bytes > there
    return WavFacts(rate, channels, sample_bytes, data_at, there if cut_off else said_bytes, is_cut_off=cut_off)
