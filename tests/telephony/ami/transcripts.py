"""Recorded AMI sessions, as messages."""

from __future__ import annotations

from pathlib import Path

from telephony.ami.client import Headers, read_message
from telephony.bus.commands import Originate

FOLDER = Path(__file__).parents[2] / "fixtures" / "ami"
CALL_ID = "0196f0c2-0000-7000-8000-000000000001"
ORDER = Originate(CALL_ID, "acme", 7, "+5511987650001", "carrier", "1130001000", "q0001", 3, 1, 2)


def messages(name: str) -> list[Headers]:
    """The events of one transcript, in the order in which they came."""
    blocks = (FOLDER / f"{name}.ami").read_bytes().split(b"\r\n\r\n")
    found = [message for block in blocks if (message := read_message(block)) is not None]
    return [message for message in found if "event" in message]
