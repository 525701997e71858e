"""One campaign: live figures, contacts, the day in ten-minute steps, cost, rules, operators and what was changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.page_access import for_supervisors
from calls import report
from calls.report import Only, Totals
from campaigns import views
from campaigns.models import Campaign
from common.clock import now
from desk.campaign_rules import rules_of
from desk.history import changes_of
from desk.overview import since_midnight
from desk.plots import MOST_RATE, day_plot
from desk.team_rows import OperatorNow
from tenants.request import CompanyRequest

HISTORY_SHOWN = 8
_TEAM = """
SELECT tie.operator_id, person.name, coalesce(shift.state, ''), coalesce(reason.name, ''),
       coalesce(%(campaign)s = ANY(shift.campaign_ids), false)
FROM campaigns_campaignoperator AS tie
JOIN agents_operator AS operator ON operator.id = tie.operator_id
JOIN accounts_user AS person ON person.id = operator.user_id
LEFT JOIN agents_operatorsession AS shift ON shift.operator_id = operator.id AND shift.ended_at IS NULL
LEFT JOIN agents_pausereason AS reason ON reason.id = shift.pause_reason_id
WHERE tie.campaign_id = %(campaign)s AND person.is_active
"""


@require_GET
@for_supervisors
def detail(request: CompanyRequest, campaign_id: int) -> HttpResponse:
    """The page; for htmx a part of it: ``day`` the plot, others as campaigns.views has them."""
    campaign = views.campaign_of(campaign_id)
    if request.headers.get("HX-Request") and request.GET.get("part") != "day":
        return views.part(request, campaign)
    only = Only(campaigns=[campaign.pk], won=report.successful())
    context = _day(campaign, only, request.company.zone, now())
    if request.headers.get("HX-Request"):
        return render(request, "campaigns/_day.html", context)
    context |= views.detail_context(request, campaign)
    context |= {
        "rules": rules_of(campaign),
        "team": _team(campaign, context["by_operator"]),
        "history": changes_of("campaigns.campaign", str(campaign.pk), most=HISTORY_SHOWN),
        "month": _month(only, request.company.zone, now()),
    }
    return render(request, "campaigns/detail.html", context)


def _day(campaign: Campaign, only: Only, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """The day's plot beside yesterday's attempts, its funnel and its cost."""
    day = at.astimezone(zone).date()
    today, yesterday = report.days(day, day, zone), report.days(day - timedelta(days=1), day - timedelta(days=1), zone)
    slots = report.by_slot(today, only)
    former = report.by_slot(yesterday, only)
    whole = report.add_up(slots.values())
    return {
        "campaign": campaign,
        "whole": whole,
        "plot": day_plot(since_midnight(slots, today), since_midnight(former, yesterday), at - today.since),
        "steps": _funnel(whole),
        "limit_y": f"{100 - 100 * min(float(campaign.target_abandon_rate / MOST_RATE), 1.0):.1f}",
        "by_operator": report.by_operator(today, only),
    }


def _funnel(whole: Totals) -> list[dict[str, Any]]:
    """Attempts to successes; each step as a share, and of what."""
    steps = [
        ("attempts", _("Attempts"), whole.attempts, whole.attempts, ""),
        ("answered", _("Answered"), whole.answered, whole.attempts, _("of the attempts")),
        ("connected", pgettext("figure", "Connected"), whole.connected, whole.answered, _("of the answers")),
        ("successes", _("Successes"), whole.successes, whole.connected, _("of the conversations")),
    ]
    return [
        {"code": code, "label": label, "count": count, "share": count / of if of else None, "of": words}
        for code, label, count, of, words in steps
    ]


def _month(only: Only, zone: ZoneInfo, at: datetime) -> Totals:
    day = at.astimezone(zone).date()
    return report.total(report.days(day.replace(day=1), day, zone), only)


def _team(campaign: Campaign, today: dict[int, Totals]) -> list[OperatorNow]:
    """The campaign's operators: those on shift with it first, then by what they did today."""
    with connection.cursor() as cursor:
        cursor.execute(_TEAM, {"campaign": campaign.pk})
        rows = cursor.fetchall()
    team = [
        OperatorNow(name, state, reason, here, today.get(pk, report.NOTHING)) for pk, name, state, reason, here in rows
    ]
    return sorted(team, key=lambda one: (not one.here, -one.totals.successes, -one.totals.connected, one.name))
