"""What in the company needs its master now, each with the page where he can act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from calls.report import Totals
from campaigns.choices import CampaignState
from campaigns.contact_states import ready_up_to
from campaigns.models import Campaign
from common import moments
from common.clock import now
from desk import formats
from screens.links import addresses_of
from telephony.recording_room import FULL, LOW, recording_room
from tenants.figures import table

MOST = 6
ENOUGH_ANSWERS = 30
"""Live answers, below which a rate says nothing."""
FEW_CONTACTS = 500
FEW_SHARE = 0.05
IMPORTS_SINCE = timedelta(days=2)
_SIZES = """
SELECT tie.campaign_id, sum(list.contact_count)::bigint
FROM campaigns_campaignlist AS tie JOIN contacts_contactlist AS list ON list.id = tie.contact_list_id
WHERE tie.campaign_id = ANY(%s) GROUP BY tie.campaign_id
"""
_FAILED = """
SELECT import.id, import.file_name, list.name
FROM contacts_import AS import JOIN contacts_contactlist AS list ON list.id = import.contact_list_id
WHERE import.state = 'failed' AND import.ended_at >= %s ORDER BY import.id DESC LIMIT 2
"""

Row = tuple[Campaign, Totals, int]
"""A campaign, its figures of today, and how many operators are on shift with it."""
Page = Callable[[object], str]
"""Gives the address of a campaign's page."""


@dataclass(frozen=True, slots=True)
class Concern:
    """``tone``: bad | wrap | ring | pause. ``do``: the word on the button that leads to ``url``."""

    tone: str
    icon: str
    title: str
    text: str
    do: str
    url: str


def concerns(schema: str, zone: ZoneInfo, rows: Sequence[Row]) -> list[Concern]:
    """Give the most urgent ones, the worst first."""
    sizes, page = _sizes(rows), addresses_of("campaigns:detail")
    found = [
        *_abandonment(rows, page),
        *_recording_room(rows),
        *_without_operators(rows, page),
        *_used_up(rows, sizes),
        *_failed_imports(),
        *_paused(rows, zone, page),
        *_without_list(rows, sizes),
    ]
    found.sort(key=lambda one: ("bad", "wrap", "ring", "pause").index(one.tone))
    return found[:MOST]


def _abandonment(rows: Iterable[Row], page: Page) -> Iterable[Concern]:
    for campaign, totals, operators in rows:
        rate, limit = totals.abandon_rate, campaign.target_abandon_rate
        if campaign.state != CampaignState.RUNNING or rate is None or rate < limit * 9 / 10:
            continue
        if totals.connected + totals.abandoned < ENOUGH_ANSWERS:
            continue
        language = get_language() or "pt-br"
        title = _("%(name)s at %(rate)s %% abandoned") % {
            "name": campaign.name,
            "rate": formats.percent(rate, language),
        }
        text = _("Limit %(limit)s %%; %(count)s operators on shift.") % {
            "limit": formats.percent_short(limit, language),
            "count": operators,
        }
        yield Concern("bad" if rate >= limit else "wrap", "gauge", title, text, _("See"), page(campaign.pk))


def _without_operators(rows: Iterable[Row], page: Page) -> Iterable[Concern]:
    for campaign, _totals, operators in rows:
        if campaign.state == CampaignState.RUNNING and not operators:
            text = _("It runs, but nobody is on shift for it: nothing is dialed.")
            yield Concern("wrap", "headset", campaign.name, text, _("See"), page(campaign.pk))


def _sizes(rows: Iterable[Row]) -> dict[int, int]:
    """How many contacts the lists of each campaign hold; a campaign without any list is missing."""
    return dict(table(_SIZES, [[campaign.pk for campaign, _t, _o in rows]]))


def _used_up(rows: Iterable[Row], sizes: Mapping[int, int]) -> Iterable[Concern]:
    """Running campaigns with few contacts left to call: counted up to FEW_CONTACTS only, by the claim's index."""
    running = {campaign.pk: campaign for campaign, _t, _o in rows if campaign.state == CampaignState.RUNNING}
    for pk, left in ready_up_to([pk for pk in running if pk in sizes], FEW_CONTACTS).items():
        if left >= FEW_CONTACTS or left > sizes[pk] * FEW_SHARE:
            continue
        title = _("%(name)s: list nearly used up") % {"name": running[pk].name}
        text = ngettext("%(count)d contact left to call.", "%(count)d contacts left to call.", left) % {"count": left}
        yield Concern(
            "bad" if not left else "wrap", "list-details", title, text, _("New list"), reverse("contacts:upload")
        )


def _failed_imports() -> Iterable[Concern]:
    for pk, file_name, contact_list in table(_FAILED, [now() - IMPORTS_SINCE]):
        url = reverse("contacts:import", args=[pk])
        title = _("Import failed: %(name)s") % {"name": contact_list}
        yield Concern("bad", "file-spreadsheet", title, file_name, _("See why"), url)


def _recording_room(rows: Iterable[Row]) -> Iterable[Concern]:
    if not any(campaign.recording != "none" for campaign, _t, _o in rows):
        return
    room = recording_room()
    if room.state in {LOW, FULL}:
        tone = "bad" if room.state == FULL else "wrap"
        text = _("Old recordings can be deleted, or kept for a shorter time.")
        title = _("The disk for recordings is full") if tone == "bad" else _("The disk for recordings is filling up")
        yield Concern(tone, "microphone", title, text, _("See"), reverse("calls:recordings"))


def _paused(rows: Iterable[Row], zone: ZoneInfo, page: Page) -> Iterable[Concern]:
    language = get_language() or "pt-br"
    for campaign, _totals, _operators in rows:
        if campaign.state == CampaignState.PAUSED:
            since = moments.minute(campaign.state_since, language, zone)
            text = _("Paused since %(since)s.") % {"since": since}
            yield Concern("pause", "player-pause", campaign.name, text, _("See"), page(campaign.pk))


def _without_list(rows: Iterable[Row], sizes: Mapping[int, int]) -> Iterable[Concern]:
    for campaign, _totals, _operators in rows:
        if campaign.state == CampaignState.DRAFT and campaign.needs_list and campaign.pk not in sizes:
            text = _("No list yet: without one it can’t start.")
            url = reverse("campaigns:edit", args=[campaign.pk])
            yield Concern("pause", "speakerphone", campaign.name, text, _("Attach a list"), url)
