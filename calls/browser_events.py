"""What live pages learn of calls: the campaign's figures, at most once a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from live.event import BrowserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFigures(BrowserEvent):
    """One campaign now, and its company's day so far (the fields of DayFigures)."""

    type: ClassVar[str] = "campaign.figures"

    campaign_id: int
    day: str
    """ISO date in the company's time zone."""
    launched: int
    ringing: int
    waiting: int
    talking: int
    waiting_since_us: int | None
    """Of the customer who waits longest."""
    attempts: int
    answered: int
    connected: int
    abandoned: int
    busy: int
    no_answer: int
    invalid: int
    machine: int
    failed: int
    ended: int
    talk_ms: int
    billed_s: int
    price: str
    """BRL, decimal."""
