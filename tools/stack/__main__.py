"""``python3 -m tools.stack COMMAND``: what the Makefile calls. Needs nothing but Python 3.11."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

from tools.stack import commands, environment, frontend, lock, supervisor, switch
from tools.stack.errors import StackError
from tools.stack.layout import ROOT, Layout

_DEMO = Layout(ROOT, commands.DEMO)
_TOOLS = ("test", "e2e", "bench", "drill", "screens")
"""Their arguments are their own."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m tools.stack", description=__doc__)
    subs = parser.add_subparsers(dest="command", required=True)
    subs.add_parser("setup", help="make .venv with the product's packages")
    subs.add_parser("lock", help="write requirements/*.lock from pyproject.toml")
    subs.add_parser("build", help="build the front end")
    subs.add_parser("check", help="linters, types, layers, migrations, templates")
    subs.add_parser("supervise", help="(internal) keep the parts of a stack running")
    for name, text in {"services": "PostgreSQL and Redis alone", "demo": "everything, with demo data"}.items():
        sub = subs.add_parser(name, help=text)
        sub.add_argument("--port", type=_number_or_none, help="the web's port; the next ones are for the others")
        if name == "demo":
            kinds = (switch.SIMULATED, switch.ASTERISK)
            sub.add_argument("--switch", choices=kinds, default=switch.SIMULATED, help="asterisk: a real one (root)")
            sub.add_argument("--duration", type=_seconds_or_none, help="seconds to run, ending with a summary")
    for name, text in {"stop": "end a stack", "status": "show its parts", "reset": "forget its data"}.items():
        subs.add_parser(name, help=text).add_argument("profile", nargs="?", default=commands.DEMO)
    for name in _TOOLS:
        subs.add_parser(name, add_help=False)
    return parser


def _number_or_none(text: str) -> int | None:
    return int(text) if text else None


def _seconds_or_none(text: str) -> float | None:
    return float(text) if text else None


def _set_up() -> int:
    environment.set_up(_DEMO, development=True)
    return 0


def _lock() -> int:
    environment.set_up(_DEMO, development=False)
    lock.write_locks(_DEMO)
    return 0


def _build() -> int:
    environment.set_up(_DEMO, development=False)
    frontend.build(_DEMO)
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; what follows a tool's name is its own (REMAINDER would refuse ``--only``)."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command not in _TOOLS:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.arguments = rest
    return options


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "setup": lambda _: _set_up(),
    "lock": lambda _: _lock(),
    "build": lambda _: _build(),
    "check": lambda _: commands.check(),
    "supervise": lambda _: supervisor.main(),
    "services": lambda options: commands.services(options.port),
    "demo": lambda options: commands.demo(
        options.port, options.duration, real_switch=options.switch == switch.ASTERISK
    ),
    "test": lambda options: commands.test(options.arguments),
    "e2e": lambda options: commands.end_to_end(options.arguments),
    "bench": lambda options: commands.tool("tools.bench", options.arguments),
    "drill": lambda options: commands.tool("tools.drill", options.arguments),
    "screens": lambda options: commands.tool("tools.screens", options.arguments),
    "stop": lambda options: commands.stop(options.profile),
    "status": lambda options: commands.status(options.profile),
    "reset": lambda options: commands.reset(options.profile),
}


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. What goes wrong is one line on standard error, and a code other than 0."""
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _interrupt)
    try:
        options = _parse(arguments)
        return _COMMANDS[options.command](options)
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        print(f"error: {error.strerror or error}{place}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
