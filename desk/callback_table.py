"""The table of promised calls: those that are still open, unless another state is asked for."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agents.models import Operator
from campaigns.callbacks import OPEN
from campaigns.choices import CallbackState
from campaigns.models import Callback, Campaign
from desk import callback_cells
from desk.callback_row import ReadCallback
from screens.columns import Column, Control, Empty
from screens.tables import Table


def operators() -> list[tuple[int, str]]:
    """Those who may have callbacks, by name."""
    rows = Operator.objects.filter(user__is_active=True, user__role="operator").order_by("user__name")
    return list(rows.values_list("pk", "user__name"))


class Callbacks(Table[Callback]):
    name = "callbacks"
    label = _("Callbacks")
    default_sort = "due"
    reads = ReadCallback._fields
    columns = (
        Column(key="due", label=_("Promised for"), draw=callback_cells.due, value=lambda row: row.due_at,
               sort=("due_at",), always=True, css="nw"),
        Column(key="contact", label=_("Contact"), draw=callback_cells.contact,
               value=lambda row: row.contact__name, css="cell-who"),
        Column(key="campaign", label=_("Campaign"), value=lambda row: row.campaign__name, css="cell-name ell"),
        Column(key="operator", label=_("Operator"), draw=callback_cells.operator,
               value=lambda row: row.operator__user__name),
        Column(key="state", label=_("State"), draw=callback_cells.state,
               value=lambda row: str(CallbackState(row.state).label)),
        Column(key="note", label=_("Note"), value=lambda row: row.note, css="ell"),
    )  # fmt: skip
    controls = (
        Control(name="state", label=_("State"), choices=lambda: CallbackState.choices),
        Control(name="campaign", label=_("Campaign"), holds_keys=True,
                choices=lambda: Campaign.objects.order_by("name").values_list("pk", "name")[:500]),
        Control(name="operator", label=_("Operator"), holds_keys=True,
                choices=lambda: [("none", _("anyone")), *operators()]),
    )  # fmt: skip
    empty = Empty(
        heading=_("No callback is open"),
        words=_("Operators promise them when they dispose of a call; programs by the API."),
        icon="calendar-event",
    )
    nothing_fits = Empty(heading=_("No callback fits these filters"))

    def narrow(self, rows: QuerySet[Callback], given: dict[str, str]) -> QuerySet[Callback]:
        state = given.get("state", "")
        rows = rows.filter(state=state) if state in CallbackState.values else rows.filter(state__in=OPEN)
        if (campaign := given.get("campaign", "")).isdecimal():
            rows = rows.filter(campaign_id=min(int(campaign), 2**62))
        operator = given.get("operator", "")
        if operator == "none":
            rows = rows.filter(operator__isnull=True)
        elif operator.isdecimal():
            rows = rows.filter(operator_id=min(int(operator), 2**62))
        return rows
