"""Which number a call shows. Choosing is pure; loading reads the active company's rows and the platform's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from campaigns.choices import CallerIdRotation
from campaigns.models import Campaign
from common.areas import area_of
from tenants.active import active_schema

_OURS = """
SELECT ours.number, coalesce(trunk.name, ''), chosen.id IS NOT NULL
FROM telephony_callerid AS ours
JOIN tenants_company AS company ON company.id = ours.company_id
LEFT JOIN telephony_trunk AS trunk ON trunk.id = ours.trunk_id
LEFT JOIN campaigns_campaigncallerid AS chosen ON chosen.caller_id_id = ours.id AND chosen.campaign_id = %s
WHERE company.schema_name = %s AND ours.is_active
ORDER BY chosen.position, chosen.id, ours.number
"""
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
    with connection.cursor() as cursor:
        cursor.execute(_OURS, [campaign.pk, active_schema()])
        rows = cursor.fetchall()
    chosen = [Shown(number, trunk) for number, trunk, is_chosen in rows if is_chosen]
    return chosen or [Shown(number, trunk) for number, trunk, _is_chosen in rows]
