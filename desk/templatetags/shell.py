"""The frame of every page in templates, and its parts for pages with a frame of their own: ``{% load shell %}``."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from desk import shell as parts
from desk.shell import Reader, framed
from screens.fixed import assets, fixed, mark_address

register = template.Library()
register.simple_tag(assets, name="scripts")
register.simple_tag(mark_address)


@register.simple_block_tag(takes_context=True)
def shell(context: Context, content: str) -> SafeString:
    """What is between the tags, with the shell around it."""
    return framed(_reader(context), content)


@register.simple_tag(takes_context=True)
def switch_word(context: Context) -> SafeString:
    return parts.switch_word(context["switch"]())


@register.simple_tag(takes_context=True)
def switch_banner(context: Context) -> SafeString:
    return parts.switch_banner(context["switch"]())


@register.simple_tag(takes_context=True)
def top_menus(context: Context) -> SafeString:
    return parts.top_menus(_reader(context))


@register.simple_tag
def overlays() -> SafeString:
    return fixed("components/overlays.html")


def _reader(context: Context) -> Reader:
    return Reader(
        request=context["request"],
        user=context["user"],
        company=context["company"],
        theme=context["forced_theme"],
        csrf_token=str(context["csrf_token"]),
        switch=context["switch"](),
    )
