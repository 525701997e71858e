"""The Portuguese of the screens is complete and keeps the placeholders."""

from __future__ import annotations

import re
import shutil

import pytest

from tools import messages

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)[:}]")


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_every_text_of_the_screens_has_a_translation() -> None:
    assert messages.check() == []


def test_translations_keep_their_placeholders() -> None:
    for message in messages.read(messages.ROOT / messages.CATALOG):
        if not message.id:
            continue
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string or [])
        wanted = {name for text in originals for name in PLACEHOLDER.findall(text)}
        for text in texts:
            assert set(PLACEHOLDER.findall(text)) <= wanted, text
        assert {name for text in texts for name in PLACEHOLDER.findall(text)} == wanted, message.id
