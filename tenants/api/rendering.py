"""Answers of the API as JSON, written by orjson: ten times as fast as the standard library's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

_default = JSONEncoder().default
# Decimals and the like are told by DRF's encoder; instants, days and times by orjson, which tells them the same way.
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS


class Renderer(JSONRenderer):
    """The same bytes as DRF's, which is asked where somebody wants an indent, or where orjson can't."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if data is None:
            return b""
        if accepted_media_type is None or ";" not in accepted_media_type:
            try:
                text = orjson.dumps(data, default=_default, option=_OPTIONS)
            except orjson.JSONEncodeError:  # keys that aren't texts, whole numbers of more than 64 bits
                return super().render(data, accepted_media_type, renderer_context)
            return _without_line_ends(text) if b"\xe2\x80" in text else text
        return super().render(data, accepted_media_type, renderer_context)


def _without_line_ends(text: bytes) -> bytes:
    """Escape the two signs that end a line in JavaScript and not in JSON, as DRF does."""
    return text.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
