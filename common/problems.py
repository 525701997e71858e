"""Errors as RFC 9457 says them (``application/problem+json``), with the product's own members. Pure.

``type`` leads to the page of all codes, which every site has at the same path; ``code`` is stable and what programs
compare; ``retryable`` says whether the very same request may succeed later; ``errors`` names each bad input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

MEDIA_TYPE = "application/problem+json"
PAGE = "/api/v1/errors/"


def problem(*, status: int, code: str, detail: str, retryable: bool, instance: str, **members: Any) -> dict[str, Any]:
    """Give the body of one error. ``instance``: the path that was asked; ``members``: more of our own."""
    return {
        "type": f"{PAGE}#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "retryable": retryable,
        **members,
    }


def flat_errors(found: object, path: str = "") -> Iterator[dict[str, str]]:
    """Give every single fault of nested messages as ``{"field", "code", "detail"}``.

    ``field`` is the way to the value, as ``columns.0.role``; "" for what concerns the whole body. A message may carry a
    ``code`` of its own (as DRF's do).
    """
    if isinstance(found, Mapping):
        for name, inner in found.items():
            own = "" if name in {"non_field_errors", "detail"} and isinstance(inner, Sequence | str) else str(name)
            yield from flat_errors(inner, ".".join(part for part in (path, own) if part))
    elif isinstance(found, Sequence) and not isinstance(found, str):
        for index, inner in enumerate(found):
            nested = isinstance(inner, Mapping) or (isinstance(inner, Sequence) and not isinstance(inner, str))
            yield from flat_errors(inner, ".".join(part for part in (path, str(index) if nested else "") if part))
    else:
        yield {"field": path, "code": str(getattr(found, "code", "invalid")), "detail": str(found)}
