"""Which number a call shows. Choosing is pure; loading reads the active company's rows and the platform's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.choices import CallerIdRotation
from campaigns.models import Campaign
from common.areas import area_of
from telephony.models import CallerId
from tenants.active import active_schema

TRUNKS_OWN = ""
"""The carrier puts its own number."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number that may be shown, E.164. ``trunk``: the only one that lets it pass, "" for any."""

    number: str
    trunk: str = ""


def choose(shown: Sequence[Shown], rotation: str, *, called: str, trunk: str, turn: int) -> str:
    """Give the number to show to ``called`` over a trunk; "" for the trunk's own where none fits.

    Local: a number of the called area (DDD), else of the same state, else any. ``turn`` counts calls.
    """
    fitting = [one.number for one in shown if one.trunk in ("", trunk)]
    if not fitting:
        return TRUNKS_OWN
    if rotation == CallerIdRotation.FIXED:
        return fitting[0]
    if rotation == CallerIdRotation.LOCAL:
        # The campaign's calls are counted together, and those of one area may have every second turn alone: among
        # its numbers chance is fair, and the order isn't.
        fitting, turn = _nearest(fitting, called), _scattered(turn)
    return fitting[turn % len(fitting)]


def _scattered(turn: int) -> int:
    return int.from_bytes(hashlib.sha256(str(turn).encode()).digest()[:8], "big")


def _nearest(numbers: Sequence[str], called: str) -> list[str]:
    there = area_of(called)
    if there is None:
        return list(numbers)
    areas = [(number, area_of(number)) for number in numbers]
    same_area = [number for number, area in areas if area and area.code == there.code]
    same_state = [number for number, area in areas if area and area.state == there.state]
    return same_area or same_state or list(numbers)


def shown_by(campaign: Campaign) -> list[Shown]:
    """Give the campaign's numbers in their order; those of the company where it has chosen none. Only what is in use.

    A number that was taken from the company since it was chosen is never shown.
    """
    ours = CallerId.objects.filter(company__schema_name=active_schema(), is_active=True)
    rows = ours.values_list("pk", "number", "trunk__name")
    by_id = {pk: Shown(number, trunk or "") for pk, number, trunk in rows}
    chosen = campaign.campaign_caller_ids.order_by("position", "id").values_list("caller_id_id", flat=True)
    return [by_id[pk] for pk in chosen if pk in by_id] or list(by_id.values())
