"""``python -m tools.asterisk install | run``."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
from types import FrameType

from tools.asterisk import tree
from tools.asterisk.errors import AsteriskError
from tools.asterisk.instance import Addresses, Instance


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.asterisk", description="A real Asterisk for this machine.")
    subs = parser.add_subparsers(dest="command", required=True)
    subs.add_parser("install", help="make the tree, and install SIPp, where they are missing (as root, on Debian)")
    run = subs.add_parser("run", help="run one in the foreground; prints its addresses as NAME='value' lines")
    run.add_argument("--name", required=True, help="its folder below var/asterisk/root/srv/; kept between runs")
    run.add_argument("--base-port", type=int, required=True, help="AMI, +1 ARI and /ws, +2 SIP, +200 to +998 RTP")
    run.add_argument("--fresh", action="store_true", help="forget what an earlier run has left")
    return parser


def _run(options: argparse.Namespace) -> int:
    switch = Instance(options.name, Addresses.from_base(options.base_port))
    switch.ami_secret = os.environ.get("AMI_SECRET") or switch.ami_secret
    switch.ari_secret = os.environ.get("ARI_SECRET") or switch.ari_secret
    if options.fresh:
        switch.forget()
    with switch:
        for name, value in switch.environment().items():
            print(f"{name}={shlex.quote(value)}")
        print(f"SIP=127.0.0.1:{switch.addresses.sip}")
        print(f"# {switch.rx('core show version').strip()}; ends with Ctrl-C; console: {switch.log}", flush=True)
        signal.pause()
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if options.command == "install":
            tree.make()
            tree.ensure_sipp()
            return 0
        return _run(options)
    except AsteriskError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
