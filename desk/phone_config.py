"""What a browser needs to be a phone: where to register, as whom, and how to get through firewalls."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from agents import phones
from agents.models import OperatorSession
from agents.phones import Browser
from common.clock import now
from telephony.nodes import phone_address
from tenants.active import active_schema

TURN_LIVES = timedelta(hours=12)


def phone_of(session: OperatorSession, browser: Browser) -> tuple[dict[str, Any] | None, bool]:
    """Give the phone's configuration if the shift's phone is this tab, and whether it is another.

    Neither on nodes that make no phones. Raises redis.RedisError.
    """
    held = phones.read(active_schema(), session.pk)
    if held is None:
        return None, False
    if not held.belongs_to(browser):
        return None, True
    address = phone_address(session.node)
    return (configuration(session.operator.extension, held.secret, address) if address else None), False


def configuration(extension: str, secret: str, url: str) -> dict[str, Any]:
    """Give what JsSIP is configured with. ``url``: ws or wss address of the node."""
    return {
        "url": url,
        "uri": f"sip:{extension}@{urlsplit(url).hostname or 'localhost'}",
        "username": extension,
        "password": secret,
        "ice_servers": ice_servers(extension, now()),
    }


def ice_servers(name: str, at: datetime) -> list[dict[str, Any]]:
    """Give RTCPeerConnection's iceServers: STUN as set, TURN with a name and password that run out.

    As draft-uberti-behave-turn-rest-00: the user is ``expiry:name``, the password its HMAC-SHA1 by the shared secret.
    """
    urls: list[str] = settings.PHONE_ICE_SERVERS
    plain = [url for url in urls if not url.startswith(("turn:", "turns:"))]
    relays = [url for url in urls if url.startswith(("turn:", "turns:"))]
    servers: list[dict[str, Any]] = [{"urls": plain}] if plain else []
    if relays and settings.PHONE_TURN_SECRET:
        user = f"{int((at + TURN_LIVES).timestamp())}:{name}"
        digest = hmac.new(settings.PHONE_TURN_SECRET.encode(), user.encode(), hashlib.sha1).digest()
        servers.append({"urls": relays, "username": user, "credential": base64.b64encode(digest).decode()})
    return servers
