"""Sound of a telephone: µ-law, tones, and which of them are heard.

8,000 samples a second, 160 (20 ms) a packet.
"""

from __future__ import annotations

import math
import struct
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

RATE = 8_000
SAMPLES = 160
LOUD = 6_000
HEARD_FROM = 0.02
"""Share of a tone in all that is heard; a tone alone is near 1, silence has none."""
QUIET_BELOW = 100.0
LISTEN_PACKETS = 15
FORGETS_AFTER_S = 0.5


def _decoded(byte: int) -> int:
    byte = ~byte & 0xFF
    value = (((byte & 0x0F) << 3) + 0x84) << ((byte & 0x70) >> 4)
    return 0x84 - value if byte & 0x80 else value - 0x84


DECODED = [_decoded(byte) for byte in range(256)]


def encode(sample: int) -> int:
    """One sample (-32,768 to 32,767) as µ-law (ITU-T G.711)."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32_635) + 0x84
    exponent = max(0, magnitude.bit_length() - 8)
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 0x0F) & 0xFF


def decode(payload: bytes) -> list[int]:
    return [DECODED[byte] for byte in payload]


@dataclass(slots=True)
class Tone:
    """A tone without end, packet by packet. A frequency of 0 is silence; ``loud`` is the greatest sample."""

    hertz: int
    loud: int = LOUD
    _packets: list[bytes] = field(default_factory=list)
    _next: int = 0

    def __post_init__(self) -> None:
        # After one second a tone of whole hertz begins anew.
        samples = [encode(int(self.loud * math.sin(2 * math.pi * self.hertz * n / RATE))) for n in range(RATE)]
        self._packets = [bytes(samples[at : at + SAMPLES]) for at in range(0, RATE, SAMPLES)]

    def packet(self) -> bytes:
        self._next = (self._next + 1) % len(self._packets)
        return self._packets[self._next]


@dataclass(slots=True)
class Ear:
    """The last 300 ms that were heard, if they were just now."""

    _packets: deque[tuple[float, bytes]] = field(default_factory=lambda: deque(maxlen=LISTEN_PACKETS))
    packets: int = 0

    def take(self, payload: bytes) -> None:
        self._packets.append((time.monotonic(), payload))
        self.packets += 1

    def forget(self) -> None:
        self._packets.clear()

    def loudness(self) -> float:
        """Root mean square of the samples, 0 where nothing came."""
        samples = self._samples()
        return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) if samples else 0.0

    def hears(self, hertz: int) -> bool:
        samples = self._samples()
        energy = sum(sample * sample for sample in samples)
        if len(samples) < SAMPLES * 5 or energy < QUIET_BELOW * QUIET_BELOW * len(samples):
            return False
        return _power(samples, hertz) / (energy * len(samples) / 2) > HEARD_FROM

    def _samples(self) -> list[int]:
        since = time.monotonic() - FORGETS_AFTER_S
        # A copy: packets come in while another thread listens.
        return [sample for at, payload in list(self._packets) if at > since for sample in decode(payload)]


def _power(samples: Sequence[int], hertz: int) -> float:
    """Goertzel's algorithm: the power of one frequency."""
    factor = 2 * math.cos(2 * math.pi * hertz / RATE)
    last = before = 0.0
    for sample in samples:
        last, before = sample + factor * last - before, last
    return last * last + before * before - factor * last * before


def rtp_packet(*, sequence: int, timestamp: int, source: int, payload: bytes, kind: int = 0) -> bytes:
    """RFC 3550, without extensions. ``kind`` 0 is µ-law, 101 a key tone."""
    return struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, source) + payload


def rtp_payload(data: bytes) -> tuple[int, bytes] | None:
    """The kind and the payload of a packet; None for what is none."""
    if len(data) < 12 or data[0] >> 6 != 2:
        return None
    start = 12 + 4 * (data[0] & 0x0F)
    return data[1] & 0x7F, data[start:]
