"""Makes asterisk/sounds again: what customers hear by default, spoken by espeak-ng (Debian), and the music on hold.

``python -m tools.sounds``: WAV, 8 kHz, mono, 16 bit, which Asterisk plays without converting. Companies replace them
with recordings of their own on the campaign's page; these are so that a fresh installation is never mute.
"""

from __future__ import annotations

import argparse
import array
import math
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "asterisk" / "sounds"
RATE = 8_000
LOUDEST = 0.6
"""Of full scale: telephones clip early."""
VOICE = ("-v", "pt-br", "-s", "155", "-p", "45", "-g", "1")
TEXTS = {
    "nobody-free": "Olá. Neste momento todos os nossos atendentes estão ocupados. Ligaremos mais tarde. Obrigado.",
    "reconnecting": "Um momento, por favor.",
    "recorded": "Esta ligação está sendo gravada.",
    "test-call": "Esta é uma chamada de teste. O tronco está funcionando. Obrigado.",
}
CHORDS = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
"""C, A minor, F, G: as plain as music gets."""
CHORD_S = 3.0


def speak(text: str) -> list[float]:
    """The text as samples at 8 kHz, -1 to 1."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        subprocess.run(["espeak-ng", *VOICE, "-w", str(path), text], check=True)
        with wave.open(str(path)) as file:
            samples = array.array("h", file.readframes(file.getnframes()))
            return trimmed(resampled([sample / 32_768 for sample in samples], file.getframerate()))


def trimmed(samples: list[float], *, quiet: float = 0.01, keep: int = RATE // 5) -> list[float]:
    """Without the silence at both ends, but for 200 ms."""
    loud = [n for n, sample in enumerate(samples) if abs(sample) > quiet]
    return samples[max(0, loud[0] - keep) : loud[-1] + keep]


def resampled(samples: Sequence[float], rate: int, *, half_width: int = 24) -> list[float]:
    """To 8 kHz by windowed sinc, which keeps out what 8 kHz can't carry."""
    cut = RATE / rate * 0.92
    found = []
    for n in range(int(len(samples) * RATE / rate)):
        middle = n * rate / RATE
        first = max(0, int(middle) - half_width + 1)
        total = 0.0
        for at in range(first, min(len(samples), int(middle) + half_width)):
            x = at - middle
            window = 0.5 + 0.5 * math.cos(math.pi * x / half_width) if abs(x) < half_width else 0.0
            total += samples[at] * window * cut * _sinc(cut * x)
        found.append(total)
    return found


def _sinc(x: float) -> float:
    return 1.0 if x == 0 else math.sin(math.pi * x) / (math.pi * x)


def music() -> list[float]:
    """Four soft chords, plucked one note after the other, that can be repeated for ever."""
    total = int(RATE * CHORD_S * len(CHORDS))
    samples = [0.0] * total
    notes = [chord[i % 3] * (2 if i % 4 == 3 else 1) for chord in CHORDS for i in range(8)]
    step = total // len(notes)
    for index, hertz in enumerate(notes):
        for n in range(int(RATE * 1.6)):
            at = n / RATE
            fade = math.exp(-2.2 * at) * min(1.0, at / 0.02)
            tone = math.sin(2 * math.pi * hertz * at) + 0.3 * math.sin(4 * math.pi * hertz * at)
            samples[(index * step + n) % total] += fade * tone
    return samples


def write(name: str, samples: Sequence[float], loudest: float = LOUDEST) -> None:
    """As WAV, brought to the same loudness."""
    factor = loudest * 32_767 / max(abs(sample) for sample in samples)
    path = FOLDER / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array.array("h", [round(sample * factor) for sample in samples]).tobytes())
    print(f"{path.name}: {len(samples) / RATE:.1f} s")


def main() -> int:
    argparse.ArgumentParser(prog="python -m tools.sounds", description=__doc__).parse_args()
    if shutil.which("espeak-ng") is None:
        print("error: espeak-ng is missing: apt-get install espeak-ng", file=sys.stderr)
        return 1
    for name, text in TEXTS.items():
        write(name, speak(text))
    write("hold/hold", music(), loudest=0.3)
    return 0


if __name__ == "__main__":
    sys.exit(main())
