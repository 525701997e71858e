"""Parts of a campaign's pages, drawn in Python: ``{% load campaign_parts %}``."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from campaigns.figures import CampaignNow
from campaigns.models import Campaign
from desk import campaign_rules, formats, team_rows
from desk.campaign_rows import buttons, rows, state_badge
from desk.plot_bars import bars
from screens.choices import choices
from screens.escape import escaped

register = template.Library()
register.simple_tag(state_badge, name="campaign_state")
register.simple_tag(campaign_rules.drawn, name="campaign_rules")
register.simple_tag(campaign_rules.shown_numbers)
register.simple_tag(campaign_rules.campaign_lists)
register.simple_tag(team_rows.rows, name="team_rows")
register.simple_tag(bars, name="plot_bars")


@register.simple_tag(takes_context=True)
def campaign_rows(context: Context, found: Iterable[CampaignNow], refusal: str = "") -> SafeString:
    """Campaigns as rows of their list."""
    return rows(context["request"], found, refusal)


@register.simple_tag(takes_context=True)
def campaign_buttons(context: Context, campaign: Campaign) -> SafeString:
    """What can be done with the campaign whose page it is."""
    draw = buttons(context["request"], size="", shown_as="head", target="campaign-head-")
    return mark_safe(draw(campaign))  # noqa: S308  escaped there


@register.simple_tag
def caller_id_choices(field: BoundField, help: str, empty_text: str) -> SafeString:  # noqa: A002  as choices has it
    """The numbers that a campaign may show, each with its description."""
    return choices(field, help, empty_text, shown=_caller_id)


def _caller_id(words: str) -> str:
    number, _space, description = words.partition(" ")
    more = f' <span class="muted">{escaped(description)}</span>' if description else ""
    return f'<span class="tel">{escaped(formats.phone(number))}</span>{more}'
