"""Names that the product and the switch share. Pure."""

from __future__ import annotations


def queue_name(schema: str, campaign_id: int) -> str:
    """The switch's queue of one campaign; also the extension that answered customers enter."""
    return f"q-{schema}-{campaign_id}"


def operator_interface(operator: str) -> str:
    """The queue member that stands for an operator's standing leg (topology H)."""
    return f"Local/{operator}@op/n"


def operator_device(operator: str) -> str:
    """The device whose state only the product sets free."""
    return f"Custom:op-{operator}"


def operator_endpoint(operator: str) -> str:
    return f"PJSIP/{operator}"
