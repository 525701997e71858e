"""The cells of the table of deliveries that are more than words."""

from __future__ import annotations

from django.http import HttpRequest

from common.moments import moment
from integrations.webhooks.shown import ShownDelivery
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge
from screens.times import timed


def event(_request: HttpRequest) -> Drawing:
    """The event in words, with its name."""
    address = addresses_of("webhooks:delivery")

    def draw(row: ShownDelivery) -> str:
        return (
            f'<a class="strong" href="{address(row.row.pk)}">{escaped(row.event)}</a>'
            f'<div class="micro muted mono">{escaped(row.row.event_type)}</div>'
        )

    return draw


def state(_request: HttpRequest) -> Drawing:
    def draw(row: ShownDelivery) -> str:
        return badge(row.tone, row.state)

    return draw


def at(_request: HttpRequest) -> Drawing:
    time = timed(moment)

    def draw(row: ShownDelivery) -> str:
        return time(row.row.created_at)

    return draw
