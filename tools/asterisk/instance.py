"""One running Asterisk with the product's configuration.

with Instance("tests", Addresses.from_base(23_000)) as switch:
    switch.rx("core show channels")
    Connection.open(host="127.0.0.1", port=switch.addresses.ami, user=USER, secret=switch.ami_secret, …)

Everything of an instance is in a folder inside the tree (a chroot sees nothing else): its configuration, its
database, its logs, the recordings and the sounds. They belong to an account of their own; the product reaches them as
root, by the folder's path outside of the tree.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tools.asterisk import tree
from tools.asterisk.errors import AsteriskError

SOURCES = Path(__file__).resolve().parents[2] / "asterisk"
USER = "cadencia"
"""Of AMI and of ARI."""
ACCOUNT = 61_000
"""User and group that Asterisk runs as: one that neither Debian nor systemd gives to anybody."""
FOLDERS = (
    "lib", "lib/keys", "lib/trunks", "spool", "log", "log/cel-custom", "log/cdr-custom", "run", "recordings", "sounds",
    "sounds/company",
)  # fmt: skip
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
READY_WITHIN_S = 60.0
STOPPED_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Ports on 127.0.0.1."""

    ami: int
    http: int
    """ARI, and the browsers' SIP socket (/ws)."""
    sip: int
    """UDP and TCP; TLS on the next one."""
    rtp_start: int
    rtp_end: int

    @classmethod
    def from_base(cls, base: int) -> Addresses:
        """AMI, HTTP, SIP on the first ports of a block of a thousand, RTP from the 200th on."""
        return cls(base, base + 1, base + 2, base + 200, base + 998)


