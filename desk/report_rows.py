"""The report of a day or a period: rows by one thing, whose sum is the total of the same calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agents.models import Operator
from calls import report
from calls.models import Disposition
from calls.report import Only, Totals
from campaigns.models import Campaign
from contacts.models import ContactList
from desk import formats
from tenants.written import GivenKeys, IsOneOf, Written

MOST_DAYS = 92
FEW_KEYS = 50
BY: dict[str, Promise | str] = {
    "hour": gettext_lazy("Hour"),
    "day": gettext_lazy("Day"),
    "campaign": gettext_lazy("Campaign"),
    "operator": gettext_lazy("Operator"),
    "list": gettext_lazy("Contact list"),
    "disposition": gettext_lazy("Disposition"),
    "outcome": gettext_lazy("Outcome"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for, made sane: days in order, no more than MOST_DAYS, a known way of adding up."""

    first: date
    last: date
    by: str
    campaign: int | None
    zone: ZoneInfo
    won: Sequence[int] | None = None
    """As `Only` has it."""

    @property
    def stretch(self) -> report.Stretch:
        return report.days(self.first, self.last, self.zone)

    @property
    def only(self) -> Only:
        return Only(campaigns=[] if self.campaign is None else [self.campaign], won=self.won)

    def query(self, **changed: object) -> str:
        """The address of this report, with some parameters changed."""
        fields = {"first": self.first, "last": self.last, "by": self.by, "campaign": self.campaign or ""} | changed
        return urlencode({name: value for name, value in fields.items() if value})

    def calls_query(self, **more: object) -> str:
        """The address of the calls that a row adds up."""
        since, until = self.stretch.since, self.stretch.until
        fields = {"since": since.strftime("%Y-%m-%dT%H:%M"), "until": until.strftime("%Y-%m-%dT%H:%M")}
        return urlencode(fields | ({"campaign": self.campaign} if self.campaign else {}) | more)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """``share``: of the attempts of the largest row, 0..1. ``calls``: query of the list of its calls, "" where that has
    no such filter.
    """

    label: str
    totals: Totals
    share: float
    calls: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """``code`` is a figure's name."""

    code: str
    label: str
    count: int
    share: float
    calls: str


def wanted(query: QueryDict, zone: ZoneInfo, today: date) -> Wanted:
    """Read the address; nonsense is today, by hour."""
    first = _day(query.get("first", "")) or today
    last = _day(query.get("last", "")) or first
    first, last = min(first, last), max(first, last)
    last = min(last, first + timedelta(days=MOST_DAYS - 1))
    by = query.get("by", "")
    campaign = query.get("campaign", "")
    known = campaign.isascii() and campaign.isdecimal() and len(campaign) < 18
    return Wanted(first, last, by if by in BY else "hour", int(campaign) if known else None, zone)


def read(asked: Wanted, hours: Mapping[int, Totals]) -> Mapping[Any, Totals]:
    """Give what is asked for by its key. ``hours``: the same by hour, from which outcomes are told too."""
    return _READ[asked.by](asked) if asked.by in _READ else hours


def rows(asked: Wanted, found: Mapping[Any, Totals], language: str) -> list[ReportRow]:
    """Give the rows of `read` in their order: time as it goes, all else by attempts."""
    words, calls = _words(asked, found, language), _calls(asked)
    most = max((one.attempts for one in found.values()), default=0)
    made = [ReportRow(words(key), one, one.attempts / most if most else 0.0, calls(key)) for key, one in found.items()]
    if asked.by in {"hour", "day"}:
        return [row for _key, row in sorted(zip(found, made, strict=True), key=lambda pair: pair[0])]
    return sorted(made, key=lambda row: (-row.totals.attempts, row.label))


