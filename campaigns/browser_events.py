"""What live pages learn of campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from live.event import BrowserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignChanged(BrowserEvent):
    """A campaign was created, changed, or moved on to another state."""

    type: ClassVar[str] = "campaign.changed"

    id: int
    name: str
    state: str
    since_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PacingSaid(BrowserEvent):
    """Why a campaign launches what it launches: "6 free + 9 free within 12 s, answer rate 23 % → dialing 14"."""

    type: ClassVar[str] = "campaign.pacing"

    id: int
    at_us: int
    launch: int
    """Calls launched in that second."""
    free: int
    freeing: int
    within_s: int
    answer_rate: float
    ringing: int
    waiting: int
    limit: str
    """What held the launch down (campaigns.pacing.Limit), "" for nothing."""
