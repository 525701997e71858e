"""Letters as people type them who look for a name: without accents, in lower case. Pure, the same as in SQL."""

from __future__ import annotations

_OF = {
    "a": "áàâãäåāăą",
    "c": "çćč",
    "d": "ďđ",
    "e": "éèêëēĕėęě",
    "g": "ğ",
    "i": "íìîïĩīĭį",
    "l": "ľł",
    "n": "ñńň",
    "o": "óòôõöøōŏő",
    "r": "ŕř",
    "s": "śšş",
    "t": "ťţ",
    "u": "úùûüũūŭůűų",
    "y": "ýÿ",
    "z": "źżž",
}
ACCENTED = "".join(_OF.values()) + "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327"
"""Letters with their accents, then accents that stand for themselves behind a letter."""
PLAIN = "".join(plain * len(accented) for plain, accented in _OF.items())
"""For each letter of ACCENTED the plain one; accents that stand for themselves have none, and go."""
_FOLDED = str.maketrans(ACCENTED[: len(PLAIN)], PLAIN, ACCENTED[len(PLAIN) :])


def folded(text: str) -> str:
    """Give a text in lower case and without accents, as ``tenants.letters.plain`` in SQL."""
    return text.lower().translate(_FOLDED)
