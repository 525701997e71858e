"""What a template says the same each time is put together once in a language."""

from __future__ import annotations

from django.template import Context, Engine, Template
from django.urls import set_script_prefix
from django.utils import translation

from screens.folding import Address, Settled, fold
from screens.marks import icon


def _folded(source: str) -> Template:
    template = Template("{% load i18n cadencia %}" + source)
    fold(template.nodelist)
    return template


def _said(template: Template, **context: object) -> str:
    return template.render(Context(context))


def test_words_between_markup_become_one_piece_that_speaks_each_language() -> None:
    template = _folded("<h2>{% trans 'Campaigns' %}</h2>{% icon 'plus' %}<p>{% trans 'Free' context 'figure' %}</p>")
    assert len(template.nodelist.get_nodes_by_type(Settled)) == 1
    for language, first, second in (
        ("pt-br", "Campanhas", "Livres"),
        ("en", "Campaigns", "Free"),
        ("pt-br", "Campanhas", "Livres"),
    ):
        with translation.override(language):
            assert _said(template) == f"<h2>{first}</h2>{icon('plus')}<p>{second}</p>"


def test_what_depends_on_the_page_stays_as_it_is() -> None:
    template = _folded(
        "{% trans 'Name' as label %}<b title='{{ label }}'>{% trans name %}{% icon name %}</b>{% badge 'free' label %}"
    )
    with translation.override("en"):
        assert _said(template, name="plus").startswith(f"<b title='Name'>plus{icon('plus')}</b>")
        assert _said(template, name="eye").startswith(f"<b title='Name'>eye{icon('eye')}</b>")
        assert _said(template, name="<i>").startswith("<b title='Name'>&lt;i&gt;<svg")


def test_branches_and_loops_are_put_together_within_themselves() -> None:
    template = _folded(
        "{% if n %}{% for one in n %}<i>{% trans 'Name' %}</i>{{ one }}{% empty %}{% trans 'State' %}.{% endfor %}"
        "{% elif m %}<u>{% trans 'Name' %}</u>{% else %}{% trans 'State' %}!{% endif %}"
    )
    with translation.override("pt-br"):
        assert _said(template, n=[1, 2]) == "<i>Nome</i>1<i>Nome</i>2"
        assert _said(template, m=1) == "<u>Nome</u>"
        assert _said(template) == "Estado!"
    assert len(template.nodelist.get_nodes_by_type(Settled)) == 4


def test_words_in_a_language_of_their_own_keep_it() -> None:
    template = _folded("{% trans 'Name' %} {% language 'en' %}{% trans 'Name' %} {% trans 'State' %}{% endlanguage %}")
    with translation.override("pt-br"):
        assert _said(template) == _said(template) == "Nome Name State"


def test_the_address_of_a_page_is_that_of_the_site_that_asks() -> None:
    template = _folded("<a href=\"{% url 'login' %}\">{% trans 'Name' %}</a>")
    assert template.nodelist.get_nodes_by_type(Address)
    try:
        for prefix in ("/c/one/", "/c/two/", "/"):
            set_script_prefix(prefix)
            assert f'href="{prefix}login/"' in _said(template)
    finally:
        set_script_prefix("/")


def test_pages_are_read_folded() -> None:
    template, _origin = Engine.get_default().find_template("campaigns/list.html")
    assert template.nodelist.get_nodes_by_type(Settled)
    assert template.nodelist.get_nodes_by_type(Address)
