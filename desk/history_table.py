"""The table of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import BigIntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, User
from desk import history_cells
from desk.history import lines_of
from desk.history_words import GROUPS
from screens.columns import Column, Control, Empty
from screens.tables import Table

SLACK = timedelta(minutes=1)
"""Keys and instants are taken one after the other, by several machines: as much may the one run before the other."""
_AFTER_ALL = Value(2**63 - 1, output_field=BigIntegerField())


class History(Table[AuditEntry]):
    name = "history"
    label = _("History of changes")
    paging = "key"
    columns = (
        Column(key="at", label=_("When"), draw=history_cells.when, value=lambda row: row.at, css="nw", always=True),
        Column(key="who", label=_("Who"), value=lambda row: row.who, css="cell-name"),
        Column(key="what", label=_("What"), value=lambda row: str(row.what)),
        Column(key="about", label=_("Whom or what"), value=lambda row: row.about or None, css="cell-name ell"),
        Column(
            key="details",
            label=_("In detail"),
            draw=history_cells.details,
            value=lambda row: "; ".join(row.details) or None,
        ),
    )
    controls: ClassVar[Sequence[Control]] = (
        Control(name="of", label=_("About"), choices=GROUPS.items),
        Control(
            name="who",
            label=_("Who"),
            holds_keys=True,
            choices=lambda: list(User.objects.exclude(role="operator").values_list("pk", "name")),
        ),
        Control(name="since", label=_("From"), kind="day"),
        Control(name="until", label=_("Until"), kind="day"),
    )
    empty = Empty(heading=_("Nothing was changed yet"), icon="history")

    def narrow(self, rows: QuerySet[AuditEntry], given: dict[str, str]) -> QuerySet[AuditEntry]:
        if (group := given.get("of", "")) in GROUPS:
            rows = rows.filter(action__startswith=f"{group}.")
        if (who := given.get("who", "")).isdecimal():
            rows = rows.filter(actor_id=min(int(who), 2**62))
        if since := _midnight(given.get("since", "")):
            rows = rows.filter(at__gte=since, pk__gte=_key_at(since - SLACK))
        if until := _midnight(given.get("until", "")):
            end = until + timedelta(days=1)
            rows = rows.filter(at__lt=end, pk__lt=Coalesce(_key_at(end + SLACK), _AFTER_ALL))
        return rows

    def decorate(self, found: Sequence[AuditEntry]) -> Sequence[Any]:
        return lines_of(found)


def _key_at(at: datetime) -> Subquery:
    """Give the key of the first entry from an instant on: in the key's order a day is found without those after it."""
    return Subquery(AuditEntry.objects.filter(at__gte=at).order_by("at", "pk").values("pk")[:1])


def _midnight(text: str) -> datetime | None:
    """The beginning of a day in the company's zone; None for what is no day."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone()) if day else None
