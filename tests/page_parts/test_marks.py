"""Icons, badges and addresses that are drawn in Python are what templates would draw."""

from __future__ import annotations

from uuid import uuid4

from django.template import Context, Template
from django.urls import reverse

from screens.links import addresses_of
from screens.marks import badge, icon


def test_a_badge_escapes_its_words() -> None:
    assert "&lt;b&gt;" in badge("bad", "<b>")
    assert badge("free", "Livre").endswith("Livre</span>")


def test_templates_draw_the_same_icons_and_badges() -> None:
    drawn = Template('{% load cadencia %}{% icon "x" "i-14" %}{% badge "bad" words %}').render(
        Context({"words": "<b>"})
    )
    assert drawn == icon("x", "i-14") + badge("bad", "<b>")


def test_addresses_of_many_are_those_of_each() -> None:
    calls, people = addresses_of("calls:detail", by_uuid=True), addresses_of("people:edit")
    key = uuid4()
    assert calls(key) == reverse("calls:detail", args=[key])
    assert people(7) == reverse("people:edit", args=[7])
    assert people('"/>') == "/people/%22/%3E/"
