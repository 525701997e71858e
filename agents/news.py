"""Telling operators' desks, after the commit."""

from __future__ import annotations

from django.db import transaction

from agents.browser_events import DeskChanged
from live.event import BrowserEvent
from live.publish import publish
from tenants.active import active_schema


def tell_desk(user_id: int, reason: str) -> None:
    """Have a person's desk ask for its state again (agents.browser_events.DeskChanged)."""
    tell(DeskChanged(user_id=user_id, reason=reason))


def tell(*events: BrowserEvent) -> None:
    """Publish events of the active schema."""
    schema = active_schema()
    transaction.on_commit(lambda: publish(schema, events))
