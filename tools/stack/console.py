"""Readable logs: one file per part, and lines with the part's name in front on the terminal.

A disk that takes no more lines is told of once on the terminal, which goes on; so do the parts.
"""

from __future__ import annotations

import datetime
import sys
from io import FileIO
from pathlib import Path

_COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
_WIDTH = 8
_MAXIMUM_BYTES = 50_000_000


class Console:
    """Takes the lines of all parts. ``shown`` says whether the terminal gets them too."""

    def __init__(self, folder: Path, *, shown: bool) -> None:
        self._folder = folder
        self._shown = shown
        self._coloured = shown and sys.stdout.isatty()
        self._files: dict[str, FileIO] = {}
        self._losing = False
        self._colour_of: dict[str, int] = {}

    def write(self, name: str, text: str, *, shown: bool = True) -> None:
        """Log one line of the part ``name``; unless ``shown``, to its file only."""
        now = datetime.datetime.now(datetime.UTC).astimezone()
        try:
            file = self._files.get(name) or self._open(name)
            file.write(f"{now:%Y-%m-%d %H:%M:%S.%f} {text}\n".encode())
        except OSError as error:
            if not self._losing:
                self._show(now, "stack", f"No log can be written below {self._folder}: {error.strerror}.")
            self._losing = True
        else:
            self._losing = False
        if shown:
            self._show(now, name, text)

    def _show(self, now: datetime.datetime, name: str, text: str) -> None:
        if not self._shown:
            return
        prefix = f"{now:%H:%M:%S} {name:<{_WIDTH}}|"
        if self._coloured:
            colour = self._colour_of.setdefault(name, _COLOURS[len(self._colour_of) % len(_COLOURS)])
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        try:
            print(prefix, text, flush=True)
        except OSError:  # the terminal is gone; the files go on
            self._shown = False

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def _open(self, name: str) -> FileIO:
        path = self._folder / f"{name}.log"
        if path.exists() and path.stat().st_size > _MAXIMUM_BYTES:
            path.replace(path.with_suffix(".log.1"))
        file = self._files[name] = path.open("ab", buffering=0)
        return file
