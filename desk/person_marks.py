"""What the tables of people, a company's and the platform's, show alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from common.moments import minute
from screens.escape import escaped
from screens.times import timed


def named(address: str, name: str, email: str) -> str:
    """The name, leading to ``address``, with the address of e-mail below it."""
    shown = escaped(email)
    return (
        f'<a class="strong" href="{address}">{escaped(name)}</a>'
        f'<div class="micro muted ell" title="{shown}">{shown}</div>'
    )


def last_log_in() -> Callable[[datetime | None], str]:
    """Give what writes an instant, or that there was none."""
    time, never = timed(minute), escaped(_("never"))
    return lambda at: time(at) if at else f'<span class="muted">{never}</span>'
