"""Redis keys of the live layer; all carry the schema."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

EVERYBODY = 0
"""In place of a user id on a control channel: all of the company."""


def sequence(schema: str, topic: str) -> str:
    """Counter: the number of the topic's last published event."""
    return f"live:{schema}:seq:{topic}"


def channel(schema: str, topic: str) -> str:
    """Pub/sub channel of a topic's events, which the hub of each web process listens on."""
    return f"{_database()}:live:{schema}:events:{topic}"


def control_channel(schema: str) -> str:
    """Pub/sub channel of user ids whose sockets have to prove their session again."""
    return f"{_database()}:live:{schema}:control"


@cache
def _database() -> str:
    """Redis's database number: channels, unlike keys, are shared by all databases of one server."""
    return f"db{urlsplit(settings.REDIS_URL).path.strip('/') or '0'}"
