"""What a live page begins with. Each kind of topic has one snapshot, registered by the app that can see all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import translation
from django_tenants.utils import schema_context

from live import topics
from live.publish import last_sequence
from live.topics import Viewer

Snapshot = Callable[[str, Viewer], dict[str, Any]]
"""``(schema, viewer)`` → JSON-able state. Runs in synchronous code with the schema active.

May depend on the topic and on the viewer's language only: viewers of one topic share what was read for one of them
(live.sharing). Of ``person:<id>`` that is one person.
"""

_registered: dict[str, Snapshot] = {}


class NoSnapshotError(LookupError):
    """Nobody registered a snapshot for this kind of topic: an app's ready() is missing."""


def register(kind: str, snapshot: Snapshot) -> None:
    """Make ``snapshot`` the beginning of the pages of a kind of topic (``wallboard``, ``person``, ``platform``)."""
    _registered[kind] = snapshot


def unregister(kind: str) -> None:
    _registered.pop(kind, None)


def take(topic: str, viewer: Viewer) -> tuple[int, dict[str, Any]]:
    """Give the topic's state and the number of the last event that it surely contains.

    Events with greater numbers may be in it too; they carry absolute values, so seeing them again changes nothing.
    Raises NoSnapshotError, and whatever the database and Redis raise when they are away.
    """
    try:
        snapshot = _registered[topics.kind(topic)]
    except KeyError as error:
        raise NoSnapshotError(topic) from error
    sequence = last_sequence(viewer.schema, topic)
    with schema_context(viewer.schema), translation.override(viewer.language):
        return sequence, snapshot(viewer.schema, viewer)
