"""Secrets of one stack, made once, and the environment that its processes get."""

from __future__ import annotations

import json
import os
import secrets
import shlex
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tools.stack import switch
from tools.stack.layout import Layout
from tools.stack.ports import Ports

STACK_TAG = "CADENCIA_STACK"
"""Every process of a stack carries this variable; leftovers of a crash are found by it."""
DATABASE = "cadencia"
NODE = "sim1"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Random, per profile, in a file that only its owner may read."""

    django_key: str
    postgres_password: str
    redis_password: str
    ami_secret: str
    ari_secret: str
    demo_password: str
    """The one password of everybody in the demo: random, so that a demo left running is not open to all."""

    @classmethod
    def load_or_make(cls, path: Path) -> Secrets:
        known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if known.keys() == cls.__dataclass_fields__.keys():
            return cls(**known)
        made = cls(
            django_key=secrets.token_urlsafe(48),
            postgres_password=secrets.token_urlsafe(32),
            redis_password=secrets.token_urlsafe(32),
            ami_secret=secrets.token_urlsafe(32),
            ari_secret=secrets.token_urlsafe(32),
            demo_password=secrets.token_hex(6),
        )
        made = replace(made, **known)  # of an older version, which had fewer
        write_private(path, json.dumps(asdict(made), indent=1))
        return made


def write_private(path: Path, text: str) -> None:
    """Write a file that was never readable for others, all or nothing."""
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    scratch.rename(path)


def environment(layout: Layout, ports: Ports, keys: Secrets, extra: dict[str, str]) -> dict[str, str]:
    """What the product's processes need to know, without this shell's own variables."""
    env = {
        STACK_TAG: str(layout.home),
        "CADENCIA_ENV": "test" if layout.profile == "test" else "dev",
        "CADENCIA_SECRET_KEY": keys.django_key,
        "CADENCIA_PUBLIC_DOMAIN": "localhost",
        "CADENCIA_WEB_PORT": str(ports.web),
        "CADENCIA_DATA_DIR": str(layout.data),
        "CADENCIA_STATIC_ROOT": str(layout.static),
        "DATABASE_URL": f"postgres://{DATABASE}:{keys.postgres_password}@127.0.0.1:{ports.postgres}/{DATABASE}",
        "REDIS_URL": f"redis://default:{keys.redis_password}@127.0.0.1:{ports.redis}/0",
        "TELEPHONY_NODES": NODE,
        "AMI_NODE": NODE,
        "AMI_HOST": "127.0.0.1",
        "AMI_PORT": str(ports.switch),
        "AMI_USER": DATABASE,
        "AMI_SECRET": keys.ami_secret,
        "CADENCIA_DEMO_PASSWORD": keys.demo_password,
        "AMI_CPS_LIMIT": "50",
        "AMI_CHANNEL_LIMIT": "500",
        "AMI_CEL_PATH": str(layout.switch / "cel.csv"),
        "SIMULATED_PORT": str(ports.switch),
        "SIMULATED_USER": DATABASE,
        "SIMULATED_SECRET": keys.ami_secret,
        "SIMULATED_STATE_DIR": str(layout.switch),
        "CADENCIA_RECORDINGS_DIR": str(layout.switch / "recordings"),
        "CADENCIA_SOUNDS_DIR": str(layout.switch / "sounds"),
        "PYTHONUNBUFFERED": "1",
        # Compiled once, and not by each process again, also where a shell wants nothing written beside the sources.
        "PYTHONPYCACHEPREFIX": str(layout.var / "pycache"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    if extra.get(switch.CHOICE) == switch.ASTERISK:
        env |= switch.environment(layout, ports, ami_secret=keys.ami_secret, ari_secret=keys.ari_secret)
    return env | extra


def as_shell(env: dict[str, str]) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in env.items())
