"""Scripts with the customer's fields."""

from __future__ import annotations

import pytest

from campaigns.script import Part, parts, render, unknown_fields

VALUES = {"nome": "Ana", "Valor da Dívida": "R$ 10,00", "vazio": ""}


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("Olá {{ nome }}!", "Olá Ana!"),
        ("{{nome}}{{nome}}", "AnaAna"),
        ("{{ valor_da_divida }}", "R$ 10,00"),
        ("{{ VALOR DA DÍVIDA }}", "R$ 10,00"),
        ("{{ vazio }} {{ outro }}", "[vazio] [outro]"),
        ("{{ nome|upper }} {% now %} {{ nome.__class__ }}", "[nome|upper] {% now %} [nome.__class__]"),
        ("{ nome } {{ }} {{{ nome }}}", "{ nome } {{ }} {Ana}"),
        ("{{ nome\n}} {{ no\nme }}", "Ana {{ no\nme }}"),
        ("", ""),
    ],
)
def test_fields_are_looked_up_and_nothing_else_happens(script: str, text: str) -> None:
    assert render(script, VALUES) == text


def test_what_a_customer_writes_is_never_looked_at_as_a_field() -> None:
    assert render("{{ nome }}", {"nome": "{{ documento }}", "documento": "123"}) == "{{ documento }}"


def test_parts_say_what_was_filled_in_and_what_is_missing() -> None:
    assert parts("Oi {{ nome }}, {{ x }}", VALUES) == [
        Part("Oi "),
        Part("Ana", "nome"),
        Part(", "),
        Part("[x]", "x", missing=True),
    ]


def test_the_editor_is_told_of_names_that_nobody_has() -> None:
    assert unknown_fields("{{nome}} {{Contrato}} {{ Divida }} {{ divida }}", ["contrato"]) == ["Divida", "divida"]
