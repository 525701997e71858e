"""What is drawn in Python is escaped as templates escape it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from screens.escape import escaped

VALUES = [
    "",
    "<b>\"R&D\" 'x'</b>",
    mark_safe("<i>kept</i>"),
    7,
    None,
    gettext_lazy("Yes"),
    "\x00\u202e",
    mark_safe("&amp;"),
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_escaped_as_a_template_escapes_it(value: Any) -> None:
    assert escaped(value) == str(conditional_escape(value))
