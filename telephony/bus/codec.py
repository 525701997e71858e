"""Messages to stream fields and back.

A stream entry has two fields: ``t``, the message's type name, and ``d``, its JSON body. An entry that can't be
read is an error with its reason, never a silent skip. The reason never shows a value: commands carry passwords.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, TypeVar


class MalformedMessageError(ValueError):
    """A stream entry that isn't one of ours: unknown type, missing or unexpected field."""


M = TypeVar("M")


def encode(message: Any) -> dict[str, str]:
    """Give the stream fields of one message (a frozen dataclass)."""
    return {
        "t": type(message).__name__,
        "d": json.dumps(dataclasses.asdict(message), ensure_ascii=False, separators=(",", ":")),
    }


def decode(fields: Mapping[str, str], types: Mapping[str, type[M]]) -> M:
    """Give back the message of one stream entry.

    Raises MalformedMessageError when the type is not in ``types`` or the body does not fit it.
    """
    try:
        kind = fields["t"]
        message_type = types[kind]
    except KeyError:
        raise MalformedMessageError(f"unreadable stream entry: type {fields.get('t', '')[:80]!r}") from None
    try:
        body = json.loads(fields["d"])
        if not isinstance(body, dict):
            raise MalformedMessageError(f"unreadable {kind}: not an object")
        known = {field.name for field in dataclasses.fields(message_type)}  # type: ignore[arg-type]
        if extra := set(body) - known:
            raise MalformedMessageError(f"unreadable {kind}: unexpected {sorted(extra)!r:.200}")
        return message_type(**body)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, MalformedMessageError):
            raise
        # Neither the entry nor what it was read into: there may be a password in it. The reason names fields only.
        raise MalformedMessageError(f"unreadable {kind}: {error!s:.200}") from None
