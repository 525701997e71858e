"""Form widgets drawn in Python are those of Django's own templates, with the class of their look."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from screens import widgets
from screens.choices import RowSelect, choices

HOSTILE = """<b>"it's" & more</b>"""
GROUPED = [("", "—"), ("a", gettext_lazy("Name")), ("Group", [(1_234, HOSTILE), ("z", mark_safe("<i>z</i>"))])]


class KeptFile:
    """As a file field's value where a file was kept."""

    url = "/media/?a=1&b=<b>"

    def __str__(self) -> str:
        return HOSTILE


class Sample(forms.Form):
    use_required_attribute = True
    name = forms.CharField(label=HOSTILE, help_text=HOSTILE, max_length=40, min_length=2)
    email = forms.EmailField(required=False)
    count = forms.IntegerField(initial=12_345, min_value=1, max_value=100_000)
    share = forms.DecimalField(initial="1.5", decimal_places=2, required=False)
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    url = forms.URLField(
        required=False, assume_scheme="https", widget=forms.URLInput(attrs={"class": "own", "x": True})
    )
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "off", "data-x": HOSTILE}))
    story = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "hidden": False}), initial=HOSTILE)
    empty = forms.CharField(widget=forms.Textarea, required=False)
    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".csv"}))
    hidden = forms.CharField(widget=forms.HiddenInput, initial=HOSTILE)
    is_on = forms.BooleanField(initial=True)
    is_off = forms.BooleanField(required=False, disabled=True)
    kind = forms.ChoiceField(
        choices=GROUPED,
        initial=1_234,
    )
    radio = forms.ChoiceField(choices=GROUPED, initial="a", widget=forms.RadioSelect(attrs={"data-x": HOSTILE}))
    boxes = forms.MultipleChoiceField(
        choices=GROUPED, initial=["z"], required=False, widget=forms.CheckboxSelectMultiple
    )
    at = forms.SplitDateTimeField(required=False, initial=datetime(2026, 11, 22, 20, 15, tzinfo=UTC))
    hidden_at = forms.SplitDateTimeField(required=False, widget=forms.SplitHiddenDateTimeWidget)
    date = forms.DateField(required=False, widget=forms.SelectDateWidget(years=[2025, 2026]))
    hidden_several = forms.MultipleChoiceField(choices=GROUPED, initial=["a", "z"], widget=forms.MultipleHiddenInput)
    kept = forms.FileField(initial=KeptFile(), required=False)
    kept_for_good = forms.FileField(initial=KeptFile())
    new_file = forms.FileField(required=False)
    several = forms.MultipleChoiceField(choices=[(1, "one"), (2, HOSTILE)], initial=[2], required=False)


def _without_look(html: str) -> str:
    """Take away the class that the product's own widgets have, and spaces between tags."""
    html = re.sub(r' class="(form-(control|select|check-input)|choices?)"', "", html)
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html))


@pytest.mark.parametrize("name", list(Sample.base_fields))
@pytest.mark.parametrize("data", [None, {"name": "x", "kind": "gone", "story": HOSTILE, "count": "many"}])
def test_a_widget_is_drawn_as_djangos_own_template_draws_it(name: str, data: dict[str, Any] | None) -> None:
    drawn = str(Sample(data, renderer=widgets.Renderer())[name])

    assert _without_look(drawn) == _without_look(str(Sample(data, renderer=DjangoTemplates())[name]))


@pytest.mark.parametrize("chosen", [None, "", 2, "2", "gone"])
@pytest.mark.parametrize("required", [False, True])
def test_a_select_of_rows_is_drawn_as_djangos_own_template_draws_a_select(chosen: object, *, required: bool) -> None:
    rows = [("", "any"), (1, "one"), (2, HOSTILE), (1234567, "many")]

    class OfRows(forms.Form):
        row = forms.ChoiceField(choices=rows, widget=RowSelect(attrs={"title": HOSTILE}), required=required)

    class OfDjango(forms.Form):
        row = forms.ChoiceField(choices=rows, widget=forms.Select(attrs={"title": HOSTILE}), required=required)

    ours = OfRows(initial={"row": chosen})["row"]
    plain = OfDjango(initial={"row": chosen}, renderer=DjangoTemplates())["row"]

    assert _without_look(str(ours)) == _without_look(str(plain))


