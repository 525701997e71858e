"""What every node of the switch should have, as the product writes it into Redis (keys.TRUNKS, keys.NUMBERS)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Trunk:
    """One carrier's line. ``name`` is the endpoint's name in pjsip.conf: lower-case letters, digits, dashes.

    ``number_format`` of outgoing numbers: prefix to strip from E.164 without its plus sign, then text to put before.
    """

    name: str
    host: str
    port: int = 5060
    transport: str = "udp"
    """udp | tcp | tls"""
    username: str = ""
    secret: str = field(default="", repr=False)
    registers: bool = False
    from_user: str = ""
    from_domain: str = ""
    codecs: tuple[str, ...] = ("alaw", "ulaw")
    inbound_hosts: tuple[str, ...] = ()
    """Addresses or networks that calls of this trunk come from; empty: ``host``."""
    qualify_s: int = 30
    """How often it is asked whether it is there (OPTIONS); 0: never."""
    cps_limit: int = 0
    channel_limit: int = 0
    """0: only the node's."""
    strip: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """Where calls to one of a company's numbers go."""

    number: str
    schema: str
    campaign_id: int
    queue: str
    variables: dict[str, str] = field(default_factory=dict)
    """As Originate.variables."""
