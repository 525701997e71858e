"""A conversation while it lasts: who talks, by which handle, on hold or not, with whom else. Pure.

What the switch itself can tell after a restart (the handle, who is bridged with whom) is asked of it; the rest is
kept in Redis while there is any (`Talk.worth_keeping`).
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

THIRD = "con-"
"""Uniqueid of a consulted party outside: this, and the consultation's id."""
TALKED = frozenset({"ANSWER", "SUCCESS"})
"""What Dial and Bridge say of a customer who talked with whom he was handed to."""


@dataclass(slots=True)
class Consult:
    """``state``: dialing | up | conference. ``leg``: the Uniqueid of the third party's channel."""

    id: str
    kind: str
    target: str
    leg: str
    state: str = "dialing"
    made: bool = False
    """The switch has made that channel."""
    gathering: bool = False
    """They were asked into a room: some of them may be there."""

    @property
    def in_room(self) -> bool:
        return self.gathering or self.state == "conference"

    @property
    def with_operator(self) -> bool:
        return self.kind == "operator"


@dataclass(slots=True)
class Transfer:
    """A blind transfer by ``operator`` that hasn't come to its end."""

    operator: str
    kind: str
    target: str
    answered: bool = False
    unsure: bool = False
    """Asked for, and no answer came: it may have been done."""


@dataclass(slots=True)
class Talk:
    """Of one call, from its first connection to its end. ``operator`` is "" when nobody of ours talks any more."""

    call_id: str
    operator: str
    handle: str
    held_us: int = 0
    consult: Consult | None = None
    transfer: Transfer | None = None
    completing: Consult | None = None
    """Customer and third party are being put together; the operator is out."""
    bound_for: str = ""
    """The operator whom the handle is being moved to."""
    kept: bool = False

    @property
    def worth_keeping(self) -> bool:
        return bool(self.held_us or self.consult or self.transfer or self.completing)

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Talk:
        """Raises ValueError, TypeError or KeyError for what is no talk."""
        read = json.loads(text)
        for name in ("consult", "completing"):
            read[name] = Consult(**read[name]) if read[name] else None
        read["transfer"] = Transfer(**read["transfer"]) if read["transfer"] else None
        return cls(**read)
