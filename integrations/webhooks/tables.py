"""The log of one endpoint's deliveries."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from integrations.choices import TEST_EVENT, DeliveryState, EventType
from integrations.models import WebhookDelivery
from integrations.webhooks import cells
from integrations.webhooks.shown import ReadDelivery, ShownDelivery
from screens.columns import Column, Control, Empty
from screens.tables import Table


class DeliveryTable(Table[WebhookDelivery]):
    """The newest first; never counted."""

    name = "deliveries"
    label = _("What was sent")
    paging = "key"
    reads = ReadDelivery._fields
    columns = (
        Column(
            key="event", label=_("Event"), draw=cells.event, always=True,
            value=lambda shown: shown.row.event_type,
        ),
        Column(key="state", label=_("State"), draw=cells.state, bare=True,
               value=lambda shown: shown.state),
        Column(key="came", label=_("Answer"), value=lambda shown: shown.came),
        Column(key="tries", label=_("Attempts"), numeric=True, hidden=True, value=lambda shown: shown.row.tries),
        Column(key="at", label=_("When"), draw=cells.at, css="muted nw",
               value=lambda shown: shown.row.created_at),
    )  # fmt: skip
    controls = (
        Control(name="state", label=_("State"), choices=lambda: DeliveryState.choices),
        Control(name="event", label=_("Event"), choices=lambda: [*EventType.choices, (TEST_EVENT, _("Test"))]),
    )
    nothing_fits = Empty(heading=_("No delivery fits these filters"))

    def narrow(self, rows: QuerySet[WebhookDelivery], given: dict[str, str]) -> QuerySet[WebhookDelivery]:
        if state := given.get("state", ""):
            rows = rows.filter(state=state) if state in DeliveryState.values else rows.none()
        if event := given.get("event", ""):
            rows = rows.filter(event_type=event) if event in {*EventType.values, TEST_EVENT} else rows.none()
        return rows

    def decorate(self, found: Sequence[ReadDelivery]) -> Sequence[ShownDelivery]:
        return [ShownDelivery.of(row) for row in found]
