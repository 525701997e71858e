"""The cells of the table of all companies' people that are more than words."""

from __future__ import annotations

from django.http import HttpRequest

from desk.person_marks import last_log_in, named
from desk.platform.people_row import STATES, TONES, EntryRow
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge


def name(_request: HttpRequest) -> Drawing:
    """The name, with the address of e-mail."""
    address = addresses_of("platform:person")

    return lambda row: named(address(row.entry.pk), row.entry.name, row.entry.email)


def company(_request: HttpRequest) -> Drawing:
    """The company; the name of its schema where it is gone."""
    address = addresses_of("platform:company")

    def draw(row: EntryRow) -> str:
        if row.company is None:
            return f'<span class="mono">{escaped(row.entry.schema)}</span>'
        return f'<a href="{address(row.company.pk)}">{escaped(row.company.name)}</a>'

    return draw


def state(_request: HttpRequest) -> Drawing:
    badges = {state: badge(TONES[state], words) for state, words in STATES.items()}
    return lambda row: badges[row.state]


def seen(_request: HttpRequest) -> Drawing:
    """The last log-in."""
    written = last_log_in()
    return lambda row: written(row.entry.last_login)
