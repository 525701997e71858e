"""Ports on 127.0.0.1: a fixed small block per profile, checked before anything starts."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from tools.stack.errors import StackError
from tools.stack.processes import all_pids, describe

BASES = {"demo": 18000, "test": 18100, "bench": 18200, "pages": 18250, "drill": 18300}
"""Below the ephemeral range (32768 and up), where any outgoing connection may sit on a port."""
BLOCK = 10
_LISTEN = "0A"


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one stack: ``base`` is the web's, the others follow."""

    base: int

    @property
    def web(self) -> int:
        return self.base

    @property
    def postgres(self) -> int:
        return self.base + 1

    @property
    def redis(self) -> int:
        return self.base + 2

    @property
    def switch(self) -> int:
        return self.base + 3

    @property
    def phones(self) -> int:
        """The real switch's web server: ARI, and the browsers' SIP socket."""
        return self.base + 4

    @property
    def sip(self) -> int:
        """The real switch's; TLS on the next one."""
        return self.base + 5

    @property
    def carrier(self) -> int:
        """SIPp's, UDP."""
        return self.base + 7

    @property
    def sound(self) -> tuple[int, int]:
        """The real switch's RTP ports, first and last. Two stacks may share them: one that is taken is passed over."""
        return self.base + 4_000, self.base + 5_999

    def named(self) -> dict[str, int]:
        """Those that must be free (TCP)."""
        return {
            "web": self.web,
            "postgres": self.postgres,
            "redis": self.redis,
            "switch": self.switch,
            "phones": self.phones,
            "sip": self.sip,
        }


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def check_ports(ports: Ports, *, names: tuple[str, ...] = ()) -> None:
    """Raise StackError naming the first of the ports (all, or those of ``names``) that somebody else uses."""
    for name, port in ports.named().items():
        if (not names or name in names) and not is_free(port):
            owner = owner_of(port)
            by = f" by {describe(owner)}" if owner else ""
            raise StackError(
                f"Port {port} (for {name}) is in use{by}. "
                f"End that process, or choose other ports: PORT={ports.base + 500} uses {ports.base + 500} and up."
            )


def choose_ports(profile: str, wanted: int | None, *, fixed: bool) -> Ports:
    """The block to use: the wanted one, else the profile's; unless ``fixed``, the next block that is free."""
    if wanted is not None and not 1024 <= wanted <= 65535 - BLOCK:
        raise StackError(f"PORT={wanted} is no usable port: take one between 1024 and {65535 - BLOCK}.")
    first = Ports(wanted if wanted is not None else BASES.get(profile, BASES["demo"]))
    if fixed or wanted is not None:
        check_ports(first)
        return first
    for step in range(50):
        candidate = Ports(first.base + step * BLOCK)
        if all(is_free(port) for port in candidate.named().values()):
            return candidate
    raise StackError(f"No free block of ports from {first.base} on; choose one with PORT=.")


def owner_of(port: int) -> int | None:
    """The process that listens on the port, where this user may see it."""
    inodes = _listening_inodes(port)
    if not inodes:
        return None
    for pid in all_pids():
        try:
            with os.scandir(f"/proc/{pid}/fd") as entries:
                if any(_target(entry.path) in inodes for entry in entries):
                    return pid
        except OSError:
            continue
    return None


def _target(link: str) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found
