"""What the consumer of events hands over of the nodes themselves: they came up, a test call has ended."""

from __future__ import annotations

from collections.abc import Sequence

from redis import Redis

from telephony import test_calls
from telephony.bus.events import NodeEvent, NodeUp, TestCallEnded
from telephony.provisioning import publish_wanted


def apply(events: Sequence[NodeEvent], *, redis: Redis) -> None:
    """Take them in; a repetition changes nothing. Raises redis.RedisError and what the database raises."""
    if any(isinstance(event, NodeUp) for event in events):
        publish_wanted(redis=redis)
    test_calls.apply([event for event in events if isinstance(event, TestCallEnded)], redis=redis)
