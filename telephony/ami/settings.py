"""What the process is told by its environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Raises SettingsError, which names every missing or unusable variable at once."""
        reader = _Reader(environ)
        cel_path = environ.get("AMI_CEL_PATH", "").strip()
        settings = cls(
            redis_url=reader.text("REDIS_URL"),
            node=reader.node("AMI_NODE"),
            host=reader.text("AMI_HOST"),
            port=reader.number("AMI_PORT", most=65_535),
            user=reader.text("AMI_USER"),
            secret=reader.text("AMI_SECRET"),
            cps_limit=reader.number("AMI_CPS_LIMIT", most=1_000),
            channel_limit=reader.number("AMI_CHANNEL_LIMIT", most=100_000),
            cel_path=Path(cel_path) if cel_path else None,
        )
        if reader.faults:
            raise SettingsError("\n".join(reader.faults))
        return settings


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
