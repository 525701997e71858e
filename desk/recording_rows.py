"""The rows of what went wrong with recordings, as HTML."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from calls.choices import RecordingState
from calls.recording_troubles import Trouble
from common.moments import minute
from desk import formats
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge
from screens.times import written


def rows(troubles: Iterable[Trouble]) -> SafeString:
    """Which call, what state its recording is in, when it was answered, and why."""
    address = addresses_of("calls:detail", by_uuid=True)
    badges: dict[str, str] = {state: badge("bad", label) for state, label in RecordingState.choices}
    at = written(minute)
    answered, why = escaped(_("Answered at")), escaped(_("Why"))

    def draw(one: Trouble) -> str:
        call = f'<span class="mono brk">{one.call_id}</span>'
        if one.number is not None:
            call = f'<a class="strong tel" href="{address(one.call_id)}">{escaped(formats.phone(one.number))}</a>'
        return (
            f'<tr><td class="nw">{call}</td><td>{badges[one.state]}</td>'
            f'<td class="nw" data-l="{answered}">{at(one.started_at)}</td>'
            f'<td data-l="{why}">{escaped(one.words)}</td></tr>\n'
        )

    return mark_safe("".join(map(draw, troubles)))  # noqa: S308  each part is escaped above
