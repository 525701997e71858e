"""The cells of the tables of companies' numbers that are more than words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _

from common.phone_text import phone
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.marks import badge


def number(_request: HttpRequest) -> Drawing:
    """The number with its description."""

    def draw(row: Any) -> str:
        label = f'<div class="micro muted">{escaped(row.label)}</div>' if row.label else ""
        return f'<span class="tel strong">{escaped(phone(row.number))}</span>{label}'

    return draw


def shown_state(_request: HttpRequest) -> Drawing:
    used, off = badge("free", _("in use")), badge("off", _("switched off"))
    return lambda row: used if row.is_active else off


def called_state(_request: HttpRequest) -> Drawing:
    """Whether whoever calls the number is heard."""
    off = badge("off", _("switched off"))
    leads = badge("free", _("leads to a campaign"))
    waits = badge("wrap", _("waits for the company to choose a campaign"))

    def draw(row: Any) -> str:
        if not row.is_active:
            return off
        return leads if row.campaign_id else waits

    return draw


def shown_acts(request: HttpRequest) -> Drawing:
    lost = _("Its campaigns go on with their other numbers, or with the trunk’s own.")
    return _acts(request, "lines:number-caller-id-toggle", "lines:number-caller-id-delete", lost)


def called_acts(request: HttpRequest) -> Drawing:
    lost = _("Whoever calls it hears at once that it does not exist.")
    return _acts(request, "lines:number-inbound-toggle", "lines:number-inbound-delete", lost)


def _acts(request: HttpRequest, toggle: str, delete: str, lost: str) -> Drawing:
    """Switching a number off or on, and taking it away. Both lead back to where the table stood."""
    place = f"?{escaped(request.GET.urlencode())}" if request.GET else ""
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    toggled, deleted = addresses_of(toggle), addresses_of(delete)
    off, on = _switch("0", _("Switch off")), _switch("1", _("Switch on"))
    question = _("Take %(number)s from %(company)s?")
    kept = f'data-confirm-lost="{escaped(lost)}" data-confirm-do="{escaped(_("Delete"))}"'
    button = f'<button class="btn btn-stop btn-sm" type="submit">{escaped(_("Delete"))}</button>'

    def draw(row: Any) -> str:
        address = f"{deleted(row.pk)}{place}"
        asked = escaped(question % {"number": phone(row.number), "company": row.company_name})
        return (
            f'<div class="row-acts"><form method="post" action="{toggled(row.pk)}{place}">{token}'
            f"{off if row.is_active else on}</form>\n"
            f'<form method="post" action="{address}" hx-post="{address}" hx-confirm="{asked}" {kept}>{token}{button}'
            "</form></div>"
        )

    return draw


def _switch(wanted: str, words: str) -> str:
    button = f'<button class="btn btn-plain btn-sm" type="submit">{escaped(words)}</button>'
    return f'<input type="hidden" name="active" value="{wanted}">{button}'
