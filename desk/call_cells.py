"""The cells of the table of calls that are more than words."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django.http import HttpRequest
from django.utils.translation import gettext as _

from calls.choices import RecordingState
from common.clock import now
from common.moments import moment_lately
from desk import formats
from desk.call_row import CallRow
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge, icon
from screens.times import timed


def number(_request: HttpRequest) -> Drawing:
    """The number, whether the call was recorded, which attempt it was, and the conversation that it belongs to."""
    address = addresses_of("calls:detail", by_uuid=True)
    recorded = _mark("microphone", _("Recorded"), "")
    missing = _mark("microphone-off", _("Recording missing"), ' class="bad-ink"')
    recordings: dict[str, str] = {
        RecordingState.KEPT: recorded,
        RecordingState.RECORDING: recorded,
        RecordingState.MISSING: missing,
        RecordingState.FAILED: missing,
    }
    attempt, conversation = escaped(_("attempt %(n)s")), escaped(_("In a conversation"))

    def draw(row: CallRow) -> str:
        call = row.call
        shown = escaped(formats.phone(call.number))
        parts = [f'<a class="tel strong" href="{address(call.pk)}">{shown}</a>{recordings.get(row.recording, "")}']
        if call.attempt > 1:
            words = attempt % {"n": call.attempt}
            parts.append(
                f' <span class="micro muted nw" title="{words}"><span aria-hidden="true">{call.attempt}×</span>'
                f'<span class="vh">{words}</span></span>'
            )
        if call.parent_id:
            parts.append(f'<div class="micro muted"><a href="{address(call.parent_id)}">{conversation}</a></div>')
        return "".join(parts)

    return draw


def _mark(name: str, words: str, css: str) -> str:
    said = escaped(words)
    return f' <span{css} title="{said}">{icon(name, "i-14")}<span class="vh">{said}</span></span>'


def result(_request: HttpRequest) -> Drawing:
    def draw(row: CallRow) -> str:
        return badge(row.tone, row.result)

    return draw


def dialed(_request: HttpRequest) -> Drawing:
    """When it was dialed; one that wasn't shows when it was made."""
    today = now()

    def lately(at: datetime, language: str, zone: tzinfo) -> str:
        return moment_lately(at, language, zone, now=today)

    time = timed(lately)

    def draw(row: CallRow) -> str:
        return time(row.call.dialed_at or row.call.created_at)

    return draw
