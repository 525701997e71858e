"""What a node has now: its trunks, phones and queues, as its `ami` process writes it every second."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class TrunkState:
    """``state``: up | unreachable | rejected (wrong user or password) | unknown (not asked, or not heard yet)"""

    name: str
    state: str
    since_us: int = 0
    channels: int = 0
    round_trip_ms: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PhoneState:
    """``state``: ready (may register) | registered | unreachable | unregistered"""

    phone: str
    schema: str
    session: str
    state: str
    since_us: int = 0
    leg_up: bool = False


@dataclass(frozen=True, slots=True)
class QueueState:
    name: str
    waiting: int = 0
    talking: int = 0
    members: int = 0
    free: int = 0


@dataclass(frozen=True, slots=True)
class NodeParts:
    node: str
    at_us: int
    trunks: list[TrunkState] = field(default_factory=list)
    phones: list[PhoneState] = field(default_factory=list)
    queues: list[QueueState] = field(default_factory=list)

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> NodeParts:
        read: dict[str, Any] = json.loads(text)
        return cls(
            node=read["node"],
            at_us=read["at_us"],
            trunks=[TrunkState(**one) for one in read["trunks"]],
            phones=[PhoneState(**one) for one in read["phones"]],
            queues=[QueueState(**one) for one in read["queues"]],
        )
