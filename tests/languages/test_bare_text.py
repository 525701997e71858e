"""No word of the screens stands outside gettext: in templates, in Python, in refusals and in the names of states."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Choices
from django.utils.functional import Promise

from common.errors import DomainError
from tools import bare_text


def test_no_text_of_the_product_is_bare() -> None:
    assert bare_text.faults() == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Saved</p>",
        '<button title="Hang up">{% icon "x" %}</button>',
        "<input placeholder='Search'>",
        "{% if a %}<b>{{ n }} calls</b>{% endif %}",
        "{% block title %}Calls{% endblock %}",
    ],
)
def test_a_bare_text_of_a_template_is_found(source: str) -> None:
    assert list(bare_text.template_faults(source))


@pytest.mark.parametrize(
    "source",
    [
        "<p>{% trans 'Saved' %} · {{ name }}</p>",
        '<button title="{% trans "Hang up" %}" class="btn btn-stop" data-do="hang-up">×</button>',
        "{% blocktrans count n=n %}one call{% plural %}{{ n }} calls{% endblocktrans %}",
        "{% comment %}why so{% endcomment %}<code>curl -H</code><kbd>Enter</kbd>",
        '<button lang="en" title="Read in English">Read in English</button>',
    ],
)
def test_a_translated_text_of_a_template_is_none(source: str) -> None:
    assert not list(bare_text.template_faults(source))


@pytest.mark.parametrize(
    "source",
    [
        'Column(key="n", label="Name")',
        'messages.error(request, f"{name} is gone")',
        'class Lost(DomainError):\n    message = "It is gone."',
        'class State(TextChoices):\n    READY = "ready", "Ready now"',
        'say_done(request, "Saved" if ok else _("Not saved"))',
        'raise serializers.ValidationError(f"At most {most} days.")',
        'raise ValidationError({"until": ["Before the first day."]})',
        'raise ParseError("No JSON: %s" % error)',
    ],
)
def test_a_bare_text_of_a_module_is_found(source: str) -> None:
    assert list(bare_text.python_faults(source))


def test_what_programs_read_is_no_text() -> None:
    fine = 'Column(key="n", label=_("Name"))\nrecord(action="list.deleted")\nlog.info("saved %s", n)\nf(label="CNPJ")'
    assert not list(bare_text.python_faults(fine))
    assert not list(bare_text.python_faults('CharField(help_text="In the schema.")', api=True))


def _below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _own(kind: type) -> list[type]:
    """The product's classes below one, all of its apps loaded."""
    labels = {config.name.partition(".")[0] for config in apps.get_app_configs()} | {"common", "desk"}
    return [one for one in _below(kind) if one.__module__.partition(".")[0] in labels and "tests" not in one.__module__]


def test_every_refusal_is_said_in_the_readers_language() -> None:
    refusals = [one for one in _own(DomainError) if "message" in vars(one)]
    assert len(refusals) > 60
    assert [one.__name__ for one in refusals if not isinstance(vars(one)["message"], Promise)] == []


def test_every_state_has_a_name_in_the_readers_language() -> None:
    named = [one for one in _own(Choices) if list(one)]  # type: ignore[call-overload]
    assert len(named) > 25
    bare = [
        f"{kind.__name__}.{member.name}"
        for kind in named
        for member in kind  # type: ignore[attr-defined]
        if not isinstance(member._label_, Promise) and bare_text.words_of(str(member._label_))
    ]
    assert bare == []
