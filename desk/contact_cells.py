"""The cells of the table of contacts that are more than words."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from contacts.models import Contact
from desk import formats
from desk.contact_states import STATES, TONES
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge

_MOST_PHONES = 2


def name(_request: HttpRequest) -> Drawing:
    """The name, with the document."""
    address, nameless = addresses_of("directory:contact"), _("Without a name")

    def draw(row: Contact) -> str:
        link = f'<a class="strong" href="{address(row.pk)}">{escaped(row.name or nameless)}</a>'
        if not row.document:
            return link
        return f'{link}<div class="micro muted tel">{escaped(formats.document(row.document))}</div>'

    return draw


def phones(_request: HttpRequest) -> Drawing:
    """The first phones, and how many more there are."""

    def draw(row: Contact) -> str:
        found = list(row.phones.all())
        if not found:
            return '<span class="muted">—</span>'
        parts = [f'<div class="nw">{escaped(formats.phone(phone.e164))}</div>' for phone in found[:_MOST_PHONES]]
        if len(found) > _MOST_PHONES:
            parts.append(f'<div class="micro muted">+{len(found) - _MOST_PHONES}</div>')
        return "".join(parts)

    return draw


def state(_request: HttpRequest) -> Drawing:
    badges = {key: badge(TONES[key], words) for key, words in STATES.items()}

    def draw(row: Contact) -> str:
        return badges[row.state]

    return draw
