"""The operators of a campaign as rows, as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agents.choices import OperatorState
from calls.report import Totals
from desk import formats
from screens.escape import escaped
from screens.marks import badge

TONES: dict[str, str] = {
    OperatorState.FREE: "free",
    OperatorState.RINGING: "ring",
    OperatorState.TALKING: "talk",
    OperatorState.WRAP_UP: "wrap",
    OperatorState.PAUSED: "pause",
}
"""Of a state's badge: the colours that states have everywhere."""


class OperatorNow(NamedTuple):
    """``state``: an OperatorState, "" for who isn't on shift; ``here``: on shift with this campaign."""

    name: str
    state: str
    pause_reason: str
    here: bool
    totals: Totals


def rows(team: Iterable[OperatorNow]) -> SafeString:
    """Where each of them is, and what he did today."""
    language = get_language() or "pt-br"
    away, elsewhere = (
        f'<span class="small muted">{escaped(words)}</span>' for words in (_("not on shift"), _("on another campaign"))
    )
    badges = {state: badge(TONES.get(state, "off"), label) for state, label in OperatorState.choices}
    labels = (_("Conversations today"), _("Successes"), _("Conversion"), _("Mean talk"))
    openings = [f'<td class="num" data-l="{escaped(label)}">' for label in labels]

    def state_of(one: OperatorNow) -> str:
        if not one.state:
            return away
        if not one.here:
            return elsewhere
        reason = f' <span class="micro muted">{escaped(one.pause_reason)}</span>' if one.pause_reason else ""
        return f"{badges[one.state]}{reason}"

    def draw(one: OperatorNow) -> str:
        name, totals = escaped(one.name), one.totals
        figures = (
            formats.whole(totals.connected, language),
            formats.whole(totals.successes, language),
            formats.percent_sign(totals.conversion, language),
            formats.duration(totals.mean_talk),
        )
        cells = "".join(f"{opening}{escaped(figure)}</td>" for opening, figure in zip(openings, figures, strict=True))
        return f'<tr><td class="cell-name ell strong" title="{name}">{name}</td><td>{state_of(one)}</td>{cells}</tr>\n'

    return mark_safe("".join(map(draw, team)))  # noqa: S308  each part is escaped above
