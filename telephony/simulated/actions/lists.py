"""Lists of channels and device states: what is up now."""

from __future__ import annotations

from telephony.simulated.channels import Channel
from telephony.simulated.session import Session
from telephony.simulated.wire import Packet, list_complete, list_item, list_start


def status(session: Session, packet: Packet) -> None:
    """Status of all channels, or of one; `Variables` names variables to add."""
    core, action_id = session.core, packet.action_id
    name = packet.get("channel")
    channels = core.channels.all()
    if name:
        channel = core.channels.find(name)
        if channel is None:
            session.error(packet, "No such channel")
            return
        channels = [channel]
    wanted = [variable for variable in packet.get("variables").split(",") if variable]
    parts = [list_start(action_id, "Channel status will follow")]
    for channel in channels:
        extra = "".join(f"Variable: {item}={channel.variables.get(item, '')}\r\n" for item in wanted)
        body = (
            f"Privilege: call,all\r\n{channel.lines()}Type: {channel.name.partition('/')[0]}\r\nDNID: \r\n"
            f"EffectiveConnectedLineNum: <unknown>\r\nEffectiveConnectedLineName: <unknown>\r\nTimeToHangup: 0\r\n"
            f"BridgeID: {channel.bridge_id}\r\nApplication: {channel.application}\r\nData: \r\n"
            f"Seconds: {_age_s(session, channel)}\r\n{extra}"
        )
        parts.append(list_item(action_id, "Status", body))
    parts.append(list_complete(action_id, "StatusComplete", len(channels), f"Items: {len(channels)}\r\n"))
    session.send("".join(parts))


def core_show_channels(session: Session, packet: Packet) -> None:
    action_id = packet.action_id
    channels = session.core.channels.all()
    parts = [list_start(action_id, "Channels will follow")]
    for channel in channels:
        minutes, seconds = divmod(_age_s(session, channel), 60)
        hours, minutes = divmod(minutes, 60)
        body = (
            f"{channel.lines()}BridgeId: {channel.bridge_id}\r\nApplication: {channel.application}\r\n"
            f"ApplicationData: \r\nDuration: {hours:02d}:{minutes:02d}:{seconds:02d}\r\n"
        )
        parts.append(list_item(action_id, "CoreShowChannel", body))
    parts.append(list_complete(action_id, "CoreShowChannelsComplete", len(channels)))
    session.send("".join(parts))


def device_states(session: Session, packet: Packet) -> None:
    states = session.core.device_states
    parts = [list_start(packet.action_id, "Device State Changes will follow")]
    for device, state in states.items():
        parts.append(list_item(packet.action_id, "DeviceStateChange", f"Device: {device}\r\nState: {state}\r\n"))
    parts.append(list_complete(packet.action_id, "DeviceStateListComplete", len(states)))
    session.send("".join(parts))


def _age_s(session: Session, channel: Channel) -> int:
    return int(session.core.now() - channel.created_at)
