"""How far a campaign has come with its contacts: whom it can dial now, and why not the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from campaigns.choices import CallbackState
from campaigns.models import Callback, Campaign
from common.clock import now
from contacts.choices import ContactState
from contacts.models import Contact


@dataclass(frozen=True, slots=True)
class ContactStates:
    """Contacts of all the campaign's lists; the seven counts add up to ``total``."""

    dialable: int
    """May be dialed now."""
    resting: int
    """Wait for the interval after their last call."""
    dialing: int
    done: int
    exhausted: int
    """All attempts were spent."""
    promised: int = 0
    """Wait for the hour of their callback."""
    without_phone: int = 0
    """Have no usable phone left, and attempts that nobody can spend."""

    @property
    def total(self) -> int:
        return self.dialable + self.not_now

    @property
    def not_now(self) -> int:
        """All who can't be dialed now."""
        return self.resting + self.promised + self.dialing + self.done + self.exhausted + self.without_phone

    def split(self) -> Sequence[tuple[str, float, float]]:
        """CSS class, start and width of each part of the split bar, in percent."""
        parts, start = [], 0.0
        for name, count in zip(
            ("s0", "s1", "s2", "s3", "s4", "s5", "s6"),
            (
                self.dialable,
                self.done,
                self.resting,
                self.exhausted,
                self.without_phone,
                self.promised,
                self.dialing,
            ),
            strict=True,
        ):
            width = 100 * count / self.total if self.total else 0.0
            parts.append((name, start, width))
            start += width
        return parts


def contact_states(campaign: Campaign, at: datetime | None = None) -> ContactStates:
    """Count by state: one pass over the lists' contacts, by index. Active schema."""
    instant = at or now()
    mine = Contact.objects.filter(contact_list__campaign_list__campaign=campaign)
    ready, spent = Q(state=ContactState.READY), Q(attempts__gte=campaign.max_attempts)
    counts = mine.aggregate(
        dialable=Count("pk", filter=ready & Q(next_attempt_at__lte=instant)),
        resting=Count("pk", filter=ready & Q(next_attempt_at__gt=instant)),
        dialing=Count("pk", filter=Q(state=ContactState.DIALING)),
        done=Count("pk", filter=Q(state=ContactState.DONE)),
        exhausted=Count("pk", filter=Q(state=ContactState.EXHAUSTED) & spent),
        without_phone=Count("pk", filter=Q(state=ContactState.EXHAUSTED) & ~spent),
    )
    # Few, and by their own index: taken out of those who merely rest.
    counts["promised"] = Callback.objects.filter(
        campaign=campaign,
        state=CallbackState.PENDING,
        contact__state=ContactState.READY,
        contact__next_attempt_at__gt=instant,
        contact__contact_list__campaign_list__campaign=campaign,
    ).count()
    counts["resting"] -= counts["promised"]
    return ContactStates(**counts)
