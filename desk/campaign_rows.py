"""Campaigns in lists: their state, what can be done with them, and the rows of the list, as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Protocol, cast

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from campaigns.choices import CampaignState
from campaigns.figures import CampaignNow
from campaigns.models import Campaign
from desk import formats
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge, icon

_STOPPABLE = frozenset({CampaignState.RUNNING, CampaignState.PAUSED})


class CountedCampaign(Protocol):
    """A campaign as campaigns.counted reads it: with how many operators it has and how many contacts its lists hold."""

    operator_count: int
    contact_count: int


def state_badge(state: str) -> SafeString:
    """A campaign's state in words and colour."""
    words = {
        CampaignState.RUNNING: ("free", pgettext("campaign", "Dialing")),
        CampaignState.PAUSED: ("pause", pgettext("campaign", "Paused")),
        CampaignState.STOPPING: ("wrap", pgettext("campaign", "Stopping")),
        CampaignState.STOPPED: ("off", pgettext("campaign", "Stopped")),
    }
    return badge(*words.get(CampaignState(state), ("off", pgettext("campaign", "Draft"))))


def buttons(request: HttpRequest, *, size: str, shown_as: str, target: str) -> Callable[[Campaign], str]:
    """Prepare what draws the buttons to start, pause and stop a campaign.

    ``shown_as``: the part of a page that the answer is ("row", "head"), whose id is ``target`` and the campaign's key.
    """
    hidden = (
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
        f'<input type="hidden" name="shown_as" value="{shown_as}">'
    )
    lost = escaped(_("Calls that are up go on to their end; nobody new is dialed. The campaign can be started again."))
    stop_words, pause_words = escaped(pgettext("campaign", "Stop")), escaped(pgettext("campaign", "Pause"))
    start_words, resume_words = escaped(pgettext("campaign", "Start")), escaped(pgettext("campaign", "Resume"))
    stop, pause, start = (addresses_of(f"campaigns:{act}") for act in ("stop", "pause", "start"))
    question = _("Stop “%(name)s”?")

    def form(address: str, campaign: Campaign, button: str, asks: str = "") -> str:
        return (
            f'<form method="post" action="{address}" hx-post="{address}" hx-target="#{target}{campaign.pk}" '
            f'hx-swap="outerHTML"{asks}>{hidden}{button}</form>'
        )

    def button(look: str, mark: str, words: str) -> str:
        return f'<button class="btn {look}" type="submit">{icon(mark, "i-14")}{words}</button>'

    def draw(campaign: Campaign) -> str:
        parts = []
        if campaign.state in _STOPPABLE:
            asks = (
                f' hx-confirm="{escaped(question % {"name": campaign.name})}" data-confirm-lost="{lost}" '
                f'data-confirm-do="{stop_words}"'
            )
            parts.append(form(stop(campaign.pk), campaign, button(f"btn-stop {size}", "player-stop", stop_words), asks))
        if campaign.state == CampaignState.RUNNING:
            look = f"btn-plain {size}" if size else "btn-primary"
            parts.append(form(pause(campaign.pk), campaign, button(look, "player-pause", pause_words)))
        else:
            words = resume_words if campaign.state == CampaignState.PAUSED else start_words
            parts.append(form(start(campaign.pk), campaign, button(f"btn-primary {size}", "player-play", words)))
        return "\n".join(parts)

    return draw


def rows(request: HttpRequest, found: Iterable[CampaignNow], refusal: str = "") -> SafeString:
    """The rows of campaigns with their figures of now and today. ``refusal``: why what was asked wasn't done."""
    language = get_language() or "pt-br"
    acts = buttons(request, size="btn-sm", shown_as="row", target="campaign-")
    badges = {state: state_badge(state) for state in CampaignState}
    detail = addresses_of("campaigns:detail")
    figure = _figures()
    err = ""
    if refusal:
        err = f'<div class="err" role="alert">{icon("alert-circle", "i-14")}<span>{escaped(refusal)}</span></div>'

    def draw(row: CampaignNow) -> str:
        campaign, day = row.campaign, row.day
        url = detail(campaign.pk)
        return (
            f'<tr id="campaign-{campaign.pk}" data-campaign-row="{campaign.pk}" data-refresh-on="campaign.changed" '
            f'data-refresh-key="id={campaign.pk}" data-refresh-url="{url}?part=row">'
            f'<td><a class="strong" href="{url}">{escaped(campaign.name)}</a>'
            f'<div class="micro muted">{_size(cast(CountedCampaign, campaign), language)}</div>{err}</td>'
            f"<td>{badges[CampaignState(campaign.state)]}</td>"
            f"{figure('open', formats.whole(row.live.open if row.live else None, language))}"
            f"{figure('attempts', formats.whole(day.attempts, language))}"
            f"{figure('answer', formats.percent_sign(row.answer_rate, language))}"
            f"{figure('abandon', formats.percent_sign(row.abandon_rate, language))}"
            f"{figure('cost', formats.money(Decimal(day.price), language))}"
            f'<td><div class="row-acts">{acts(campaign)}</div></td></tr>\n'
        )

    return mark_safe("".join(map(draw, found)))  # noqa: S308  each part is escaped above


def _figures() -> Callable[[str, str], str]:
    """Prepare what draws a figure's cell; live ones are found by their name (web/src/campaign)."""
    labels = {
        "open": _("Calls up"),
        "attempts": _("Attempts today"),
        "answer": _("Answer rate"),
        "abandon": pgettext("figure", "Abandoned"),
        "cost": _("Cost today"),
    }
    openings = {
        name: f'<td class="num" data-l="{escaped(label)}" data-figure="{name}">' for name, label in labels.items()
    }
    return lambda name, words: f"{openings[name]}{escaped(words)}</td>"


def _size(campaign: CountedCampaign, language: str) -> str:
    """How many operators and contacts a campaign has."""
    count, contacts = campaign.operator_count, campaign.contact_count
    operators = _("no operators")
    if count:
        operators = ngettext("%(n)s operator", "%(n)s operators", count) % {"n": formats.whole(count, language)}
    held = ngettext("%(shown)s contact", "%(shown)s contacts", contacts) % {"shown": formats.whole(contacts, language)}
    return escaped(f"{operators} · {held}")
