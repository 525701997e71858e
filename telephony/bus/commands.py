"""What the product tells the switch's `ami` process.

Two streams for each node: ``dial`` (originates only, paced by the node's CPS limit) and ``control`` (everything
else, never behind a queue of originates). Instants are microseconds since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Originate:
    """Dial one customer. At most once: `ami` marks ``call_id`` before it sends, and refuses it after the deadline."""

    call_id: str
    schema: str
    campaign_id: int
    number: str
    """E.164 with the plus sign."""
    trunk: str
    caller_id: str
    queue: str
    ring_timeout_s: int
    issued_us: int
    deadline_us: int
    context: str = "dialer"


@dataclass(frozen=True, slots=True)
class HangUpCall:
    """End the customer's channel, if it is up."""

    call_id: str
    schema: str
    reason: str


@dataclass(frozen=True, slots=True)
class LogInOperator:
    """Open the operator's standing leg and put him into the queues; he becomes free when the leg is up and ``free``.

    ``queues`` gives each queue's penalty. ``session`` is the shift's id and comes back in every event about the leg.
    The wish is kept on the node: a leg lost with a restarting switch is opened again.
    """

    schema: str
    operator: str
    session: str
    endpoint: str
    queues: dict[str, int] = field(default_factory=dict)
    free: bool = True


@dataclass(frozen=True, slots=True)
class LogOutOperator:
    """Take the operator out of all queues and hang his leg up."""

    schema: str
    operator: str
    session: str


@dataclass(frozen=True, slots=True)
class SetOperatorFree:
    """Free, or occupied (wrap-up, pause). Only the product ever frees an operator; freeing wakes waiting callers."""

    schema: str
    operator: str
    session: str
    free: bool
    reason: str = ""


DialCommand = Originate
ControlCommand = HangUpCall | LogInOperator | LogOutOperator | SetOperatorFree

DIAL_TYPES: Mapping[str, type[DialCommand]] = {"Originate": Originate}
CONTROL_TYPES: Mapping[str, type[ControlCommand]] = {
    kind.__name__: kind for kind in (HangUpCall, LogInOperator, LogOutOperator, SetOperatorFree)
}
