"""Nodes and trunks in templates: ``{% load lines %}``."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.formats import number_format

from telephony import overview

register = template.Library()


@register.filter
def node_tone(state: str) -> str:
    return overview.node_tone(state)


@register.filter
def node_words(state: str) -> str:
    return overview.node_words(state)


@register.filter
def trunk_tone(state: str) -> str:
    return overview.trunk_tone(state)


@register.filter
def trunk_words(state: str) -> str:
    return overview.trunk_words(state)


@register.filter
def trunk_advice(state: str) -> str:
    return overview.trunk_advice(state)


@register.filter
def named(labels: Mapping[str, str], name: str) -> str:
    """A trunk's label by its name; its name where it is none of ours."""
    return labels.get(name, name)


@register.filter
def milliseconds(value: float) -> str:
    """With one decimal below 100, in the language's way."""
    return number_format(value, 1 if value < 100 else 0)
