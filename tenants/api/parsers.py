"""Bodies of the API: JSON whose texts are texts."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """As DRF's, but for halves of surrogate pairs (``"\\ud800"``), which are JSON and no text.

    Fields refuse them in values; in an object's keys they would come as far as the database, or into an answer.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except ParseError as error:
            raise ParseError(_fault(error.__context__)) from error
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ParseError(_("The body holds signs that are no text.")) from error
        return data


def _fault(error: BaseException | None) -> str:
    """Say where the body stops being JSON. ``error``: what DRF's parser met; Python's own words are English only."""
    if isinstance(error, json.JSONDecodeError):
        words = _("The body is not valid JSON: see line %(line)s, column %(column)s.")
        return words % {"line": error.lineno, "column": error.colno}
    if isinstance(error, UnicodeDecodeError):
        return _("The body is not valid JSON: it isn't text in %(encoding)s.") % {"encoding": error.encoding.upper()}
    return _("The body is not valid JSON: it holds NaN, Infinity or a number that is too long.")
