"""The files of recordings: RECORDINGS_DIR/<schema>/<yyyy>/<mm>/<dd>/<call id>.wav. Nobody else touches them.

Every path is checked against its company's folder, symbolic links resolved: a path of the bus or of a row can't lead
out of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from calls.recording_wav import WavFacts, mend_header, read_wav
from common.clock import now

_PATH = re.compile(r"[a-z][a-z0-9_]*/[0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9A-Za-z.-]{1,100}\.wav")
_CHUNK = 1 << 20


class OutsideError(ValueError):
    """A path that isn't of this company."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A file as it is kept."""

    wav: WavFacts
    size_bytes: int
    sha256: str


def root() -> Path:
    return Path(settings.RECORDINGS_DIR)


def is_of(schema: str, path: str) -> bool:
    """Whether a relative path has the form of this company's recordings."""
    return bool(_PATH.fullmatch(path)) and ".." not in path and path.split("/", 1)[0] == schema


def file_of(schema: str, path: str) -> Path:
    """Give the file of a recording of the company, which may not be there. Raises OutsideError."""
    if not is_of(schema, path):
        raise OutsideError(path)
    folder = (root() / schema).resolve()
    file = root() / path
    if file.is_symlink() or not file.resolve().is_relative_to(folder):
        raise OutsideError(path)
    return file


def is_there(schema: str, path: str) -> bool:
    """Whether the company has a file at this path, whatever is in it."""
    try:
        return file_of(schema, path).is_file()
    except (OutsideError, OSError):
        return False


def judge(file: Path) -> Judged:
    """Read a finished file whole: what it is, how long, its hash. A header that the switch left open is mended first.

    Raises calls.recording_wav.NotSoundError, OSError.
    """
    wav = read_wav(file)
    if wav.is_cut_off:
        mend_header(file, wav)
    digest, size = sha256(), 0
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Judged(wav, size, digest.hexdigest())


def erase(file: Path) -> list[str]:
    """Destroy a recording and everything beside it that bears its name; give the names of what was destroyed.

    Emptied before it is unlinked: another name of the same file, or somebody who has it open, keeps nothing.
    Raises OSError, and OSError too when something is still there afterwards.
    """
    erased = []
    for found in [file, *_beside(file)]:
        if found.is_symlink():
            found.unlink(missing_ok=True)
        elif found.exists():
            os.truncate(found, 0)
            found.unlink()
        else:
            continue
        erased.append(found.name)
    if os.path.lexists(file) or list(_beside(file)):
        raise OSError(f"{file} is still there")
    _prune(file.parent)
    return erased


def files_of(schema: str) -> Iterator[str]:
    """Give the relative path of every file in the company's folder."""
    folder = root() / schema
    for where, _folders, names in os.walk(folder):
        for name in names:
            yield (Path(where) / name).relative_to(root()).as_posix()


def folders() -> list[str]:
    """Give the names of the folders of recordings: one for each company. Raises OSError."""
    return sorted(entry.name for entry in root().iterdir() if entry.is_dir() and not entry.name.startswith("."))


def _beside(file: Path) -> Iterator[Path]:
    """Copies and halves: ``<name>.wav.part``, ``<name>-in.wav``. A call of another, longer name is none."""
    try:
        entries = list(os.scandir(file.parent))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name != file.name and entry.name.startswith((f"{file.stem}.", f"{file.stem}-")):
            yield Path(entry.path)


def _prune(folder: Path) -> None:
    """Remove the folders of past days, months and years that are empty now; today's the switch may want this moment."""
    if "/".join(folder.parts[-3:]) >= f"{now():%Y/%m/%d}":
        return
    for empty in [folder, *folder.parents][:3]:
        if empty == root() or not empty.is_relative_to(root()):
            return
        try:
            empty.rmdir()
        except OSError:
            return  # something else is in it, or came into it just now
