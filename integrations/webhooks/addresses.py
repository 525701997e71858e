"""Where webhooks may go: addresses of the public internet only. Pure.

A company types the URL, our servers call it: without this, anyone could have them call the database, the cloud's
metadata or a router of ours (server-side request forgery). Names prove nothing, so what is checked is the address that
is connected to, after resolving and every time.
Sources: the IANA special-purpose address registries (RFC 6890 and its updates).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
LONGEST_URL = 500

_INNER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # "this network"; Linux connects 0.0.0.0 to itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' NAT; some clouds' metadata
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; the clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "168.63.129.16/32",  # a public address by its number, and the platform's own inside Azure
    )
)  # fmt: skip
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All that is given out as public; loopback, mapped, local and multicast addresses lie outside."""
_INNER_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # IETF's own: Teredo, ORCHID, benchmarks; wraps IPv4 addresses
        "2001:db8::/32",
        "2002::/16",  # 6to4: wraps IPv4 addresses
        "3fff::/20",
    )
)
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain")


class RefusedUrlError(ValueError):
    """``code``: why it may not be called; the words are in webhooks.labels."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_inner(address: Address, *, loopback: bool = False) -> bool:
    """Whether an address may not be called. ``loopback``: development and tests call receivers on their own machine.

    NAT64 addresses (64:ff9b::/96), which wrap IPv4, are not in 2000::/3: refused, whatever they wrap.
    """
    if loopback and str(address) in {"127.0.0.1", "::1"}:
        return False
    if isinstance(address, IPv4Address):
        return any(address in network for network in _INNER) or not address.is_global
    if getattr(address, "scope_id", None) or address not in _GLOBAL_V6:
        return True
    return any(address in network for network in _INNER_V6) or not address.is_global


def parse_address(text: str) -> Address:
    """Read what a resolver gave. Raises ValueError."""
    return ip_address(text)


def check_url(url: str, *, loopback: bool = False) -> SplitResult:
    """Check what can be seen in the URL itself and give its parts. Names are resolved by whoever connects.

    Ports: 443 and what needs no privilege (1024 and above), so that mail servers and the like are not spoken to.
    Raises RefusedUrlError.
    """
    parts = _split(url)
    local = loopback and _is_loopback_host(parts.hostname or "")
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise RefusedUrlError("not_https")
    if parts.username is not None or parts.password is not None:
        raise RefusedUrlError("credentials")
    _check_host(parts.hostname or "", loopback=loopback)
    try:
        port = parts.port
    except ValueError as error:
        raise RefusedUrlError("port") from error
    if port is not None and port != 443 and port < 1024:
        raise RefusedUrlError("port")
    return parts


def _split(url: str) -> SplitResult:
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not plain or len(url) > LONGEST_URL or "#" in url:
        raise RefusedUrlError("malformed")
    try:
        return urlsplit(url)
    except ValueError as error:
        raise RefusedUrlError("malformed") from error


def _check_host(host: str, *, loopback: bool) -> None:
    if not host or len(host) > 253 or "%" in host:
        raise RefusedUrlError("malformed")
    if loopback and _is_loopback_host(host):
        return
    try:
        address = ip_address(host)
    except ValueError:
        _check_name(host)
        return
    if is_inner(address):
        raise RefusedUrlError("inner")


def _check_name(host: str) -> None:
    """A name of the public DNS has a dot and no number as its last label: "0x7f.1" and "2130706433" are addresses."""
    labels = host.rstrip(".").split(".")
    if len(labels) < 2 or not all(labels) or labels[-1][0].isdigit():
        raise RefusedUrlError("inner" if len(labels) == 1 or labels[-1][:1].isdigit() else "malformed")
    if any(host.rstrip(".") == name or host.rstrip(".").endswith("." + name) for name in _LOCAL_NAMES):
        raise RefusedUrlError("inner")


def _is_loopback_host(host: str) -> bool:
    return host in {"127.0.0.1", "::1", "localhost"}
