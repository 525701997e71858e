"""The cells of the table of callbacks that are more than words."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from campaigns.choices import CallbackState
from common.clock import now
from common.moments import minute
from desk import formats
from desk.callback_row import ReadCallback
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge
from screens.times import timed

TONES = {
    CallbackState.PENDING: "wrap",
    CallbackState.OFFERED: "ring",
    CallbackState.DONE: "free",
    CallbackState.CANCELED: "off",
    CallbackState.MISSED: "bad",
}


def due(_request: HttpRequest) -> Drawing:
    """When it was promised for; in red where that is over and nobody has called."""
    at, time = now(), timed(minute)
    late = escaped(_("overdue"))

    def draw(row: ReadCallback) -> str:
        if row.state != CallbackState.PENDING or row.due_at > at:
            return time(row.due_at)
        return f'<span class="bad">{time(row.due_at)}</span><div class="micro muted">{late}</div>'

    return draw


def contact(_request: HttpRequest) -> Drawing:
    """The contact, and the phone if a certain one was promised."""
    address, nameless = addresses_of("directory:contact"), _("Without a name")

    def draw(row: ReadCallback) -> str:
        link = f'<a class="strong" href="{address(row.contact_id)}">{escaped(row.contact__name or nameless)}</a>'
        if not row.phone__e164:
            return link
        return f'{link}<div class="micro muted tel">{escaped(formats.phone(row.phone__e164))}</div>'

    return draw


def operator(_request: HttpRequest) -> Drawing:
    anyone = f'<span class="muted">{escaped(_("anyone"))}</span>'
    return lambda row: escaped(row.operator__user__name) if row.operator__user__name else anyone


def state(_request: HttpRequest) -> Drawing:
    badges = {key.value: badge(tone, key.label) for key, tone in TONES.items()}
    return lambda row: badges[row.state]
