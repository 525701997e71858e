"""Who may be told what: every event goes to topics, every socket listens to one of those that its viewer may see.

A topic is ``wallboard`` (supervisors and masters), ``person:<user id>`` (one person's own news, as his shift's),
``platform`` or ``logs`` (global admins). Its kind, the part before the colon, names the snapshot (live.snapshots).
"""

from __future__ import annotations

from dataclasses import dataclass

WALLBOARD = "wallboard"
PLATFORM = "platform"
LOGS = "logs"
"""Every line that the product's processes log: global admins only."""


def person(user_id: int) -> str:
    return f"person:{user_id}"


def kind(topic: str) -> str:
    """Give the kind of a topic: ``person:5`` → ``person``."""
    return topic.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks: a person of one schema, with the topics that his role may see, the usual one first."""

    schema: str
    user_id: int
    topics: tuple[str, ...]
    language: str