@dataclass(slots=True)
class Instance:
    """``name`` is its folder in the tree; `extra` adds or replaces ASTERISK_* settings (asterisk/render.sh)."""

    name: str
    addresses: Addresses
    ami_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    ari_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    extra: Mapping[str, str] = field(default_factory=dict)
    tag: Mapping[str, str] = field(default_factory=dict)
    """The whole environment of the process, beside PATH."""
    root: Path = tree.ROOT
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", self.name):
            raise AsteriskError(f"{self.name!r} is no name for an instance: lower-case letters, digits, dashes.")

    # ── Places, as seen from outside of the tree.

    @property
    def home(self) -> Path:
        return self.root / "srv" / self.name

    @property
    def recordings(self) -> Path:
        return self.home / "recordings"

    @property
    def sounds(self) -> Path:
        return self.home / "sounds"

    @property
    def cel(self) -> Path:
        return self.home / "log/cel-custom/cel.csv"

    @property
    def cdr(self) -> Path:
        return self.home / "log/cdr-custom/cdr.csv"

    @property
    def trunks(self) -> Path:
        """pjsip_trunks.conf: who writes it lets the group read it; the folder hands its group on."""
        return self.home / "lib/trunks/pjsip_trunks.conf"

    @property
    def log(self) -> Path:
        return self.home / "log/console.log"

    def environment(self) -> dict[str, str]:
        """What the product's processes need to know of this switch."""
        return {
            "AMI_HOST": "127.0.0.1",
            "AMI_PORT": str(self.addresses.ami),
            "AMI_USER": USER,
            "AMI_SECRET": self.ami_secret,
            "AMI_CEL_PATH": str(self.cel),
            "AMI_TRUNKS_PATH": str(self.trunks),
            "AMI_PHONE_URL": f"ws://127.0.0.1:{self.addresses.http}/ws",
            "ARI_URL": f"http://127.0.0.1:{self.addresses.http}/ari",
            "ARI_USER": USER,
            "ARI_SECRET": self.ari_secret,
            "CADENCIA_RECORDINGS_DIR": str(self.recordings),
            "CADENCIA_SOUNDS_DIR": str(self.sounds),
        }

    # ── Life.

    def prepare(self) -> None:
        """Make the folders, render the configuration, put the default sounds in place. Needs the tree."""
        if reason := tree.why_not(self.root):
            raise AsteriskError(f"No real Asterisk here: {reason}.")
        tree.make(self.root)
        self._end_leftover()
        self.home.mkdir(parents=True, exist_ok=True)
        for name in FOLDERS:
            folder = self.home / name
            folder.mkdir(exist_ok=True)
            os.chown(folder, ACCOUNT, ACCOUNT)
            # Files that the product puts here belong to the group too.
            folder.chmod(0o2770)
        self._copy_sounds()
        self._render()
        self._lend_names()

    def _lend_names(self) -> None:
        """Let the tree resolve what the machine resolves: Asterisk looks its own name up for every call."""
        for name in ("hosts", "resolv.conf"):
            source = Path("/etc") / name
            if source.is_file():
                (self.root / "etc" / name).unlink(missing_ok=True)
                shutil.copyfile(source, self.root / "etc" / name)

    def _end_leftover(self) -> None:
        """Kill the one that an earlier run, itself killed, has left in this folder."""
        try:
            pid = int((self.home / "run/asterisk.pid").read_text(encoding="ascii"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return
        if self._configuration.encode() in command and pid != (self._process.pid if self._process else 0):
            os.kill(pid, signal.SIGKILL)
            deadline = time.monotonic() + STOPPED_WITHIN_S
            while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
                time.sleep(0.05)

    def _copy_sounds(self) -> None:
        target = self.sounds / "cadencia"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(SOURCES / "sounds", target, ignore=shutil.ignore_patterns("*.txt"))
        for path in [target, *target.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)

    def _render(self) -> None:
        target = self.home / "etc"
        env = {"PATH": PATH, "ASTERISK_ROOT": str(self.root), **self._settings()}
        done = subprocess.run(
            ["sh", str(SOURCES / "render.sh"), str(target)], check=False, env=env, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise AsteriskError(f"The configuration could not be written: {done.stderr.strip()}")
        for path in [target, *target.iterdir()]:
            os.chown(path, 0, ACCOUNT)

    def _settings(self) -> dict[str, str]:
        inside, ports = f"/srv/{self.name}", self.addresses
        modules = next((self.root / "usr/lib").glob("*/asterisk/modules"))
        settings = {
            "ETC": f"{inside}/etc",
            "LIB": f"{inside}/lib",
            "SPOOL": f"{inside}/spool",
            "LOG": f"{inside}/log",
            "RUN": f"{inside}/run",
            "RECORDINGS": f"{inside}/recordings",
            "SOUNDS": f"{inside}/sounds",
            "TRUNKS": f"{inside}/lib/trunks/pjsip_trunks.conf",
            "MODULES": f"/{modules.relative_to(self.root)}",
            "AMI_PORT": str(ports.ami),
            "AMI_SECRET": self.ami_secret,
            "HTTP_PORT": str(ports.http),
            "ARI_SECRET": self.ari_secret,
            "SIP_BIND": "127.0.0.1",
            "SIP_PORT": str(ports.sip),
            "SIP_TLS_PORT": str(ports.sip + 1),
            "RTP_START": str(ports.rtp_start),
            "RTP_END": str(ports.rtp_end),
            **self.extra,
        }
        return {f"ASTERISK_{name}": value for name, value in settings.items()}

    @property
    def command(self) -> tuple[str, ...]:
        """What runs it in the foreground, after `prepare`; as root."""
        account = f"--userspec={ACCOUNT}:{ACCOUNT}"
        return ("chroot", account, "--groups=", str(self.root), "/usr/sbin/asterisk", "-f", "-C", self._configuration)

    @property
    def _configuration(self) -> str:
        return f"/srv/{self.name}/etc/asterisk.conf"

    def start(self) -> None:
        """Start it and wait until it has booted. Raises AsteriskError with its last words."""
        self.prepare()
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Start it, prepared as it is."""
        env = {"PATH": PATH, **self.tag}
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, umask=0o007,
                start_new_session=True,
            )  # fmt: skip

    def wait_ready(self, timeout_s: float = READY_WITHIN_S) -> None:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            if self._ask("core waitfullybooted").returncode == 0:
                return
            time.sleep(0.1)
        words = self.log.read_text(encoding="utf-8", errors="replace")[-2000:] if self.log.exists() else ""
        self.stop()
        raise AsteriskError(f"Asterisk didn't start:\n{words}")

    def rx(self, command: str) -> str:
        """The output of a CLI command. Raises AsteriskError when nobody answers."""
        done = self._ask(command)
        if done.returncode != 0:
            raise AsteriskError(f"{command!r}: {(done.stdout + done.stderr).strip()}")
        return done.stdout

    def _ask(self, command: str) -> subprocess.CompletedProcess[str]:
        asking = [*self.command[:-3], "-C", self._configuration, "-rx", command]
        return subprocess.run(asking, check=False, capture_output=True, text=True, timeout=60, env={"PATH": PATH})

    @property
    def pid(self) -> int:
        if self._process is None or self._process.poll() is not None:
            raise AsteriskError("Asterisk isn't running.")
        return self._process.pid

    def stop(self) -> None:
        """End it, calls and all."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """As a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def forget(self) -> None:
        """Remove all that it has written, and what may still be running there."""
        self._end_leftover()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
