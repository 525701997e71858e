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
        data = super().parse(stream, media_type, parser_context)
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ParseError(_("The body holds signs that are no text.")) from error
        return data
