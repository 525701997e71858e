"""Redis keys of the live layer; all carry the schema."""

from __future__ import annotations


def sequence(schema: str) -> str:
    """Counter: the number of the schema's last published event."""
    return f"live:{schema}:seq"


def channel(schema: str) -> str:
    """Pub/sub channel that the hub of each web process listens on."""
    return f"live:{schema}:events"
