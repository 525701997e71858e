"""The real switch of a stack, in place of the simulated one: Asterisk, and SIPp as its carrier."""

from __future__ import annotations

from pathlib import Path

from tools.asterisk import Addresses, AsteriskError, Instance, tree
from tools.asterisk.instance import PATH
from tools.carrier import Sipp, audio
from tools.stack.errors import StackError
from tools.stack.layout import Layout
from tools.stack.ports import Ports

CHOICE = "CADENCIA_SWITCH"
SIMULATED, ASTERISK = "simulated", "asterisk"
ROBOT_EXTENSIONS = r"\d+0(0[1-9]|1[0-2])"
"""Each company's first twelve, whose phones are plain SIP: the demo's robots are no browsers."""


def instance(layout: Layout, ports: Ports, *, ami_secret: str, ari_secret: str) -> Instance:
    """The profile's Asterisk; nothing of it need exist yet."""
    first, last = ports.sound
    addresses = Addresses(ports.switch, ports.phones, ports.sip, first, last)
    root = layout.var / "asterisk" / "root"
    return Instance(layout.profile, addresses, ami_secret=ami_secret, ari_secret=ari_secret, root=root)


def home(layout: Layout) -> Path:
    """Where the profile's Asterisk keeps everything, if it has one."""
    return layout.var / "asterisk" / "root" / "srv" / layout.profile


def environment(layout: Layout, ports: Ports, *, ami_secret: str, ari_secret: str) -> dict[str, str]:
    """What the product's processes need to know of it."""
    return {
        **instance(layout, ports, ami_secret=ami_secret, ari_secret=ari_secret).environment(),
        "AMI_PLAIN_PHONES": ROBOT_EXTENSIONS,
        "CADENCIA_CARRIER_PORT": str(ports.carrier),
    }


def install(layout: Layout) -> None:
    """Make the tree and install SIPp where they are missing. Raises StackError with what to do."""
    try:
        tree.make(layout.var / "asterisk" / "root")
        tree.ensure_sipp()
    except AsteriskError as error:
        raise StackError(str(error)) from error


def prepare(switch: Instance) -> None:
    """Make its folders and configuration. Raises StackError."""
    try:
        switch.prepare()
    except AsteriskError as error:
        raise StackError(str(error)) from error


def command(switch: Instance, tag: dict[str, str]) -> tuple[str, ...]:
    """Runs it with nothing of the stack's environment but the tag by which leftovers are found."""
    return ("env", "-i", f"PATH={PATH}", *(f"{name}={value}" for name, value in tag.items()), *switch.command)


def carrier(layout: Layout, ports: Ports) -> tuple[tuple[str, ...], Path]:
    """SIPp's command, and the folder it runs in, with its voices."""
    folder = layout.home / "carrier"
    folder.mkdir(exist_ok=True)
    audio.write_all(folder)
    return Sipp("carrier", ports.carrier, folder).command, folder
