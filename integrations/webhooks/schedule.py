"""When a message is tried again, how long a failing endpoint is left alone, and when it is given up. Pure.

Two waits work together. A message has a row of growing waits that takes a day. An endpoint that failed is left alone
for a while, whatever waits for it: then one message goes first, and the others follow once it has arrived. So an
endpoint that is down costs one connection every few minutes, however much is waiting for it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 7 * 3600, 10 * 3600)
)  # fmt: skip
"""Between the attempts of a message: eight attempts over a little more than a day."""
MOST_TRIES = len(WAITS) + 1
JITTER = 0.1
"""A wait is up to this share longer: what failed together does not come back together."""
GIVE_UP_AFTER = timedelta(days=1)
"""An endpoint that has failed for this long, and lost a message, is stopped."""
LONGEST_HOLD = timedelta(minutes=5)
_FIRST_HOLD = timedelta(seconds=5)
LONGEST_RETRY_AFTER = timedelta(hours=12)
"""What a receiver may ask for; more is taken as this."""


def next_attempt(tries: int, now: datetime, *, chance: float, retry_after: timedelta | None = None) -> datetime | None:
    """Say when a message is tried again after ``tries`` failed attempts; None: never by itself.

    ``chance``: random, 0..1, for the jitter. ``retry_after``: what the receiver asked for; never tried before.
    """
    if tries >= MOST_TRIES:
        return None
    wait: timedelta = WAITS[max(tries, 1) - 1] * (1 + JITTER * chance)
    return now + max(wait, min(retry_after or timedelta(0), LONGEST_RETRY_AFTER))


def hold(failures: int, *, retry_after: timedelta | None = None) -> timedelta:
    """Say how long an endpoint is left alone after this many failures in a row: 5 s, doubled up to five minutes."""
    doubled = min(_FIRST_HOLD * (1 << min(max(failures, 1) - 1, 16)), LONGEST_HOLD)
    return max(doubled, min(retry_after or timedelta(0), LONGEST_RETRY_AFTER))


def is_dead(failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint that has just lost a message has failed for too long."""
    return failing_since is not None and now - failing_since >= GIVE_UP_AFTER


def parse_retry_after(value: str, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110, 10.2.3: seconds or a date). None: there is none, or it is nonsense."""
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(at.astimezone(UTC) - now, timedelta(0)) if at.tzinfo else None
