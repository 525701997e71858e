"""The cells of the table of a company's people that are more than words."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from agents.choices import OperatorState
from common.moments import minute
from desk.people_row import STATES, TONES, PersonRow
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge
from screens.times import timed


def name(_request: HttpRequest) -> Drawing:
    """The name, with the address of e-mail."""
    address = addresses_of("people:edit")

    def draw(row: PersonRow) -> str:
        email = escaped(row.user.email)
        return (
            f'<a class="strong" href="{address(row.user.pk)}">{escaped(row.user.name)}</a>'
            f'<div class="micro muted ell" title="{email}">{email}</div>'
        )

    return draw


def state(_request: HttpRequest) -> Drawing:
    """The state; who is on shift, what he does there."""
    badges = {key: badge(TONES[key], words) for key, words in STATES.items()}

    def draw(row: PersonRow) -> str:
        shift = row.shift
        if shift is None:
            return badges[row.state]
        reason = f", {escaped(shift.reason)}" if shift.reason else ""
        words = escaped(OperatorState(shift.state).label)
        return f'{badges[row.state]}<div class="micro muted">{words}{reason}</div>'

    return draw


def seen(_request: HttpRequest) -> Drawing:
    """The last log-in."""
    time, never = timed(minute), escaped(_("never"))

    def draw(row: PersonRow) -> str:
        at = row.user.last_login
        return time(at) if at else f'<span class="muted">{never}</span>'

    return draw
