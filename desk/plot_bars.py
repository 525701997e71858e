"""The bars of a day's chart, as SVG."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import figures
from desk.plots import Bar
from screens.escape import escaped


def bars(drawn: Iterable[Bar]) -> SafeString:
    """Attempts and answers of each ten minutes, said in words too."""
    language = get_language() or "pt-br"
    said = escaped(_("%(a)s attempts, %(b)s answered"))

    def draw(bar: Bar) -> str:
        words = said % {"a": figures.whole(bar.attempts, language), "b": figures.whole(bar.answered, language)}
        return (
            f"<g><title>{bar.at} · {words}</title>"
            f'<rect class="c-try" x="{bar.x}" y="{bar.attempts_y}" width="{bar.width}" height="{bar.attempts_h}" />'
            f'<rect class="c-alo" x="{bar.x}" y="{bar.answered_y}" width="{bar.width}" height="{bar.answered_h}" /></g>'
        )

    return mark_safe("".join(map(draw, drawn)))  # noqa: S308  numbers, and words that are escaped
