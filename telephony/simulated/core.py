"""What every part of the switch shares: time, events, channels, records, and who is who."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from telephony.simulated.channels import Channel, ChannelRegistry
from telephony.simulated.config import SwitchConfig
from telephony.simulated.events import EventBus
from telephony.simulated.journal import Journal

if TYPE_CHECKING:
    from telephony.simulated.acd import Acd
    from telephony.simulated.connections import Connection
    from telephony.simulated.customers import CustomerLeg
    from telephony.simulated.operators import OperatorLeg


class SwitchCore:
    """The switch's inner world. Must be made inside a running event loop."""

    acd: Acd

    def __init__(self, config: SwitchConfig) -> None:
        self.config = config
        self.scenario = config.scenario
        self.loop = asyncio.get_running_loop()
        self.started_at = time.time()
        self.events = EventBus(config.event_filter)
        self.channels = ChannelRegistry(config.channel_variables)
        self.journal = Journal(config.state_dir)
        self.counts: Counter[str] = Counter()
        """dialed, duplicate, unknown_endpoint, answered, connected, unattended, ended, actions."""
        self.attempts: Counter[str] = Counter()
        """How often each number was dialed since the start."""
        self.customers: dict[str, CustomerLeg] = {}
        self.operator_legs: dict[str, OperatorLeg] = {}
        """By channel id, every leg that is up or being opened."""
        self.operator_channels: dict[str, OperatorLeg] = {}
        """The dialplan's OPCH_<operator>: the leg that came up last."""
        self.connections: dict[str, Connection] = {}
        """By the id of the Local channel's second half."""
        self.device_states: dict[str, str] = {}
        self.global_variables: dict[str, str] = {}

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def after(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        """Do ``act`` after that many seconds of the simulated world."""
        return self.loop.call_later(seconds / self.config.speed, act)

    def soon(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        """Do ``act`` after the switch's own working time, which no speed factor shortens."""
        return self.loop.call_later(seconds, act)

    def live_leg(self, operator: str) -> OperatorLeg | None:
        """The operator's standing leg if it is up."""
        leg = self.operator_channels.get(operator)
        return leg if leg and leg.is_up else None

    def log_event(
        self,
        kind: str,
        channel: Channel,
        *,
        exten: str | None = None,
        cause: int | None = None,
        tech_cause: str = "",
        hangup_by: str = "",
    ) -> None:
        """Write one line of the switch's own event log."""
        self.journal.event(
            kind,
            self.now(),
            uniqueid=channel.uniqueid,
            linkedid=channel.linkedid,
            channel=channel.name,
            exten=channel.exten if exten is None else exten,
            cause="" if cause is None else str(cause),
            tech_cause=tech_cause,
            hangup_by=hangup_by,
        )
