"""The tables of all companies' numbers: those that they show, and those at which they are called."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from screens.columns import Column, Control, Empty, Words
from screens.tables import Table
from telephony import number_cells
from telephony.models import CallerId, InboundNumber
from tenants.letters import holding

_COMPANY = Coalesce(NullIf("company__trade_name", Value("")), "company__legal_name")
"""As a company names itself."""
_STATES: Mapping[str, Words] = {"on": _("in use"), "off": _("switched off")}
_CONTROLS = (
    Control(name="search", label=_("Search"), kind="search", placeholder=_("Number, company or description")),
    Control(name="state", label=_("State"), choices=_STATES.items),
)
_NUMBER = Column(
    key="number", label=_("Number"), draw=number_cells.number, sort=("number",), always=True, css="nw",
    value=lambda row: row.number,
)  # fmt: skip
_OF_COMPANY = Column(
    key="company", label=_("Company"), sort=("company__slug", "number"), value=lambda row: row.company_name
)
_LABEL = Column(key="label", label=_("Description"), hidden=True, value=lambda row: row.label)


def _state(row: CallerId | InboundNumber) -> str:
    return str(_STATES["on" if row.is_active else "off"])


class ShownNumbers(Table[CallerId]):
    """Numbers that companies show."""

    name = "caller-ids"
    label = _("Numbers that companies show")
    default_sort = "company"
    reads = ("pk", "number", "label", "is_active", "company_name", "trunk_name")
    columns = (
        _NUMBER,
        _OF_COMPANY,
        Column(key="trunk", label=_("Trunk"), value=lambda row: row.trunk_name or str(_("any"))),
        Column(key="state", label=_("State"), draw=number_cells.shown_state, value=_state),
        _LABEL,
        Column(key="acts", label=_("Actions"), draw=number_cells.shown_acts, always=True, bare=True),
    )
    controls = _CONTROLS
    nothing_fits = Empty(heading=_("No number fits these filters"))

    def narrow(self, rows: QuerySet[CallerId], given: dict[str, str]) -> QuerySet[CallerId]:
        return rows.filter(_wanted(given))


class CalledNumbers(Table[InboundNumber]):
    """Numbers at which companies are called."""

    name = "inbound-numbers"
    label = _("Numbers at which companies are called")
    default_sort = "company"
    reads = ("pk", "number", "label", "is_active", "company_name", "campaign_id")
    columns = (
        _NUMBER,
        _OF_COMPANY,
        Column(key="state", label=_("State"), draw=number_cells.called_state, value=_state),
        _LABEL,
        Column(key="acts", label=_("Actions"), draw=number_cells.called_acts, always=True, bare=True),
    )
    controls = _CONTROLS
    nothing_fits = Empty(heading=_("No number fits these filters"))

    def narrow(self, rows: QuerySet[InboundNumber], given: dict[str, str]) -> QuerySet[InboundNumber]:
        return rows.filter(_wanted(given))


def shown_numbers() -> QuerySet[CallerId]:
    return CallerId.objects.annotate(company_name=_COMPANY, trunk_name=F("trunk__label"))


def called_numbers() -> QuerySet[InboundNumber]:
    return InboundNumber.objects.annotate(company_name=_COMPANY)


def _wanted(given: Mapping[str, str]) -> Q:
    wanted = Q()
    if text := given.get("search", "").strip():
        wanted &= matching(text)
    if (state := given.get("state", "")) in _STATES:
        wanted &= Q(is_active=state == "on")
    return wanted


def matching(text: str) -> Q:
    """A part of the number however it is written, of a description, or of a company's name."""
    match = holding("label", text) | Q(company__slug__startswith=text.lower())
    match |= holding("company__trade_name", text) | holding("company__legal_name", text)
    digits = re.sub(r"\D", "", text).removeprefix("0")
    return match | Q(number__contains=digits) if digits and not re.search(r"[^\W\d]", text) else match
