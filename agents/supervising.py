"""What the switch reports of supervisors' phones."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from telephony.bus.events import CommandFailed, ListenChanged, PhoneChanged
from tenants.active import active_schema

log = logging.getLogger(__name__)


def apply_phone_events(events: Sequence[PhoneChanged | ListenChanged | CommandFailed]) -> None:
    """Take in reports of phones that are no operator's; those that failed are logged."""
    for event in events:
        if isinstance(event, CommandFailed):
            log.warning("%s: %s of %s: %s", active_schema(), event.command, event.operator, event.code)
