"""Reports of the day or a period, on the page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.page_access import for_supervisors
from calls import report
from calls.report import Totals
from campaigns.models import Campaign
from desk import report_rows
from desk.plots import hours_chart
from desk.report_rows import BY, Wanted
from desk.report_table import outcome_table, report_table
from screens.choices import options
from screens.exports import CsvText
from screens.spreadsheet import BOM
from screens.workbook import XLSX, workbook
from tenants.request import CompanyRequest
from tenants.written import Written

_CAMPAIGNS = Written(lambda: Campaign.objects.order_by("name").values_list("pk", "name"))


@require_GET
@for_supervisors
def day_report(request: CompanyRequest) -> HttpResponse:
    """What was dialed in a range of days, by one thing; ``?export=csv`` or ``xlsx`` gives the same as a file."""
    today = timezone.localdate()
    asked = replace(report_rows.wanted(request.GET, request.company.zone, today), won=report.successful())
    language = get_language() or "pt-br"
    hours = report.by_hour(asked.stretch, asked.zone, asked.only)
    read = report_rows.read(asked, hours)
    whole = report.add_up(read.values())
    wish = request.GET.get("export", "")
    if wish in {"csv", "xlsx"}:
        if asked.by == "outcome":
            return _file(asked, _outcome_lines(report_rows.outcomes(asked, whole)), wish)
        return _file(asked, _lines(asked, report_rows.rows(asked, read, language), whole), wish)
    context: dict[str, Any] = {
        "asked": asked,
        "whole": whole,
        "table": _table(asked, read, whole, language),
        "received": asked.calls_query(direction="in"),
        "chart": hours_chart(hours),
        "ways": [(code, label, asked.query(by=code)) for code, label in BY.items()],
        "by_label": BY[asked.by],
        "ranges": _ranges(asked),
        "campaigns": options(_CAMPAIGNS(), asked.campaign),
        "csv": asked.query(export="csv"),
        "xlsx": asked.query(export="xlsx"),
        "first_day": "" if whole.attempts or whole.incoming else report.first_day(asked.zone),
        "today": today,
    }
    return render(request, "reports/day.html", context)


def _table(asked: Wanted, read: Mapping[Any, Totals], whole: Totals, language: str) -> SafeString:
    if asked.by == "outcome":
        return outcome_table(report_rows.outcomes(asked, whole), whole, language)
    return report_table(str(BY[asked.by]), report_rows.rows(asked, read, language), whole, language)


def _ranges(asked: Wanted) -> list[tuple[str, str, bool]]:
    """Words, query and whether it is the one shown, of the usual ranges."""
    today = timezone.localdate()
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    last_month = (first - timedelta(days=1)).replace(day=1)
    usual = [
        (_("Today"), today, today),
        (_("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
        (_("This week"), monday, today),
        (_("This month"), first, today),
        (_("Last month"), last_month, first - timedelta(days=1)),
    ]
    return [
        (words, asked.query(first=since, last=until), (since, until) == (asked.first, asked.last))
        for words, since, until in usual
    ]


def _lines(asked: Wanted, found: Sequence[report_rows.ReportRow], whole: Totals) -> Iterator[list[object]]:
    yield [str(BY[asked.by]), *(label for label, _value in _columns(whole))]
    for row in found:
        yield [row.label, *(value for _label, value in _columns(row.totals))]
    yield [_("Total"), *(value for _label, value in _columns(whole))]


def _outcome_lines(kinds: Sequence[report_rows.OutcomeRow]) -> Iterator[list[object]]:
    yield [_("Outcome"), _("Calls")]
    yield from ([row.label, row.count] for row in kinds)
    yield [_("Total"), sum(row.count for row in kinds)]


def _columns(one: Totals) -> list[tuple[str, object]]:
    return [
        (_("Attempts"), one.attempts),
        (_("Answered"), one.answered),
        (pgettext("figure", "Connected"), one.connected),
        (pgettext("figure", "Abandoned"), one.abandoned),
        (_("Answering machine"), one.machine),
        (_("No answer"), one.no_answer),
        (_("Busy"), one.busy),
        (_("Number does not exist"), one.invalid),
        (_("Failed"), one.failed),
        (_("Successes"), one.successes),
        (_("Talk"), timedelta(milliseconds=one.talk_ms)),
        (_("Billed, seconds"), one.billed_s),
        (_("Cost"), one.price),
        (pgettext("incoming", "Received"), one.incoming),
        (pgettext("incoming", "Taken"), one.incoming_taken),
        (pgettext("incoming", "Missed"), one.incoming_missed),
        (_("Talk of received"), timedelta(milliseconds=one.incoming_talk_ms)),
    ]


def _file(asked: Wanted, lines: Iterator[list[object]], wish: str) -> HttpResponse:
    zone, language = asked.zone, get_language() or "pt-br"
    name = f"report-{asked.by}-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}"
    if wish == "xlsx":
        content, kind = workbook(_("Report"), lines, zone=zone, freeze="B2"), XLSX
    else:
        content, kind = BOM + CsvText(comma=language.startswith("pt"), zone=zone).add(lines), "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{wish}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
