"""Actions about the session itself: login by password or by MD5 challenge, ping, events on and off, logoff."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from telephony.simulated.session import Session
from telephony.simulated.wire import Packet, response

REFUSAL_DELAY_S = 1.0
"""Asterisk waits a second before it says that a password is wrong."""


def login(session: Session, packet: Packet) -> None:
    if session.authenticated:
        session.ack(packet, "Already authenticated")
    elif _credentials_fit(session, packet):
        if mask := packet.get("events"):
            session.set_event_mask(mask)
        session.ack(packet, "Authentication accepted")
        session.logged_in()
    else:
        session.refuse_login(packet, REFUSAL_DELAY_S)


def _credentials_fit(session: Session, packet: Packet) -> bool:
    config = session.core.config
    if packet.get("username") != config.user:
        return False
    if packet.get("authtype").lower() == "md5":
        if not session.challenge:
            return False
        digest = hashlib.md5(f"{session.challenge}{config.secret}".encode(), usedforsecurity=False).hexdigest()
        return hmac.compare_digest(digest, packet.get("key").lower())
    given = packet.get("secret").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, config.secret.encode())


def challenge(session: Session, packet: Packet) -> None:
    if packet.get("authtype").lower() != "md5":
        session.error(packet, "Must specify AuthType")
        return
    session.challenge = str(secrets.randbelow(10**9)).zfill(9)
    session.send(response(packet.action_id, "Success", headers=f"Challenge: {session.challenge}\r\n"))


def logoff(session: Session, packet: Packet) -> None:
    session.send(response(packet.action_id, "Goodbye", "Thanks for all the fish."))
    session.close()


def ping(session: Session, packet: Packet) -> None:
    headers = f"Ping: Pong\r\nTimestamp: {session.core.now():.6f}\r\n"
    session.send(response(packet.action_id, "Success", headers=headers))


def events(session: Session, packet: Packet) -> None:
    mask = packet.get("eventmask")
    state = "On" if session.set_event_mask(mask) else "Off"
    session.send(response(packet.action_id, "Success", headers=f"Events: {state}\r\n"))


def list_commands(session: Session, packet: Packet) -> None:
    from telephony.simulated.actions import ACTIONS

    lines = "".join(f"{name}: (simulated)\r\n" for name in sorted(ACTIONS))
    session.send(response(packet.action_id, "Success", headers=lines))
