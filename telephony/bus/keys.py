"""Every Redis key of the bus, in one place. A call id is unique over all companies; the messages carry the schema."""

from __future__ import annotations

EVENTS = "tel:events"
"""Stream: switch → product."""
EVENTS_GROUP = "calls"
COMMANDS_GROUP = "ami"

DIALED_TTL_S = 86_400
"""How long a dialed mark is kept: far longer than any command's deadline."""


def dial_stream(node: str) -> str:
    return f"tel:node:{node}:dial"


def control_stream(node: str) -> str:
    return f"tel:node:{node}:control"


def dialed_mark(call_id: str) -> str:
    """String, set NX before the Originate is sent. With it a call may have been dialed; without it, it was not."""
    return f"tel:dialed:{call_id}"


def inflight(node: str) -> str:
    """Hash: call id → JSON of its Originate, from the mark until its CallEnded is on the events stream."""
    return f"tel:node:{node}:inflight"


def arrivals(node: str) -> str:
    """Hash: call id of a call that came in, or of a leg outside → the Uniqueid of its channel, which isn't the same."""
    return f"tel:node:{node}:arrivals"


def talks(node: str) -> str:
    """Hash: call id → JSON of a conversation (telephony.ami.talks) that the switch alone couldn't tell whole."""
    return f"tel:node:{node}:talks"


def operators(node: str) -> str:
    """Hash: operator → JSON of the LogInOperator wish, with its latest `free`; what to restore after a restart."""
    return f"tel:node:{node}:operators"


TRUNKS = "tel:trunks"
"""JSON list of telephony.bus.wanted.Trunk: what every node's pjsip should have. Derived from the database."""
NUMBERS = "tel:numbers"
"""Hash: inbound number (E.164) → JSON of telephony.bus.wanted.Number. Derived from the database."""


def parts(node: str) -> str:
    """JSON of telephony.bus.parts.NodeParts: the node's trunks, phones and queues now, with a short expiry."""
    return f"tel:node:{node}:parts"


def phones(node: str) -> str:
    """Hash: supervisor's extension → JSON of the OpenPhone wish."""
    return f"tel:node:{node}:phones"


def trunks_loaded(node: str) -> str:
    """String: a digest of the trunks' file that the node's switch has read last."""
    return f"tel:node:{node}:trunks_loaded"


def numbers_put(node: str) -> str:
    """Set: digits of the numbers that the node's switch has been told of; what may have to be taken away."""
    return f"tel:node:{node}:numbers"


def node_status(node: str) -> str:
    """JSON of NodeStatus, with a short expiry: a missing one means that the node or its `ami` process is away."""
    return f"tel:node:{node}:status"


def cel_checkpoint(node: str) -> str:
    """What `ami` has proof of about the switch's own log (telephony/ami/cel.py), for its next process."""
    return f"tel:node:{node}:cel"
