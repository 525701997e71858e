"""Every URL of a site, found by walking its resolver."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver

COMPANY_SITE = "dialer.urls_company"
PLATFORM_SITE = "dialer.urls_public"


def routes_of(urlconf: str) -> list[str]:
    """Give every route of a site as ``api/v1/calls/<pk>/``, whatever its pattern's dialect."""
    return sorted(set(_walk(get_resolver(urlconf).url_patterns, "")))


def _walk(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + _plain(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


def _plain(route: str) -> str:
    """Strip regular expressions and converters: ``^a/(?P<pk>[0-9]+)/$`` and ``a/<int:pk>/`` both give ``a/<pk>/``."""
    route = re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", route.removeprefix("^").removesuffix("$").removesuffix(r"\Z"))
    return re.sub(r"<\w+:(\w+)>", r"<\1>", route).replace(r"\.", ".")
