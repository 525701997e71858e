"""Names that the product and the switch share. Pure."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

CALL_VARIABLES = frozenset(
    {
        "AMD",  # "" (off) | hangup | message: what becomes of a machine
        "AMDOPTS",  # the arguments of the dialplan's AMD()
        "AMDSOUND",  # played to a machine, then hung up
        # Path of the recording, relative to the recordings folder; of a number: the share of its calls that are
        # recorded, in per cent. "": not recorded from the start.
        "REC",
        "RECSAY",  # sound that announces the recording
        "NOFREE",  # sound for a customer whom nobody can take
        "QTIMEOUT",  # seconds in the queue
    }
)
"""Channel variables that a campaign sets on its calls (asterisk/extensions.conf). Sounds are names without suffix:
``cadencia/<name>`` the defaults, ``company/<schema>/<name>`` a company's own."""


def operator_interface(operator: str) -> str:
    """The queue member that stands for an operator's standing leg (topology H)."""
    return f"Local/{operator}@op/n"


def operator_device(operator: str) -> str:
    """The device whose state only the product sets free."""
    return f"Custom:op-{operator}"


def operator_endpoint(operator: str) -> str:
    return f"PJSIP/{operator}"


def recording_path(schema: str, call_id: str) -> str:
    """Where the switch records a call, relative to the recordings folder: by company and the call's day (UTC)."""
    milliseconds = UUID(call_id).int >> 80
    day = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{schema}/{day:%Y/%m/%d}/{call_id}.wav"


def inbound_call_id(node: str, uniqueid: str) -> str:
    """The id of a call that came in: a UUIDv7 made of the switch's Uniqueid (``[system-]seconds.serial``).

    Raises ValueError for a Uniqueid of another form.
    """
    seconds = int(uniqueid.rpartition("-")[2].partition(".")[0])
    digest = int.from_bytes(hashlib.sha256(f"{node} {uniqueid}".encode()).digest()[:10], "big")
    value = (seconds * 1000 & ((1 << 48) - 1)) << 80 | digest
    value = value & ~(0xF << 76) | 0x7 << 76  # version 7
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant of RFC 9562
    return str(UUID(int=value))
