"""How far a campaign has come with its contacts: whom it can dial now, and why not the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db import connection

from campaigns.choices import CallbackState
from campaigns.models import Callback, Campaign
from common.clock import now
from contacts.choices import ContactState
from contacts.selectors import count_holds_s
from live.kept import kept
from tenants.active import active_schema


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


_COUNTS = """
SELECT count(*) FILTER (WHERE state = 'ready' AND next_attempt_at <= %(at)s),
       count(*) FILTER (WHERE state = 'ready' AND next_attempt_at > %(at)s),
       count(*) FILTER (WHERE state = 'dialing'),
       count(*) FILTER (WHERE state = 'done'),
       count(*) FILTER (WHERE state = 'exhausted' AND attempts >= %(most)s),
       count(*) FILTER (WHERE state = 'exhausted' AND attempts < %(most)s)
FROM contacts_contact
WHERE contact_list_id IN (SELECT contact_list_id FROM campaigns_campaignlist WHERE campaign_id = %(campaign)s)
"""
# Of each campaign no further than the cut, by the claim's index.
_READY = """
SELECT campaign_id, (
    SELECT count(*) FROM (
        SELECT 1 FROM contacts_contact AS contact JOIN campaigns_campaignlist AS tie USING (contact_list_id)
        WHERE tie.campaign_id = one.campaign_id AND contact.state = 'ready' LIMIT %(most)s
    ) AS cut
)
FROM unnest(%(campaigns)s::bigint[]) AS one(campaign_id)
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """``at``: when it was counted. Of many contacts a count holds for a while (live.kept)."""

    states: ContactStates
    at: datetime


def counted_states(campaign: Campaign) -> Counted:
    """Give the counts as pages show them. Active schema."""
    key = f"{active_schema()}:contact_states:{campaign.pk}"
    found = kept(key, lambda: list(astuple(contact_states(campaign))), lambda counts: count_holds_s(sum(counts)))
    return Counted(ContactStates(*found.value), found.at)


def contact_states(campaign: Campaign, at: datetime | None = None) -> ContactStates:
    """Count by state now: one pass over the lists' contacts. Active schema."""
    instant = at or now()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"at": instant, "most": campaign.max_attempts, "campaign": campaign.pk})
        dialable, resting, dialing, done, exhausted, without_phone = cursor.fetchone()
    # Few, and by their own index: taken out of those who merely rest.
    promised = Callback.objects.filter(
        campaign=campaign,
        state=CallbackState.PENDING,
        contact__state=ContactState.READY,
        contact__next_attempt_at__gt=instant,
        contact__contact_list__campaign_list__campaign=campaign,
    ).count()
    return ContactStates(dialable, resting - promised, dialing, done, exhausted, promised, without_phone)


def contacts_by_state(campaign: Campaign) -> dict[str, int]:
    """The same counts by the contacts' own states, as the API and the command tell them."""
    found = counted_states(campaign).states
    return {
        ContactState.READY.value: found.dialable + found.resting + found.promised,
        ContactState.DIALING.value: found.dialing,
        ContactState.DONE.value: found.done,
        ContactState.EXHAUSTED.value: found.exhausted + found.without_phone,
    }


def ready_up_to(campaign_ids: Sequence[int], most: int) -> dict[int, int]:
    """Count ready contacts of each campaign that has lists, ``most`` at most. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_READY, {"campaigns": list(campaign_ids), "most": most})
        return dict(cursor.fetchall())
