"""From whatever people record to what the switch plays: WAV, 8 kHz, mono, 16 bit. Knows bytes, not campaigns.

Decoding and resampling by miniaudio (WAV, MP3, FLAC, Ogg Vorbis; any rate, any channels).
"""

from __future__ import annotations

import io
import wave
from array import array
from dataclasses import dataclass
from decimal import Decimal

import miniaudio

RATE = 8000
_FRAMES = 4096
_SILENCE = 200
"""A loudest sample below this (of 32767) is a microphone that was off."""


class SoundRefusedError(ValueError):
    """Why it can't be played. ``code``: not_audio | too_short | too_long | silent"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sound:
    """``wav``: the whole file."""

    wav: bytes
    seconds: Decimal


def convert(data: bytes, *, longest_s: int) -> Sound:
    """Decode a file and make it the switch's. Raises SoundRefusedError.

    Decoded piece by piece: a small file that unpacks to hours is stopped at ``longest_s``.
    """
    samples = _decoded(data, most=longest_s * RATE)
    if len(samples) < RATE // 2:
        raise SoundRefusedError("too_short")
    if max(samples) < _SILENCE and min(samples) > -_SILENCE:
        raise SoundRefusedError("silent")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    seconds = (Decimal(len(samples)) / RATE).quantize(Decimal("0.01"))
    return Sound(file.getvalue(), seconds)


def _decoded(data: bytes, *, most: int) -> array[int]:
    samples: array[int] = array("h")
    try:
        pieces = miniaudio.stream_memory(
            data, miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE, frames_to_read=_FRAMES
        )
        for piece in pieces:
            samples.extend(piece)
            if len(samples) > most:
                raise SoundRefusedError("too_long")
    except miniaudio.MiniaudioError as error:
        raise SoundRefusedError("not_audio") from error
    return samples
