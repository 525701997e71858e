"""Setvar and Getvar: channel and global variables, and the few dialplan functions that the product uses."""

from __future__ import annotations

from telephony.simulated.queues import DEVICE_STATUS
from telephony.simulated.session import Session
from telephony.simulated.wire import Packet, response

VERSION = "20.15.0"


def setvar(session: Session, packet: Packet) -> None:
    name, value = packet.get("variable"), packet.get("value")
    core = session.core
    if not name:
        session.error(packet, "No variable specified")
        return
    if packet.get("channel"):
        channel = core.channels.find(packet.get("channel"))
        if channel is None:
            session.error(packet, "No such channel")
            return
        if name == "NEXT" and value and not _leads_somewhere(session, value):
            session.error(packet, f"{value}: not simulated")
            return
        channel.variables[name.lstrip("_")] = value
        channel.changed()
    elif device := _argument(name, "DEVICE_STATE"):
        if not device.startswith("Custom:") or value.upper() not in DEVICE_STATUS:
            session.error(packet, "Variable not set")
            return
        session.ack(packet, "Variable Set")
        core.acd.set_device_state(device, value.upper())
        return
    elif "(" in name:
        session.error(packet, "Variable not set")
        return
    else:
        core.global_variables[name] = value
    session.ack(packet, "Variable Set")


def _leads_somewhere(session: Session, place: str) -> bool:
    """A customer is never sent where this switch has nothing."""
    context, exten, *_ = [*place.split(","), ""]
    return context == "dialer" and session.core.acd.queue(exten) is not None


def getvar(session: Session, packet: Packet) -> None:
    name = packet.get("variable")
    core = session.core
    if not name:
        session.error(packet, "No variable specified")
        return
    if packet.get("channel"):
        channel = core.channels.find(packet.get("channel"))
        if channel is None:
            session.error(packet, "No such channel")
            return
        value = channel.variables.get(name.lstrip("_"), "")
    else:
        value = _global_value(session, name)
    session.send(response(packet.action_id, "Success", headers=f"Variable: {name}\r\nValue: {value}\r\n"))


def _global_value(session: Session, name: str) -> str:
    core = session.core
    if device := _argument(name, "DEVICE_STATE"):
        return core.acd.device_state(device)
    if channel_name := _argument(name, "CHANNEL_EXISTS"):
        return str(int(core.channels.find(channel_name) is not None))
    if name.startswith("VERSION("):
        return VERSION
    if name.startswith("OPCH_"):
        leg = core.operator_channels.get(name.removeprefix("OPCH_"))
        return leg.channel.name if leg else ""
    return core.global_variables.get(name, "")


def _argument(expression: str, function: str) -> str:
    """``Custom:op-1`` of ``DEVICE_STATE(Custom:op-1)``; empty when it is another function or none."""
    head, bracket, rest = expression.partition("(")
    return rest.removesuffix(")") if bracket and head == function else ""
