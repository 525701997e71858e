"""How a trunk wants to see the numbers that are dialed over it. Pure; product and `ami` process share it."""

from __future__ import annotations

import re

EXAMPLES = ("+5511987654321", "+551132123456", "+12125551234")
"""A mobile, a landline, a number abroad: what a rule makes of them is shown beside it."""
_STRIP = re.compile(r"\d{0,6}", re.ASCII)
_PREFIX = re.compile(r"\+?[0-9*#]{0,14}", re.ASCII)
_DIALABLE = re.compile(r"\+?[0-9*#]{3,24}", re.ASCII)


def in_format(e164: str, *, strip: str, prefix: str) -> str:
    """Give a number as the trunk wants it: without its plus sign; ``prefix`` in place of a leading ``strip``.

    A number that doesn't begin with ``strip`` stays as it is: with strip 55 and prefix 0, a call abroad gets no 0.
    """
    digits = e164.removeprefix("+")
    return prefix + digits.removeprefix(strip) if digits.startswith(strip) else digits


def fault_of(strip: str, prefix: str) -> str:
    """Say which part of a rule is wrong: "strip", "prefix" or, of both together, "result"; "" for a sound rule."""
    if not _STRIP.fullmatch(strip):
        return "strip"
    if not _PREFIX.fullmatch(prefix):
        return "prefix"
    made = (in_format(example, strip=strip, prefix=prefix) for example in EXAMPLES)
    return "" if all(_DIALABLE.fullmatch(number) for number in made) else "result"
