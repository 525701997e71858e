"""Settings of one simulated switch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from telephony.simulated.scenario import BUILT_IN, Scenario

ACCOUNT_EVENTS = frozenset(
    """
    Newchannel Newstate Hangup HangupRequest SoftHangupRequest DialState DialEnd OriginateResponse BridgeEnter
    BridgeLeave
    QueueCallerJoin QueueCallerLeave QueueCallerAbandon AgentCalled AgentConnect AgentComplete AgentRingNoAnswer
    QueueMemberStatus QueueMemberPause QueueMemberAdded QueueMemberRemoved QueueParams QueueMember QueueEntry
    QueueStatusComplete ConfbridgeJoin ConfbridgeLeave UserEvent DTMFEnd ContactStatus MixMonitorStart MixMonitorStop
    MixMonitorMute ChanSpyStart ChanSpyStop FullyBooted Shutdown Reload CoreShowChannel CoreShowChannelsComplete
    MusicOnHoldStart
    """.split()  # noqa: SIM905 - forty names read better as text
)
"""The include-list of event filters of the product's AMI account."""


@dataclass(frozen=True, slots=True)
class SwitchConfig:
    """``speed`` divides every duration of the world (ringing, talking, the queue's timeout), never a clock."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: one that is free; the switch's `port` says which."""
    user: str = "cadencia"
    secret: str = "cadencia"  # noqa: S105 - a simulation guards nothing
    seed: int = 1
    speed: float = 1.0
    state_dir: Path | None = None
    """Where dialed.jsonl and cel.csv are appended; None keeps no record."""
    scenario: Scenario = field(default_factory=lambda: BUILT_IN["demo"])
    max_cps: float = 0.0
    """Originates taken per second; more make their acknowledgements late. 0: no limit."""
    max_channels: int = 0
    """Customer channels that the trunks carry at once; one more gets 503. 0: no limit."""
    read_classes: frozenset[str] = frozenset({"call", "agent", "user", "dtmf", "system"})
    write_classes: frozenset[str] = frozenset({"originate", "call", "agent"})
    """The product's least rights. CoreShowChannels, CoreStatus and CoreSettings need `reporting` too: use Status."""
    channel_variables: tuple[str, ...] = ("CALL_ID", "COMPANY", "CAMPAIGN_ID")
    event_filter: frozenset[str] | None = ACCOUNT_EVENTS
    """Names of the events that the account is given; None: all."""
    queue_prefix: str = "q"
    """Every queue of that prefix exists; no other does."""
    output_limit_bytes: int = 4_000_000
    """A reader that lets more than this pile up is cut off without a word."""
