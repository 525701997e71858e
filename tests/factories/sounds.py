"""Sound files, made here: tones as the switch writes them, and as people's programs do."""

from __future__ import annotations

import io
import math
import struct
import wave
from array import array
from pathlib import Path


def tone(seconds: float = 1.0, *, rate: int = 8000, channels: int = 1, hertz: float = 440, loud: float = 0.5) -> bytes:
    """A WAV file, 16 bit, with a tone in every channel."""
    frames = int(seconds * rate)
    samples = array("h", (int(32767 * loud * math.sin(2 * math.pi * hertz * n / rate)) for n in range(frames)))
    if channels > 1:
        samples = array("h", (value for value in samples for _ in range(channels)))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def left_open(wav: bytes) -> bytes:
    """The same as a switch leaves it that died while it wrote: no sizes in the header."""
    return wav[:4] + struct.pack("<I", 0) + wav[8:40] + struct.pack("<I", 0) + wav[44:]


def place(root: Path, path: str, content: bytes) -> Path:
    """Put a file where the switch would, finished a while ago."""
    import os

    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return file
