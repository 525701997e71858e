"""The company's day at a glance, from figures that are kept: today beside yesterday until the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db.models import Case, IntegerField, Value, When

from agents.choices import OperatorState
from agents.models import BoardLimits
from calls import report
from calls.report import Only, Stretch, Totals
from calls.slot_figures import SLOT, slot_of
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from desk.attention import Concern, Row, concerns
from desk.plots import growth_chart
from desk.report_rows import names_of
from desk.sparks import Spark, spark
from screens.charts import Chart
from tenants.figures import table
from tenants.written import Written

MOST_CAMPAIGNS = 8
BEST = 6
SPARKED = timedelta(hours=2)
_ORDER = (
    CampaignState.RUNNING,
    CampaignState.PAUSED,
    CampaignState.STOPPING,
    CampaignState.DRAFT,
    CampaignState.STOPPED,
)
_SHIFTS = """
SELECT state, 0::bigint, count(*) FROM agents_operatorsession WHERE ended_at IS NULL GROUP BY state
UNION ALL
SELECT '', campaign, count(*) FROM agents_operatorsession, unnest(campaign_ids) AS campaign WHERE ended_at IS NULL
GROUP BY campaign
UNION ALL
SELECT '', 0, count(*) FROM agents_operator AS operator JOIN accounts_user AS person ON person.id = operator.user_id
WHERE person.is_active AND person.role = 'operator'
UNION ALL
SELECT '', -1, near_percent FROM agents_boardlimits
"""
"""Operators on shift by state, and by campaign; of neither: all accounts. And, where the company has chosen its limits,
near_percent of them (agents.board_limits): asked for along with the rest, as the page has queries enough."""
_CHOSEN_NEAR = -1
_SHOWN = ("name", "state", "state_since", "target_abandon_rate", "recording", "dialing")
"""What is read of a campaign: what its row shows, and what desk.attention judges it by."""
_PLACES = [When(state=state, then=Value(place)) for place, state in enumerate(_ORDER)]
_AT_WORK_FIRST = Written(
    lambda: Campaign.objects.order_by(Case(*_PLACES, output_field=IntegerField()), "name").only(*_SHOWN)[
        : MOST_CAMPAIGNS * 5
    ]
)


@dataclass(frozen=True, slots=True)
class CampaignToday:
    campaign: Campaign
    totals: Totals
    operators: int
    """On shift with it now."""
    spark: Spark
    """Answers of the last two hours, by ten minutes."""

    near_percent: int
    """From which share of its limit on a campaign's abandonment is amber (agents.board_limits)."""

    @property
    def abandon_tone(self) -> Literal["", "warn", "bad"]:
        """As on the wallboard (web/src/wallboard/limits.ts): red from the limit on."""
        rate, limit = self.totals.abandon_rate, self.campaign.target_abandon_rate
        if rate is None or rate * 100 < limit * self.near_percent:
            return ""
        return "warn" if rate < limit else "bad"


@dataclass(frozen=True, slots=True)
class Seller:
    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class Shifts:
    """Operators now. ``accounts``: all who could be on shift."""

    on_shift: int
    talking: int
    paused: int
    accounts: int
    by_campaign: Mapping[int, int]
    """On shift with it; he may be with several."""
    near_percent: int
    """From which share of its limit on a campaign's abandonment is amber."""


@dataclass(frozen=True, slots=True)
class Overview:
    """``before``: yesterday until the same time; ``so_far``: today until then, in whole slots both."""

    now: datetime
    compared_until: datetime
    today: Totals
    so_far: Totals
    before: Totals
    shifts: Shifts
    limit: Any
    """The strictest limit of abandonment among campaigns at work, 0..1; None without any."""
    campaigns: Sequence[CampaignToday]
    campaign_count: int
    best: Sequence[Seller]
    concerns: Sequence[Concern]
    chart: Chart | None

    @property
    def more_successes(self) -> int:
        return self.so_far.successes - self.before.successes

    @property
    def price_change(self) -> Any:
        """Price of a success against yesterday's; None where either day has none."""
        own, before = self.so_far.price_per_success, self.before.price_per_success
        return None if own is None or before is None else own - before


def overview(schema: str, zone: ZoneInfo, now: datetime) -> Overview:
    """Read everything in a fixed number of queries, whatever the company's size. Its schema is active."""
    day = now.astimezone(zone).date()
    today, yesterday = report.days(day, day, zone), report.days(day - timedelta(days=1), day - timedelta(days=1), zone)
    everything = Only(won=report.successful())
    slots, former = report.by_slot(today, everything), report.by_slot(yesterday, everything)
    cut = slot_of(now)
    by_campaign = report.by_campaign(today, everything)
    shifts = _shifts()
    shown, count = _campaigns()
    rows = [(one, by_campaign.get(one.pk, report.NOTHING), shifts.by_campaign.get(one.pk, 0)) for one in shown]
    return Overview(
        now=now,
        compared_until=cut,
        today=report.add_up(slots.values()),
        so_far=report.add_up(one for at, one in slots.items() if at < cut),
        before=report.add_up(one for at, one in former.items() if at < cut - (today.since - yesterday.since)),
        shifts=shifts,
        limit=min((one.target_abandon_rate for one in shown if one.state == CampaignState.RUNNING), default=None),
        campaigns=_with_sparks(rows[:MOST_CAMPAIGNS], cut, shifts.near_percent),
        campaign_count=count,
        best=_best(today, everything),
        concerns=concerns(schema, zone, rows),
        chart=growth_chart(since_midnight(slots, today), since_midnight(former, yesterday), now - today.since),
    )


def since_midnight(slots: Mapping[datetime, Totals], stretch: Stretch) -> dict[timedelta, Totals]:
    return {at - stretch.since: one for at, one in slots.items()}


def _campaigns() -> tuple[list[Campaign], int]:
    """The campaigns that matter now: at work first, and how many there are in all."""
    found: list[Campaign] = _AT_WORK_FIRST()
    return found, len(found) if len(found) < MOST_CAMPAIGNS * 5 else Campaign.objects.count()


def _with_sparks(rows: Sequence[Row], cut: datetime, near: int) -> list[CampaignToday]:
    since = cut - SPARKED + SLOT
    answers = report.campaign_slots(Stretch(since, cut + SLOT), [campaign.pk for campaign, _totals, _on_shift in rows])
    places = [since + SLOT * number for number in range(SPARKED // SLOT)]
    return [
        CampaignToday(campaign, totals, on_shift, spark([answers[campaign.pk].get(at, 0) for at in places]), near)
        for campaign, totals, on_shift in rows
    ]


def _shifts() -> Shifts:
    counts = table(_SHIFTS)
    [accounts] = [count for state, campaign, count in counts if not state and not campaign]
    states = {state: count for state, _campaign, count in counts if state}
    talking, paused = states.get(OperatorState.TALKING, 0), states.get(OperatorState.PAUSED, 0)
    by_campaign = {campaign: count for _state, campaign, count in counts if campaign}
    near = by_campaign.pop(_CHOSEN_NEAR, BoardLimits().near_percent)
    return Shifts(sum(states.values()), talking, paused, accounts, by_campaign, near)


def _best(today: Stretch, only: Only) -> list[Seller]:
    """Who had most successes; where nobody has any, who had most conversations."""
    found = [(pk, one) for pk, one in report.by_operator(today, only).items() if pk and one.connected]
    found.sort(key=lambda pair: (-pair[1].successes, -pair[1].connected, pair[0]))
    names = names_of("operator", [pk for pk, _ in found[:BEST]])
    return [Seller(names.get(pk, "—"), one) for pk, one in found[:BEST]]
