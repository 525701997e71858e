"""The colour and shape of a call's state or outcome, in lists and on its page."""

from __future__ import annotations

from typing import Protocol

_STATES = {"created": "off", "dialing": "ring", "ringing": "ring", "waiting": "bad", "talking": "talk"}
_OUTCOMES = {"connected": "free", "abandoned": "bad", "invalid": "bad", "failed": "bad", "congestion": "bad"}


class Shown(Protocol):
    """What is read of a call: a CallState, and an Outcome once it has ended."""

    @property
    def state(self) -> str: ...
    @property
    def outcome(self) -> str: ...


def tone(call: Shown) -> str:
    return _OUTCOMES.get(call.outcome, "off") if call.outcome else _STATES.get(call.state, "off")
