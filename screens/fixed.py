"""What the pages of a site have in common in one language, drawn or looked up once in a process.

Only what follows from the code: words, and addresses without a key. Nothing of a person, and nothing that is stored.
"""

from __future__ import annotations

from functools import cache, lru_cache

from django.template.loader import get_template
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django_vite.templatetags.django_vite import vite_asset, vite_asset_url

Site = tuple[str, str]
"""Its URLconf, and the beginning of its addresses."""


def site() -> Site:
    """The site of this request."""
    return get_urlconf() or "", get_script_prefix()


def fixed(template: str, **words: str) -> SafeString:
    """A part that is the same on each page; ``words`` are few by nature, as the name of a theme."""
    return _drawn(template, get_language() or "", site(), tuple(words.items()))


def address(view: str) -> str:
    """The address of a page without a key. Raises NoReverseMatch."""
    return _address(view, site())


@lru_cache(maxsize=256)
def assets(path: str) -> SafeString:
    """The tags that a page needs for one of the front end's entries: its script, its styles, what it imports."""
    return SafeString(vite_asset(path))


@cache
def mark_address() -> str:
    """Where the product's mark is, for a page's tab."""
    return str(vite_asset_url("mark.svg"))


@lru_cache(maxsize=2048)
def _drawn(template: str, _language: str, _site: Site, words: tuple[tuple[str, str], ...]) -> SafeString:
    return SafeString(get_template(template).render(dict(words)))


@lru_cache(maxsize=8192)
def _address(view: str, _site: Site) -> str:
    return reverse(view)
