"""The colour and shape of a call's state or outcome, in lists and on its page."""

from __future__ import annotations

from calls.models import Call

_STATES = {"created": "off", "dialing": "ring", "ringing": "ring", "waiting": "bad", "talking": "talk"}
_OUTCOMES = {"connected": "free", "abandoned": "bad", "invalid": "bad", "failed": "bad", "congestion": "bad"}


def tone(call: Call) -> str:
    return _OUTCOMES.get(call.outcome, "off") if call.outcome else _STATES.get(call.state, "off")
