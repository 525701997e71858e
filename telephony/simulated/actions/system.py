"""Actions about the switch as a whole."""

from __future__ import annotations

import time

from telephony.simulated.actions.variables import VERSION
from telephony.simulated.session import Session
from telephony.simulated.wire import Packet, response

AMI_VERSION = "9.0.0"


def core_status(session: Session, packet: Packet) -> None:
    core = session.core
    started = time.gmtime(core.started_at)
    day, hour = time.strftime("%Y-%m-%d", started), time.strftime("%H:%M:%S", started)
    headers = (
        f"CoreStartupDate: {day}\r\nCoreStartupTime: {hour}\r\nCoreReloadDate: {day}\r\nCoreReloadTime: {hour}\r\n"
        f"CoreCurrentCalls: {len(core.customers) + len(core.operator_legs)}\r\n"
    )
    session.send(response(packet.action_id, "Success", headers=headers))


def core_settings(session: Session, packet: Packet) -> None:
    headers = (
        f"AMIversion: {AMI_VERSION}\r\nAsteriskVersion: {VERSION}\r\nSystemName: simulated\r\nCoreMaxCalls: 0\r\n"
        "CoreMaxLoadAvg: 0.000000\r\nCoreRunUser: \r\nCoreRunGroup: \r\nCoreMaxFilehandles: 0\r\n"
        "CoreRealTimeEnabled: No\r\nCoreCDRenabled: Yes\r\nCoreHTTPenabled: No\r\nSoundsSearchCustomDir: No\r\n"
    )
    session.send(response(packet.action_id, "Success", headers=headers))


def not_simulated(session: Session, packet: Packet) -> None:
    """Known to Asterisk and denied to the product's account; an account that may use it learns that it is not here."""
    session.error(packet, f"{packet.get('action')} is not simulated")
