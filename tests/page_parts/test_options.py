"""The choices of a select, drawn in Python."""

from __future__ import annotations

from django.template import Context, Template

from screens.choices import options


def test_each_choice_has_its_value_and_its_words_as_text() -> None:
    drawn = options([(1, "Cobrança & retorno"), ('a"b', "<b>")], 1)

    assert drawn == (
        '<option value="1" selected>Cobrança &amp; retorno</option><option value="a&quot;b">&lt;b&gt;</option>'
    )


def test_a_template_marks_the_choice_that_is_taken_or_none() -> None:
    template = Template("{% load form_parts %}{% options rows one.chosen.pk %}")
    rows = [(1, "A"), (2, "B")]

    assert template.render(Context({"rows": rows, "one": {"chosen": {"pk": 2}}})).count(" selected") == 1
    assert " selected" not in template.render(Context({"rows": rows, "one": {"chosen": None}}))
