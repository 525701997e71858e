"""What kind of file is it? Judged on all of its bytes while they stream by, in constant memory."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from contacts.mailing.reasons import FileFault, MailingError

WORKBOOK = "xlsx"
"""In the place of an encoding: the file is an Excel workbook."""
HEAD_BYTES = 65_536
_REFUSED_SIGNATURES = (b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"GIF8", b"{\\rtf")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x19\x1c-\x1f]")
_MARKUP = re.compile(rb"^\s*<(!doctype|html|table|\?xml|meta|head)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scan:
    """``encoding`` is a Python codec name, or WORKBOOK."""

    size_bytes: int
    encoding: str


class Scanner:
    """Feed it every chunk of the file, then ask for the result."""

    def __init__(self) -> None:
        self._head = b""
        self._size = 0
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")("strict")

    def feed(self, chunk: bytes) -> None:
        if not chunk:
            return
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
        self._size += len(chunk)
        self._decode(chunk, final=False)

    def result(self) -> Scan:
        """Judge. Raises MailingError for what is no table."""
        if not self._head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
            raise MailingError(FileFault.EMPTY)
        if self._head.startswith(b"PK\x03\x04"):
            return Scan(self._size, WORKBOOK)
        return Scan(self._size, self._encoding())

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        if self._decoder is None:
            return
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self._decoder = None

    def _encoding(self) -> str:
        """BOM, else strict UTF-8 of the whole file, else Windows-1252 (a superset of Latin-1 for real files)."""
        head = self._head
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        _check_text(head)
        self._decode(b"", final=True)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        return "utf-8" if self._decoder is not None else "cp1252"


def _check_text(head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise MailingError(FileFault.OLD_EXCEL)
    if head.startswith(_REFUSED_SIGNATURES) or _MARKUP.match(head):
        raise MailingError(FileFault.NOT_A_TABLE)
    # A few NULs and control characters are a faulty export; many are no text.
    if len(_CONTROL.findall(head)) > len(head) // 50 or head.count(0) > len(head) // 4:
        raise MailingError(FileFault.NOT_A_TABLE)
