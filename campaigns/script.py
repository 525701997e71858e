"""What operators read out: plain text with ``{{ field }}`` of the customer's. Pure.

No template engine: a field is a name, looked up, and nothing can be called or computed. The result is plain text too;
pages put it into the document as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from common.columns import normal

_FIELD = re.compile(r"\{\{\s*([^{}\s][^{}\r\n]{0,79}?)\s*\}\}")
FIELDS = ("nome", "primeiro_nome", "documento", "telefone", "codigo", "operador", "campanha", "empresa")
"""What every customer has; besides, the list's own columns by their headers. Portuguese: operators' leads write it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the script. ``field`` names what was filled in; ``missing``: the customer doesn't have it."""

    text: str
    field: str = ""
    missing: bool = False


def parts(script: str, values: Mapping[str, str]) -> list[Part]:
    """Give the script with its fields filled in, part by part. ``values``: by any spelling of the names."""
    known = {normal(name): value for name, value in values.items()}
    found: list[Part] = []
    end = 0
    for match in _FIELD.finditer(script):
        if match.start() > end:
            found.append(Part(script[end : match.start()]))
        value = known.get(normal(match[1]), "")
        found.append(Part(value or f"[{match[1]}]", field=match[1], missing=not value))
        end = match.end()
    if end < len(script):
        found.append(Part(script[end:]))
    return found


def render(script: str, values: Mapping[str, str]) -> str:
    """Give the script as plain text; what the customer doesn't have stands in brackets."""
    return "".join(part.text for part in parts(script, values))


def unknown_fields(script: str, columns: Iterable[str]) -> list[str]:
    """Give the names in the script that are neither FIELDS nor one of the lists' columns, in their order, once each."""
    known = {*FIELDS, *(normal(column) for column in columns)}
    found = dict.fromkeys(match[1] for match in _FIELD.finditer(script))
    return [name for name in found if normal(name) not in known]
