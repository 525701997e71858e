"""Actions on calls: originate, hang up, redirect, bridge, play a digit."""

from __future__ import annotations

from telephony.simulated import dialing
from telephony.simulated.channels import Channel
from telephony.simulated.originate import OriginateRequest
from telephony.simulated.session import Session
from telephony.simulated.wire import Packet, parse_caller_id, parse_variables

QUEUED = "Originate successfully queued"
DEFAULT_TIMEOUT_MS = 30_000


def originate_call(session: Session, packet: Packet) -> None:
    """Check as Asterisk does, acknowledge, and dial; a synchronous one answers only with the result."""
    if fault := _originate_fault(session, packet):
        session.error(packet, fault)
        return
    if delay := session.originate_delay():
        session.postpone(packet, delay)
        return
    request = _request(packet)
    if packet.get("async").lower() in ("true", "yes", "on", "1", "y", "t"):
        session.ack(packet, QUEUED)
    else:
        request.on_result = session.hold_until_result(packet, QUEUED, "Originate failed")
    dialing.place(session.core, request)


def _originate_fault(session: Session, packet: Packet) -> str:
    technology, _, peer = packet.get("channel").partition("/")
    context, exten, priority = packet.get("context"), packet.get("exten"), packet.get("priority")
    timeout = packet.get("timeout")
    faults = (
        (not packet.get("channel"), "Channel not specified"),
        (bool(priority) and not priority.isdigit(), "Invalid priority"),
        (bool(timeout) and not timeout.isdigit(), "Invalid timeout"),
        (technology != "PJSIP" or not peer, "Invalid channel"),
        (bool(packet.get("application")), "Originate Access Forbidden: app or data blacklisted"),
        (not (context and exten and priority), "Originate with 'Exten' requires 'Context' and 'Priority'"),
        (not place_exists(session, context, exten), "Extension does not exist."),
    )
    return next((message for broken, message in faults if broken), "")


def place_exists(session: Session, context: str, exten: str) -> bool:
    """Is that extension in the dialplan?"""
    if context == "dialer":
        return exten.startswith(session.core.config.queue_prefix)
    if context == "lhold":
        return exten == "s"
    # `_X.` wants two characters at least.
    return context in ("op-login", "op", "lbr", "ask", "direct") and exten[:1].isdigit() and len(exten) > 1


def _request(packet: Packet) -> OriginateRequest:
    number, name = parse_caller_id(packet.get("callerid"))
    return OriginateRequest(
        action_id=packet.action_id,
        peer=packet.get("channel").partition("/")[2],
        channel_id=packet.get("channelid"),
        context=packet.get("context"),
        exten=packet.get("exten"),
        priority=int(packet.get("priority")),
        timeout_s=int(packet.get("timeout") or DEFAULT_TIMEOUT_MS) / 1000,
        caller_num=number,
        caller_name=name,
        variables=parse_variables(packet.all("variable")),
    )


def hangup(session: Session, packet: Packet) -> None:
    channel = _channel(session, packet, "channel", missing="No channel specified", unknown="No such channel")
    if channel is None:
        return
    cause = packet.get("cause")
    session.ack(packet, "Channel Hungup")
    session.core.events.channel("SoftHangupRequest", channel, f"Cause: {cause or 16}\r\n")
    end_channel(session, channel, int(cause) if cause.isdigit() else 16)


def end_channel(session: Session, channel: Channel, cause: int) -> None:
    """Hang up whatever that channel is."""
    core = session.core
    if customer := core.customers.get(channel.uniqueid):
        customer.hang_up(hangup_by="dialer", cause=cause)
    elif leg := core.operator_legs.get(channel.uniqueid):
        leg.hang_up(hangup_by="dialer", cause=cause)
    elif connection := core.connections.get(channel.uniqueid):
        connection.operator_side_ended()
    else:
        for connection in list(core.connections.values()):
            if connection.first is channel:
                connection.operator_side_ended()


NOT_SIMULATED = frozenset({"consult", "joined", "lroom", "outside", "room3", "spy", "tap", "xfer"})
"""Contexts of the real dialplan that nobody has here: asked for, they are refused and nothing happens."""


def redirect(session: Session, packet: Packet) -> None:
    """Send a channel elsewhere. Of a Local channel's second half `lhold` and `lbr` are known, of an operator's leg
    `ask` (a colleague's leg) and its waiting; any other place, as an extension that doesn't exist, ends it."""
    if packet.get("context") in NOT_SIMULATED or packet.get("extrachannel"):
        session.error(packet, f"{packet.get('context')} is not simulated")
        return
    channel = _channel(
        session, packet, "channel", missing="Channel not specified", unknown="Channel does not exist: {}"
    )
    if channel is None:
        return
    core, context, exten = session.core, packet.get("context"), packet.get("exten")
    leg = core.operator_legs.get(channel.uniqueid)
    if leg is not None and leg.connection is not None and context in ("ask", "op-login"):
        session.error(packet, "Redirect failed, channel not up.")
        return
    session.ack(packet, "Redirect successful")
    connection = core.connections.get(channel.uniqueid)
    customer = core.customers.get(channel.uniqueid)
    if customer:
        core.acd.redirect(customer, context, exten)
    elif leg is not None and context == "op-login":
        leg.wait_again()
    elif leg is not None and context == "ask":
        leg.ask(core.live_leg(exten))
    elif connection is None or not connection.connected_at or not place_exists(session, context, exten):
        end_channel(session, channel, 16)
    elif context == "lhold":
        connection.hold()
    elif context == "lbr":
        connection.bridge_with(exten)
    else:
        end_channel(session, channel, 16)


def bridge(session: Session, packet: Packet) -> None:
    """Bridge two operators' legs for a consultation."""
    core = session.core
    legs = []
    for header in ("channel1", "channel2"):
        channel = core.channels.find(packet.get(header))
        if not packet.get(header):
            session.error(packet, "Missing channel parameter in request")
            return
        if channel is None:
            session.error(packet, f"{header.capitalize()} does not exists")
            return
        legs.append(core.operator_legs.get(channel.uniqueid))
    first, second = legs
    if first is None or second is None or not first.consult(second):
        session.error(packet, "Unable to add Channel2 to bridge")
        return
    session.ack(packet, "Channels have been bridged")


def play_dtmf(session: Session, packet: Packet) -> None:
    """Play a digit to a channel, or with Receive=true as if it had sent it: that wakes a caller who waits."""
    channel = _channel(session, packet, "channel", missing="Channel not found", unknown="Channel not found")
    if channel is None:
        return
    digit = packet.get("digit")
    if not digit:
        session.error(packet, "No digit specified")
        return
    received = packet.get("receive").lower() in ("true", "yes", "on", "1")
    session.ack(packet, "DTMF successfully queued")
    core = session.core
    direction = "Received" if received else "Sent"
    core.events.channel("DTMFEnd", channel, f"Digit: {digit[0]}\r\nDurationMs: 100\r\nDirection: {direction}\r\n")
    customer = core.customers.get(channel.uniqueid)
    if received and customer:
        core.acd.wake(customer)


def _channel(session: Session, packet: Packet, header: str, *, missing: str, unknown: str) -> Channel | None:
    name = packet.get(header)
    if not name:
        session.error(packet, missing)
        return None
    channel = session.core.channels.find(name)
    if channel is None:
        session.error(packet, unknown.format(name))
    return channel
