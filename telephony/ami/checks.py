"""What the values of control commands must look like before anything of them is used. Pure.

A value that reaches an AMI header, a channel name, a Redis key or a path is checked by the name of its field; a field
without a rule here must be harmless in itself.
"""

from __future__ import annotations

import dataclasses
import re

from telephony.bus.commands import ControlCommand

QUEUE = re.compile(r"[A-Za-z0-9_-]{1,120}")
TEXT = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,200}")
TRUNK = re.compile(r"[A-Za-z0-9_.-]{0,80}")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
EXTENSION = re.compile(r"\d{1,20}", re.ASCII)
CHECKS: dict[str, re.Pattern[str]] = {
    "schema": re.compile(r"[a-z0-9_]{1,63}"),
    "call_id": re.compile(r"[0-9a-fA-F-]{36}"),
    "operator": EXTENSION,
    "phone": EXTENSION,
    "session": re.compile(r"[A-Za-z0-9_-]{1,64}"),
    "endpoint": re.compile(r"PJSIP/[A-Za-z0-9_.-]{1,80}(@[A-Za-z0-9_.-]{1,80})?"),
    "reason": TEXT,
    "name": TEXT,
    "secret": re.compile(r"[A-Za-z0-9_.~-]{0,128}"),
    "consult_id": UUID,
    "leg": re.compile(f"({UUID.pattern})?"),
    "test_id": re.compile(r"[A-Za-z0-9_-]{1,64}"),
    "kind": re.compile(r"operator|queue|outside"),
    "target": re.compile(r"\+?[A-Za-z0-9_-]{1,120}"),
    "number": re.compile(r"\+[1-9]\d{6,14}", re.ASCII),
    "trunk": TRUNK,
    "caller_id": re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff,;|\"]{0,80}"),
    "digits": re.compile(r"[0-9*#A-D]{1,32}"),
    "action": re.compile(r"start|pause|resume|stop"),
    "path": re.compile(r"([a-z0-9_]{1,63}/\d{4}/\d{2}/\d{2}/[0-9a-fA-F-]{36}\.wav)?", re.ASCII),
    "mode": re.compile(r"listen|whisper|barge"),
}
NUMBERS: dict[str, tuple[int, int]] = {
    "ring_timeout_s": (1, 300),
    "within_ms": (0, 60_000),
    "deadline_us": (0, 1 << 62),
}
"""The least and the most of whole numbers."""
SECRETS = frozenset({"secret"})


def fault_of(command: ControlCommand) -> str:
    """Say what is wrong with a command's values, "" for a sound one. Never shows a secret."""
    for field in dataclasses.fields(command):
        if fault := _field_fault(field.name, getattr(command, field.name)):
            return fault
    return ""


def _field_fault(name: str, value: object) -> str:
    shown = "***" if name in SECRETS else repr(value)
    if pattern := CHECKS.get(name):
        return "" if isinstance(value, str) and pattern.fullmatch(value) else f"{name}: {shown}"
    if limits := NUMBERS.get(name):
        return "" if type(value) is int and limits[0] <= value <= limits[1] else f"{name}: {shown}"
    if name == "free":
        return "" if type(value) is bool else f"free: {shown}"
    if name == "queues":
        queues = value if isinstance(value, dict) else {"": value}
        wrong = [queue for queue, penalty in queues.items() if not _is_queue(queue, penalty)]
        return f"queues: {wrong!r}" if wrong else ""
    return ""


def _is_queue(queue: object, penalty: object) -> bool:
    return isinstance(queue, str) and QUEUE.fullmatch(queue) is not None and type(penalty) is int and penalty >= 0
