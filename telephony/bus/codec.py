"""Messages to stream fields and back.

A stream entry has two fields: ``t``, the message's type name, and ``d``, its JSON body. An entry that can't be
read is an error with its reason, never a silent skip.
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
        message_type = types[fields["t"]]
        body = json.loads(fields["d"])
        known = {field.name for field in dataclasses.fields(message_type)}  # type: ignore[arg-type]
        if extra := set(body) - known:
            raise MalformedMessageError(f"{fields['t']}: unexpected {sorted(extra)}")
        return message_type(**body)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedMessageError(f"unreadable stream entry {dict(fields)!r}: {error}") from error
