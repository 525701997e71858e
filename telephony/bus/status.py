"""A node's health, as its `ami` process writes it every second."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

STATUS_TTL_S = 4


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """State of one switch node.

    ``state``: connecting | up | frozen | refused (nobody listens) | authentication (wrong user or password) | stopped
    """

    node: str
    state: str
    since_us: int
    at_us: int
    cps_limit: int
    channel_limit: int
    channels: int = 0
    """Customer channels in use or about to be."""
    ack_ms: float = 0.0
    """Latency of the switch's acknowledgements, a moving average."""
    version: str = ""
    detail: str = ""
    phone_url: str = ""
    """Where browsers register, SIP over WebSocket; "": the node makes no phones, its legs ring what is there."""

    @property
    def up(self) -> bool:
        return self.state == "up"

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> NodeStatus:
        return cls(**json.loads(text))