@pytest.mark.parametrize(
    ("name", "look"),
    [("name", "form-control"), ("story", "form-control"), ("kind", "form-select"), ("is_on", "form-check-input"),
     ("url", "own")],
)  # fmt: skip
def test_each_widget_has_one_class_the_one_of_its_look(name: str, look: str) -> None:
    opening = str(Sample()[name]).split(">")[0]

    assert re.findall(r'class="([^"]*)"', opening) == [look]


@pytest.mark.parametrize(
    ("name", "tag", "look"),
    [
        ("radio", "input", "form-check-input"),
        ("boxes", "input", "form-check-input"),
        ("at", "input", "form-control"),
        ("date", "select", "form-select"),
        ("new_file", "input", "form-control"),
    ],
)
def test_each_part_of_a_widget_has_the_class_of_its_look(name: str, tag: str, look: str) -> None:
    parts = re.findall(rf"<{tag}[^>]*>", str(Sample()[name]))

    assert parts
    assert all(part.count("class=") == 1 and f'class="{look}"' in part for part in parts)


def test_a_kept_file_may_be_taken_away_by_a_box_with_its_look() -> None:
    box, field = re.findall(r"<input[^>]*>", str(Sample()["kept"]))

    assert 'class="form-check-input"' in box
    assert 'class="form-control"' in field
    assert "checkbox" not in str(Sample()["kept_for_good"])


def test_a_hidden_input_has_no_look() -> None:
    assert "class=" not in str(Sample()["hidden"])


def test_a_field_shows_its_label_hint_and_faults_which_describe_it() -> None:
    drawn = Sample({})["name"].as_field_group()

    assert drawn.count("&lt;b&gt;") == 2
    assert "<b>" not in drawn
    assert '<p class="err" id="id_name_error">' in drawn
    assert '<p class="hint" id="id_name_helptext">' in drawn
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert '<label class="form-label" for="id_name">' in drawn


def test_a_field_that_may_be_empty_says_so_in_the_readers_language() -> None:
    form = Sample()
    with override("pt-br"):
        assert "(opcional)" in form["email"].as_field_group()
        assert "(opcional)" not in form["name"].as_field_group()


class Boxes(forms.Form):
    some = forms.MultipleChoiceField(
        label=HOSTILE,
        choices=[(1, "one"), (2, HOSTILE), (3, "three")],
        initial=[2],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    none = forms.MultipleChoiceField(choices=[], required=False, widget=forms.CheckboxSelectMultiple)


def test_boxes_of_a_choice_are_those_that_django_would_draw() -> None:
    field = Boxes()["some"]

    drawn = re.findall(r"<input[^>]*>", choices(field))

    assert [sorted(box[1:-1].split()) for box in drawn] == [
        sorted(_with_look(widget.tag())[1:-1].split()) for widget in Boxes(renderer=DjangoTemplates())["some"]
    ]
    assert [" checked" in box for box in drawn] == [False, True, False]


def test_what_was_sent_is_ticked_not_what_is_stored() -> None:
    drawn = choices(Boxes({"some": ["3", "1"]})["some"])

    assert [" checked" in box for box in re.findall(r"<input[^>]*>", drawn)] == [True, False, True]


def test_words_of_choices_are_escaped_and_so_is_what_stands_around_them() -> None:
    drawn = choices(Boxes({"some": ["9"]})["some"], help=HOSTILE)

    assert "<b>" not in drawn
    assert drawn.count("&lt;b&gt;") == 3
    assert 'class="err"' in drawn


def test_without_a_choice_the_way_to_the_first_is_shown() -> None:
    drawn = choices(Boxes()["none"], "", "Nothing here.", empty_url="login", empty_do="Make one")

    assert "Nothing here. <a href=" in drawn
    assert ">Make one</a>" in drawn
    assert "<input" not in drawn


def _with_look(box: str) -> str:
    return box.replace(">", ' class="form-check-input">')
