"""Icons and the shapes of states, for templates (``{% icon %}``, ``{% badge %}``) and for what is drawn in Python."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django_vite.templatetags.django_vite import vite_asset_url

from screens.escape import escaped


@cache
def icon_sprite() -> str:
    """Address of the one sprite that all icons are taken from; a page asks for it some hundred times."""
    return str(vite_asset_url("icons.svg"))


@lru_cache(maxsize=1024)
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of web/icons.txt, for the eye only: the words beside it carry the meaning."""
    use = f'<use href="{escape(icon_sprite())}#i-{escape(name)}" />'
    return mark_safe(f'<svg class="i {escape(extra)}" aria-hidden="true">{use}</svg>')  # noqa: S308  escaped here


@lru_cache(maxsize=64)
def glyph(state: str) -> SafeString:
    """The shape of a state (free, ring, talk, wrap, pause, bad, off)."""
    use = f'<use href="{escape(icon_sprite())}#g-{escape(state)}" />'
    return mark_safe(f'<svg class="g" viewBox="0 0 12 12" aria-hidden="true">{use}</svg>')  # noqa: S308  escaped here


def badge(state: str, words: object) -> SafeString:
    """A state: shape, colour and words."""
    shape = f'<span class="st is-{escaped(state)}">{glyph(state)}'
    return mark_safe(f"{shape}{escaped(words)}</span>")  # noqa: S308  escaped here
