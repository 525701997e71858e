"""What people name things, without what nobody sees: control and format characters. Pure.

Bidi controls turn around the text behind them (“Bidi \\u202egnp.exe” is read as “Bidi exe.png”); the others make names
that look alike differ. ZWJ and ZWNJ stay: writing systems and emoji need them. PostgreSQL takes no NUL in any text.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f"
    "\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb"
    "\\U000e0001\\U000e0020-\\U000e007f]"
)


def plain_text(text: str) -> str:
    """Give a text without what nobody sees; its lines and tabs stay. Not stripped."""
    return _UNSEEN.sub("", text)


def plain_line(text: str) -> str:
    """Give a text on one line, without what nobody sees and without doubled spaces; "" where nothing is left."""
    return " ".join(plain_text(text).split())
