"""What nobody types: pasted, sent by scanners, or written by who means harm."""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

SCRIPT = "<script>alert('SIGILO')</script>\"'><img src=x onerror=alert(1)>"
T = TypeVar("T")
DEPTH = int(os.environ.get("CADENCIA_SWEEP", "1"))
"""How many pieces of nonsense each field and parameter gets; others get others. More of them by hand: some minutes."""

TEXTS: list[str] = [
    "\x00",
    "a\x00b",
    "x" * 10_001,
    SCRIPT,
    "{{ 7*7 }}{% debug %}${7*7}",
    "=cmd|' /C calc'!A1",
    "'; DROP TABLE accounts_user; --",
    "\u202e\u0627\u2066🙂\ufeff",
    "\r\nSet-Cookie: a=b",
    "../../../../etc/passwd",
    "9" * 400,
    "-1",
    "0",
    "1e999",
    "NaN",
    "-Infinity",
    "99999999999999999999",
    "2147483648",
    "١٢٣",
    "²",
    "0001-01-01",
    "9999-12-31T23:59:59",
    "2026-02-30",
    " ",
    "\ud800",
]
"""Single values of a form or an address. The last is half a surrogate pair: sent as the bytes that it would be."""

VALUES: list[Any] = [
    None,
    True,
    -1,
    2**31,
    10**30,
    1.5,
    float("nan"),
    float("inf"),
    "",
    *TEXTS[:-1],
    [],
    [[]],
    ["\x00"],
    [10**30],
    list(range(5_000)),
    {},
    {"a": {"b": [None]}},
    {"\x00": "\x00"},
]
"""Single values of a JSON body."""

BODIES: list[bytes] = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"NaN",
    b"\xff\xfe\x00",
    b'{"a": "\xed\xa0\x80"}',
    b'{"\\ud800": 1}',
    b"[" * 50_000,
    b'{"a": ' + b"9" * 5_000 + b"}",
]
"""Whole bodies that are no object, or no JSON."""


def some(everything: Sequence[T], of: str, count: int) -> list[T]:
    """Give ``count`` of them: always the same ones for a name, others for another. Together nearly all are tried."""
    return Random(of).sample(everything, min(count, len(everything)))
