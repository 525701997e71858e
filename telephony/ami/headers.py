"""Reading one AMI message's headers: text, numbers, instants. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Headers = Mapping[str, Any]
"""Case-insensitive; a repeated header's value is a list."""


def text(message: Headers, name: str) -> str:
    """A header's value, the last one of a repeated header, "" without one."""
    value = message.get(name, "")
    return value if isinstance(value, str) else str(value[-1])


def number(message: Headers, name: str) -> int:
    """Raises ValueError for a value that is none; 0 without the header."""
    value = text(message, name).strip()
    return int(value) if value else 0


def instant_us(instant: str) -> int:
    """Microseconds of ``seconds.micros`` without the rounding of a float; 0 for an empty text."""
    if not instant:
        return 0
    seconds, _, fraction = instant.strip().partition(".")
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])


def at_us(message: Headers) -> int:
    """The switch's own clock (`timestampevents = yes`), 0 where it gives none."""
    return instant_us(text(message, "timestamp"))


def uniqueid(message: Headers) -> str:
    return text(message, "uniqueid")


def channel(message: Headers) -> str:
    return text(message, "channel")


def variables(message: Headers) -> dict[str, str]:
    """The channel variables of a row of `Status` that was asked for some; one that isn't set isn't there."""
    found: dict[str, str] = {}
    for header in ("chanvariable", "variable"):
        given = message.get(header, [])
        for pair in [given] if isinstance(given, str) else given:
            name, _, value = str(pair).partition("=")
            if value not in ("", "(null)"):
                found[name] = value
    return found


def far_half(local_channel: str) -> str:
    """The other name of a Local channel's pair: ``;2``, the handle of a conversation, from ``;1``. "" for others."""
    name, mark, half = local_channel.rpartition(";")
    return f"{name};2" if mark and half in ("1", "2") else ""
