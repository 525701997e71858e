"""Judging sound files by their headers."""

from __future__ import annotations

import wave
from decimal import Decimal
from pathlib import Path

import pytest

from calls.recording_wav import NotSoundError, mend_header, read_wav
from tests.factories.sounds import left_open, tone


def written(folder: Path, content: bytes) -> Path:
    file = folder / "a.wav"
    file.write_bytes(content)
    return file


def test_a_whole_file_is_as_long_as_its_samples(tmp_path: Path) -> None:
    wav = read_wav(written(tmp_path, tone(2.5)))

    assert (wav.rate, wav.channels, wav.sample_bytes) == (8000, 1, 2)
    assert wav.seconds == Decimal("2.50")
    assert not wav.is_cut_off


def test_a_file_that_a_dying_switch_left_open_is_measured_by_its_size_and_mended(tmp_path: Path) -> None:
    file = written(tmp_path, left_open(tone(1.25)))
    wav = read_wav(file)
    assert (wav.is_cut_off, wav.seconds) == (True, Decimal("1.25"))

    mend_header(file, wav)

    assert file.read_bytes() == tone(1.25)
    with wave.open(str(file)) as mended:
        assert mended.getnframes() == 10_000


def test_a_file_that_a_full_disk_cut_short_ends_where_it_ends(tmp_path: Path) -> None:
    file = written(tmp_path, tone(2)[:16_045])  # a second, and half a sample
    wav = read_wav(file)
    assert (wav.is_cut_off, wav.seconds) == (True, Decimal("1.00"))

    mend_header(file, wav)

    assert read_wav(file).seconds == Decimal("1.00")
    assert not read_wav(file).is_cut_off


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (tone(1)[:44], "empty"),
        (b"RIFF", "not_sound"),
        (b"<html>" * 50, "not_sound"),
        (b"RIFF\0\0\0\0WAVE" + b"LIST" + b"\xff\xff\xff\xff" + b"x" * 50, "not_sound"),
        (tone(1)[:20] + b"\x07\x00" + tone(1)[22:], "not_sound"),  # mu-law inside
        (tone(1)[:12] + tone(1)[36:], "not_sound"),  # no format chunk
    ],
)
def test_what_is_no_sound_is_told(content: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(NotSoundError) as refusal:
        read_wav(written(tmp_path, content))

    assert refusal.value.code == code
