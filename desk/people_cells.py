"""The cells of the table of a company's people that are more than words."""

from __future__ import annotations

from django.http import HttpRequest

from agents.choices import OperatorState
from desk.people_row import STATES, TONES, PersonRow
from desk.person_marks import last_log_in, named
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge


def name(_request: HttpRequest) -> Drawing:
    """The name, with the address of e-mail."""
    address = addresses_of("people:edit")

    return lambda row: named(address(row.user.pk), row.user.name, row.user.email)


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
    written = last_log_in()
    return lambda row: written(row.user.last_login)
