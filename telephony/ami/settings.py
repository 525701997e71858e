"""What the process is told by its environment."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

UNSAFE_IN_URL = re.compile(r"[\s\x00-\x1f\x7f]")
NODE_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class SettingsError(Exception):
    """The environment is incomplete or wrong; the message lists every fault, one on a line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``cps_limit`` is originates a second, ``channel_limit`` customer channels at once; neither is ever passed."""

    redis_url: str
    node: str
    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    cps_limit: int
    channel_limit: int
    cel_path: Path | None = None
    """The switch's own event log. Without it, calls lost in a cut are closed as ended, never given back."""
    ari_url: str = ""
    """ARI's address, up to and with ``/ari``. Empty: this node makes no phones and no trunks; what is there is used."""
    ari_user: str = ""
    ari_secret: str = field(default="", repr=False)
    phone_url: str = ""
    """Where browsers register (SIP over WebSocket), as they see it."""
    trunks_path: Path | None = None
    """The switch's pjsip_trunks.conf, which this process writes. None: the switch's trunks are somebody else's."""
    recordings_path: Path | None = None
    """The switch's recordings folder, where this process sees it: a file that can't be written is told at once."""
    plain_phones: re.Pattern[str] | None = None
    """Extensions whose phones are plain SIP, not browsers: robots of the demo and of load tests."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Raises SettingsError, which names every missing or unusable variable at once."""
        reader = _Reader(environ)
        has_ari = bool(environ.get("ARI_URL", "").strip())
        settings = cls(
            redis_url=reader.text("REDIS_URL"),
            node=reader.node("AMI_NODE"),
            host=reader.text("AMI_HOST"),
            port=reader.number("AMI_PORT", most=65_535),
            user=reader.text("AMI_USER"),
            secret=reader.text("AMI_SECRET"),
            cps_limit=reader.number("AMI_CPS_LIMIT", most=1_000),
            channel_limit=reader.number("AMI_CHANNEL_LIMIT", most=100_000),
            cel_path=reader.path("AMI_CEL_PATH"),
            ari_url=reader.url("ARI_URL", "http", "https"),
            ari_user=reader.text("ARI_USER") if has_ari else "",
            ari_secret=reader.text("ARI_SECRET") if has_ari else "",
            phone_url=reader.url("AMI_PHONE_URL", "ws", "wss"),
            trunks_path=reader.path("AMI_TRUNKS_PATH"),
            recordings_path=reader.path("CADENCIA_RECORDINGS_DIR"),
            plain_phones=reader.pattern("AMI_PLAIN_PHONES"),
        )
        for name in ("AMI_PHONE_URL", "AMI_TRUNKS_PATH", "AMI_PLAIN_PHONES"):
            if environ.get(name, "").strip() and not has_ari:
                reader.faults.append(f"{name} needs ARI_URL, ARI_USER and ARI_SECRET")
        if reader.faults:
            raise SettingsError("\n".join(reader.faults))
        return settings


def _is_url(value: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(value)
        sound = parts.port is None or 1 <= parts.port <= 65_535
    except ValueError:
        return False
    extra = parts.username or parts.password or parts.query or parts.fragment
    return sound and parts.scheme in schemes and bool(parts.hostname) and not extra and not UNSAFE_IN_URL.search(value)


class _Reader:
    """Reads variables and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[str] = []

    def text(self, name: str) -> str:
        value = self._environ.get(name, "").strip()
        if not value:
            self.faults.append(f"{name} is not set")
        return value

    def path(self, name: str) -> Path | None:
        """A file's path, absolute; None where it is not set."""
        value = self._environ.get(name, "").strip()
        if value and not Path(value).is_absolute():
            self.faults.append(f"{name}={value!r} must be an absolute path")
        return Path(value) if value else None

    def url(self, name: str, *schemes: str) -> str:
        """An address without credentials or a query, "" where it is not set."""
        value = self._environ.get(name, "").strip()
        if value and not _is_url(value, schemes):
            # Not shown: a wrong one may have a password in it.
            self.faults.append(f"{name} must be {' or '.join(schemes)}://host[:port][/path] and nothing else")
            return ""
        return value.rstrip("/") if "http" in schemes else value

    def pattern(self, name: str) -> re.Pattern[str] | None:
        value = self._environ.get(name, "").strip()
        try:
            return re.compile(value) if value else None
        except re.error as error:
            self.faults.append(f"{name}={value!r} is not a regular expression: {error}")
            return None

    def node(self, name: str) -> str:
        value = self.text(name)
        if value and not NODE_PATTERN.fullmatch(value):
            self.faults.append(f"{name}={value!r} must be lower-case letters, digits and dashes")
        return value

    def number(self, name: str, *, most: int) -> int:
        value = self.text(name)
        if not value:
            return 0
        if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= most:
            self.faults.append(f"{name}={value!r} must be a whole number from 1 to {most}")
            return 0
        return int(value)
