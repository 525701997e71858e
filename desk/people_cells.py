"""The cells of the table of a company's people that are more than words."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.choices import Role
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


def role(_request: HttpRequest) -> Drawing:
    words = {str(value): escaped(label) for value, label in Role.choices}
    return lambda row: words[row.user.role]


def state(_request: HttpRequest) -> Drawing:
    """The state; who is on shift, what he does there."""
    badges = {key: badge(TONES[key], words) for key, words in STATES.items()}
    doing = {str(value): escaped(label) for value, label in OperatorState.choices}

    def draw(row: PersonRow) -> str:
        shift = row.shift
        if shift is None:
            return badges[row.state]
        reason = f", {escaped(shift.reason)}" if shift.reason else ""
        return f'{badges[row.state]}<div class="micro muted">{doing[shift.state]}{reason}</div>'

    return draw


def seen(_request: HttpRequest) -> Drawing:
    """The last log-in."""
    written = last_log_in()
    return lambda row: written(row.user.last_login)
