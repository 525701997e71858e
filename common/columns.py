"""Names of a customer's fields: people write one name in many spellings. Pure."""

from __future__ import annotations

import re
import unicodedata


def normal(name: str) -> str:
    """Give the one spelling of a field's name: no accents, lower case, ``_`` for what separates words."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub(r"[\s_-]+", "_", plain.strip().lower())
