"""The feed: all events of a company in an order that never changes, read on from a cursor. Active schema.

Keys by time are no such order: an event may be written early in a transaction that commits late, behind events that
were read already. So events get their place in the feed after they have committed: whoever numbers sees committed
events only, gives them the numbers that follow, and holds a lock until these have committed. Who has read up to a
number has therefore seen everything below it. What commits later gets a higher one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from integrations.choices import TEST_EVENT
from integrations.models import Event, FeedPosition
from integrations.webhooks.exceptions import CursorExpiredError

NUMBERED_AT_ONCE = 5000
SPAN = 20_000
"""A request looks at no more events than this, however few are of the wanted types."""
LONGEST_PAGE = 500

_NUMBER = """
UPDATE integrations_event AS event SET sequence = chosen.number
FROM (
    SELECT id, %s + row_number() OVER (ORDER BY id) AS number
    FROM (SELECT id FROM integrations_event WHERE sequence IS NULL ORDER BY id LIMIT %s) AS oldest
) AS chosen
WHERE event.id = chosen.id
"""


@dataclass(frozen=True, slots=True)
class Page:
    """``after``: where the next page begins. ``has_more``: ask again at once."""

    events: list[Event]
    after: int
    has_more: bool


def number_events(most: int = NUMBERED_AT_ONCE) -> int:
    """Give committed events their places; give how many there were. In a transaction of its own."""
    with transaction.atomic():
        position = _locked_position()
        with connection.cursor() as cursor:
            cursor.execute(_NUMBER, [position.last_sequence, most])
            count = int(cursor.rowcount)
        if count:
            position.last_sequence += count
            position.save(update_fields=["last_sequence"])
    return count


def number_all() -> None:
    """Number until nothing is left. The minute's round keeps this short.

    Looks first: readers come far more often than events, and needn't wait for each other's lock. What is being numbered
    by another has no number yet for who looks, who then waits.
    """
    while Event.objects.order_by().filter(sequence__isnull=True).exists() and number_events() == NUMBERED_AT_ONCE:
        pass


def latest() -> int:
    """Give the cursor behind everything that has happened so far."""
    number_all()
    return _position().last_sequence


def read(after: int | None, *, types: Sequence[str] = (), limit: int = 100) -> Page:
    """Read on after a cursor (None: from the oldest that is kept), optionally of some types only.

    Raises CursorExpiredError where events behind the cursor are not kept any more.
    """
    number_all()
    position = _position()
    if after is None:
        after = position.forgotten
    if after < position.forgotten or after > position.last_sequence:  # or of a database that was put back
        raise CursorExpiredError
    until = min(after + SPAN, position.last_sequence)
    events = Event.objects.filter(sequence__gt=after, sequence__lte=until).exclude(type=TEST_EVENT)
    if types:
        events = events.filter(type__in=types)
    found = list(events.order_by("sequence")[: limit + 1])
    if len(found) > limit:
        return Page(found[:limit], found[limit - 1].sequence or 0, has_more=True)
    return Page(found, max(after, until), has_more=until < position.last_sequence)


def forget(before: UUID, *, most: int) -> int:
    """Delete numbered events below a key, a bounded number at a time, and remember how far; give how many."""
    with transaction.atomic():
        position = _locked_position()
        old = Event.objects.filter(id__lt=before, sequence__isnull=False).order_by("id")
        rows = list(old.values_list("id", "sequence")[:most])
        if rows:
            position.forgotten = max(position.forgotten, *(sequence or 0 for _id, sequence in rows))
            position.save(update_fields=["forgotten"])
            Event.objects.filter(id__in=[pk for pk, _sequence in rows])._raw_delete("default")
    return len(rows)


def _position() -> FeedPosition:
    return FeedPosition.objects.filter(pk=1).first() or FeedPosition(pk=1)


def _locked_position() -> FeedPosition:
    FeedPosition.objects.bulk_create([FeedPosition(pk=1)], ignore_conflicts=True)
    return FeedPosition.objects.select_for_update().get(pk=1)
