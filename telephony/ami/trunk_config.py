"""pjsip_trunks.conf, from what is wanted. Pure.

Every value is checked, whoever has checked it before: a line break, bracket or semicolon in one would be
configuration of its own. A trunk with a fault is left out; the others are as they were.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from telephony.bus.wanted import Trunk

HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*", re.ASCII)
CODECS = frozenset({"alaw", "ulaw", "g722", "g729", "opus", "gsm", "ilbc"})
Check = Callable[[Any], bool]
REGISTRATION_S = 120
"""Short, so that a process that has just begun hears soon how it stands."""
RETRY_S = 60
RTP_TIMEOUT_S = 60
HEADING = """\
; Written by the `ami` process from the platform's trunks. What is changed here by hand is lost.
"""


@dataclass(frozen=True, slots=True)
class Rendered:
    text: str
    faults: dict[str, str]
    """Why trunks were left out, by name."""


def render(trunks: Iterable[Trunk], *, key: bytes = b"") -> Rendered:
    """Give the file's text, trunks in order of their names. ``key`` keeps what names tell of passwords to this node."""
    sections, faults = [HEADING], {}
    for trunk in sorted(trunks, key=lambda one: str(one.name)):
        if fault := fault_of(trunk):
            faults[str(trunk.name)] = fault
        else:
            sections.extend(_section(name, lines) for name, lines in _objects(trunk, key))
    return Rendered("\n".join(sections), faults)


def fault_of(trunk: Trunk) -> str:
    """Say what is wrong with a trunk, "" for a sound one. Never shows a secret."""
    for name, is_sound in CHECKS.items():
        value = getattr(trunk, name)
        if not is_sound(value):
            return f"{name}: {'***' if name == 'secret' else repr(value)}"
    return "registers: without a username" if trunk.registers and not trunk.username else ""


def _is_host(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return HOST.fullmatch(value) is not None and not re.fullmatch(r"[\d.]+", value)
    return "%" not in value


def _is_host_or_network(value: object) -> bool:
    try:
        ipaddress.ip_network(str(value), strict=False)
    except ValueError:
        return _is_host(value)
    return "%" not in str(value)


def _matches(pattern: str) -> Check:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _whole(least: int, most: int) -> Check:
    return lambda value: type(value) is int and least <= value <= most


USER = r"[A-Za-z0-9_.!~*'()&=+$,?/%@-]{0,80}"
CHECKS: Mapping[str, Check] = {
    "name": _matches(r"[a-z](?:[a-z0-9-]{0,38}[a-z0-9])"),
    "host": _is_host,
    "port": _whole(1, 65_535),
    "transport": _matches(r"udp|tcp|tls"),
    "username": _matches(USER),
    "secret": _matches(r"[\x21-\x3a\x3c-\x7e]{0,128}"),
    "from_user": _matches(USER),
    "from_domain": lambda value: value == "" or _is_host(value),
    "inbound_hosts": lambda value: all(_is_host_or_network(host) for host in value),
    "qualify_s": _whole(0, 3_600),
    "codecs": lambda value: bool(value) and CODECS.issuperset(value),
}


def address_of(trunk: Trunk, *, user: str = "") -> str:
    """Its SIP URI as the file has it: a semicolon would begin a comment."""
    host = f"[{trunk.host}]" if ":" in trunk.host else trunk.host
    way = "" if trunk.transport == "udp" else f"\\;transport={trunk.transport}"
    return f"sip:{user}{'@' if user else ''}{host}:{trunk.port}{way}"


def _section(name: str, lines: Mapping[str, str]) -> str:
    body = "".join(f"{key} = {value}\n" for key, value in lines.items() if value)
    return f"[{name}]\n{body}"


def _auth_name(trunk: Trunk, key: bytes) -> str:
    """Another one with another password: a registration whose own lines haven't changed waits for its next retry."""
    account = f"{trunk.username}\0{trunk.secret}".encode()
    return f"{trunk.name}-{hmac.digest(key, account, 'sha256').hex()[:12]}"


def _objects(trunk: Trunk, key: bytes) -> Iterable[tuple[str, dict[str, str]]]:
    """Sections as (name, lines)."""
    auth = _auth_name(trunk, key) if trunk.username else ""
    yield trunk.name, _endpoint(trunk, auth)
    yield trunk.name, {"type": "aor", "contact": address_of(trunk), "qualify_frequency": str(trunk.qualify_s)}
    if auth:
        account = {"username": trunk.username, "password": trunk.secret}
        yield auth, {"type": "auth", "auth_type": "userpass", **account}
    if trunk.registers:
        yield trunk.name, _registration(trunk, auth)
    # Our URIs have ports, so SRV records are never followed; asking for them holds a reload up for half a minute
    # where no name server answers, and all of PJSIP with it.
    hosts = ",".join(trunk.inbound_hosts or (trunk.host,))
    yield trunk.name, {"type": "identify", "endpoint": trunk.name, "match": hosts, "srv_lookups": "no"}


def _endpoint(trunk: Trunk, auth: str) -> dict[str, str]:
    return {
        "type": "endpoint",
        "transport": f"transport-{trunk.transport}",
        "context": "from-trunk",
        "disallow": "all",
        "allow": ",".join(trunk.codecs),
        "aors": trunk.name,
        "outbound_auth": auth,
        "from_user": trunk.from_user,
        "from_domain": trunk.from_domain,
        # With a fixed From, who calls is told beside it.
        "send_pai": "yes" if trunk.from_user else "",
        "trust_id_outbound": "yes" if trunk.from_user else "",
        "identify_by": "ip",
        "direct_media": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rtp_timeout": str(RTP_TIMEOUT_S),
        "allow_transfer": "no",
        "allow_subscribe": "no",
    }


def _registration(trunk: Trunk, auth: str) -> dict[str, str]:
    return {
        "type": "registration",
        "transport": f"transport-{trunk.transport}",
        "outbound_auth": auth,
        "server_uri": address_of(trunk),
        "client_uri": client_uri(trunk),
        "contact_user": trunk.username,
        "expiration": str(REGISTRATION_S),
        "retry_interval": str(RETRY_S),
        # A password may be set right on the other side.
        "forbidden_retry_interval": str(RETRY_S),
        "fatal_retry_interval": str(RETRY_S),
        "auth_rejection_permanent": "no",
        "max_retries": "1000000",
    }


def client_uri(trunk: Trunk) -> str:
    """Who registers; by this the switch's report of it is known."""
    host = trunk.from_domain or trunk.host
    user = trunk.username.partition("@")[0]
    return f"sip:{user}@{f'[{host}]' if ':' in host else host}"