def outcomes(asked: Wanted, whole: Totals) -> list[OutcomeRow]:
    """Give every outcome; with the calls still up they add up to the attempts."""
    open_now = whole.attempts - whole.ended
    named: list[tuple[str, str, int, str]] = [
        ("connected", pgettext("figure", "Connected"), whole.connected, "connected"),
        ("abandoned", pgettext("figure", "Abandoned"), whole.abandoned, "abandoned"),
        ("machine", _("Answering machine"), whole.machine, "machine"),
        ("no_answer", _("No answer"), whole.no_answer, "no_answer"),
        ("busy", _("Busy"), whole.busy, "busy"),
        ("invalid", _("Number does not exist"), whole.invalid, "invalid"),
        ("failed", _("Rejected, congestion or failure"), whole.failed, ""),
        ("open", _("Still up"), open_now, ""),
    ]
    return [
        OutcomeRow(code, label, count, count / whole.attempts if whole.attempts else 0.0, _of_outcome(asked, outcome))
        for code, label, count, outcome in named
        if count
    ]


def _of_outcome(asked: Wanted, outcome: str) -> str:
    return asked.calls_query(outcome=outcome) if outcome else ""


_READ: Mapping[str, Callable[[Wanted], Mapping[Any, Totals]]] = {
    "day": lambda asked: report.by_day(asked.stretch, asked.zone, asked.only),
    "campaign": lambda asked: report.by_campaign(asked.stretch, asked.only),
    "operator": lambda asked: report.by_operator(asked.stretch, asked.only),
    "list": lambda asked: report.by_list(asked.stretch, asked.only),
    "disposition": lambda asked: report.by_disposition(asked.stretch, asked.only),
}


def _words(asked: Wanted, found: Iterable[Any], language: str) -> Callable[[Any], str]:
    if asked.by == "hour":
        return lambda hour: f"{hour:02d}h–{hour + 1:02d}h"
    if asked.by == "day":
        return lambda day: formats.day(day, language)
    names = names_of(asked.by, [key for key in found if key])
    nothing = {"operator": _("No operator"), "disposition": _("No disposition")}.get(asked.by, "—")
    deleted = _("deleted")
    return lambda key: names.get(key, deleted) if key else nothing


def names_of(by: str, ids: Sequence[Any]) -> dict[Any, str]:
    """Give the names of what a report is added up by; none of times."""
    if by == "operator":
        # To look for hundreds of keys costs more than to read the other operators' names too.
        return dict(_SOME_OPERATORS(ids=ids) if len(ids) < FEW_KEYS else _ALL_OPERATORS())
    return dict(_NAMES[by](ids=ids)) if by in _NAMES else {}


def _written(things: QuerySet[Any], name: str = "name") -> Written:
    return Written(lambda: things.filter(IsOneOf(F("pk"), GivenKeys("ids"))).order_by().values_list("pk", name))


_ALL_OPERATORS = Written(lambda: Operator.objects.order_by().values_list("pk", "user__name"))
_SOME_OPERATORS = _written(Operator.objects.all(), "user__name")
_NAMES = {
    "campaign": _written(Campaign.objects.all()),
    "list": _written(ContactList.objects.all()),
    "disposition": _written(Disposition.objects.all()),
}


def _calls(asked: Wanted) -> Callable[[Any], str]:
    """Give what makes the address of a row's calls of the row's key."""
    if asked.by in {"campaign", "operator"}:
        front = asked.calls_query(**{asked.by: ""})  # one address for all: the key stands at its end
        return lambda key: f"{front}{key}" if key else ""
    if asked.by == "day":
        campaign = f"&campaign={asked.campaign}" if asked.campaign else ""
        return lambda day: f"since={day}T00%3A00&until={day + timedelta(days=1)}T00%3A00{campaign}"
    if asked.by == "hour" and asked.first == asked.last:
        return lambda hour: _calls_of_hour(asked, hour)
    return lambda _key: ""


def _calls_of_hour(asked: Wanted, hour: int) -> str:
    since = datetime.combine(asked.first, datetime.min.time()) + timedelta(hours=hour)
    until = since + timedelta(hours=1)
    return asked.calls_query(since=since.strftime("%Y-%m-%dT%H:%M"), until=until.strftime("%Y-%m-%dT%H:%M"))


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year <= 2100 else None
