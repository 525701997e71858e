"""The cells of the table of contact lists that are more than words."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from common import figures
from common.moments import minute
from contacts.choices import ImportState
from contacts.list_row import ListRow
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge
from screens.times import written


def name(request: HttpRequest) -> Drawing:
    """The name; for masters it leads to the list's latest file."""
    leads_on = isinstance(request.user, User) and request.user.is_master
    address = addresses_of("contacts:import")

    def draw(row: ListRow) -> str:
        if row.import_id and leads_on:
            return f'<a class="strong" href="{address(row.import_id)}">{escaped(row.name)}</a>'
        return f'<span class="strong">{escaped(row.name)}</span>'

    return draw


def state(_request: HttpRequest) -> Drawing:
    """How far the latest file is."""
    working = badge("ring", _("Importing"))
    badges: dict[str, str] = {
        ImportState.DONE: badge("free", _("Imported")),
        ImportState.FAILED: badge("bad", _("Failed")),
        ImportState.UPLOADED: badge("wrap", _("Columns to confirm")),
        ImportState.CANCELED: badge("off", _("Canceled")),
        ImportState.QUEUED: badge("off", _("In the queue")),
    }

    def draw(row: ListRow) -> str:
        return badges.get(row.import_state, working) if row.import_state else '<span class="muted">—</span>'

    return draw


def count(_request: HttpRequest) -> Drawing:
    language = get_language() or "pt-br"

    def draw(row: ListRow) -> str:
        return figures.whole(row.contact_count, language)

    return draw


def campaign(_request: HttpRequest) -> Drawing:
    """The campaign that dials the list."""
    address, none = addresses_of("campaigns:detail"), escaped(_("none"))

    def draw(row: ListRow) -> str:
        if row.campaign is None:
            return f'<span class="muted">{none}</span>'
        return f'<a href="{address(row.campaign)}">{escaped(row.campaign_name)}</a>'

    return draw


def created(_request: HttpRequest) -> Drawing:
    """When, and by whom."""
    at = written(minute)

    def draw(row: ListRow) -> str:
        by = f'<div class="micro">{escaped(row.by)}</div>' if row.by else ""
        return f"{at(row.created_at)}{by}"

    return draw
