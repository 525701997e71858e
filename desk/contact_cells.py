"""The cells of the table of contacts that are more than words."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from contacts.choices import PhoneState
from desk import formats
from desk.contact_row import ContactRow
from desk.contact_states import STATES, TONES
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge

_MOST_PHONES = 2


def name(_request: HttpRequest) -> Drawing:
    """The name, with the document."""
    address, nameless = addresses_of("directory:contact"), _("Without a name")

    def draw(row: ContactRow) -> str:
        contact = row.contact
        link = f'<a class="strong" href="{address(contact.pk)}">{escaped(contact.name or nameless)}</a>'
        if not contact.document:
            return link
        return f'{link}<div class="micro muted tel">{escaped(formats.document(contact.document))}</div>'

    return draw


def phones(_request: HttpRequest) -> Drawing:
    """The first phones, and how many more there are; those that must not be called are struck out."""
    never = escaped(PhoneState.SUPPRESSED.label)

    def written(row: ContactRow, phone: str) -> str:
        words = escaped(formats.phone(phone))
        if phone not in row.suppressed:
            return f'<div class="nw">{words}</div>'
        return (
            f'<div class="nw muted" title="{never}"><s>{words}</s><span class="visually-hidden"> {never}</span></div>'
        )

    def draw(row: ContactRow) -> str:
        if not row.phones:
            return '<span class="muted">—</span>'
        parts = [written(row, phone) for phone in row.phones[:_MOST_PHONES]]
        if len(row.phones) > _MOST_PHONES:
            parts.append(f'<div class="micro muted">+{len(row.phones) - _MOST_PHONES}</div>')
        return "".join(parts)

    return draw


def state(_request: HttpRequest) -> Drawing:
    badges = {key: badge(TONES[key], words) for key, words in STATES.items()}

    def draw(row: ContactRow) -> str:
        return badges[row.contact.state]

    return draw
