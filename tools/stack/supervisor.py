"""The supervisor: a process of its own that keeps the parts of one stack running.

``python -m tools.stack supervise`` reads one line of JSON (its orders) from standard input; when that stream ends, its
owner is gone, and it stops everything. Above it stands a guard (guard.py), so that even a kill -9 leaves nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tools.stack import control, guard, switch
from tools.stack.catalog import program_parts, server_parts
from tools.stack.console import Console
from tools.stack.errors import StackError
from tools.stack.layout import Layout
from tools.stack.parts import SERVERS, START_ORDER, Part
from tools.stack.ports import Ports
from tools.stack.processes import become_subreaper, send, tagged
from tools.stack.running import Running
from tools.stack.settings import STACK_TAG, Secrets, as_shell, environment, write_private


@dataclass(frozen=True, slots=True)
class Orders:
    """What a supervisor is told at its start."""

    root: str
    profile: str
    base_port: int
    shown: bool = False
    """Whether the logs go to the terminal too."""
    servers: bool = True
    env: dict[str, str] = field(default_factory=dict)
    """Additions to every part's environment."""
    commands: dict[str, list[str]] = field(default_factory=dict)
    """Other commands for known parts (arguments after the virtual environment's Python)."""
    extra: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Parts of the caller's own: name → {"command": [...], "needs": [...], "ready_line" | "settle_s": …}."""

    @property
    def layout(self) -> Layout:
        return Layout(Path(self.root), self.profile)


class Supervisor:
    """Holds the parts by name and serves the control socket."""

    def __init__(self, orders: Orders) -> None:
        self.layout = orders.layout
        self.stopping = asyncio.Event()
        self._console = Console(self.layout.logs, shown=orders.shown)
        keys = Secrets.load_or_make(self.layout.secrets)
        ports = Ports(orders.base_port)
        self.env = environment(self.layout, ports, keys, orders.env)
        parts = [*(server_parts(self.layout, ports, keys) if orders.servers else []), *_programs(orders, ports, keys)]
        self.running = {
            part.name: Running(part, self.env, self._console, self._known_pids)
            for part in sorted(parts, key=_start_position)
        }

    def _known_pids(self) -> set[int]:
        return {running.pid for running in self.running.values() if running.pid is not None}

    def start(self, names: list[str]) -> None:
        """Start parts and what they need; those that run go on."""
        for name in names:
            running = self._named(name)
            needs = [need for need in running.part.needs if need in self.running]
            self.start(needs)
            running.start([self.running[need] for need in needs])

    async def stop(self, names: list[str]) -> None:
        """Stop parts, the last started first."""
        for name in sorted(names, key=list(self.running).index, reverse=True):
            await self._named(name).stop()

    async def restart(self, names: list[str]) -> None:
        await self.stop(names)
        self.start(names)

    async def wait_ready(self, names: list[str], timeout_s: float) -> None:
        """Wait until the parts are ready. Raises StackError naming those that are not."""
        waits = [self._named(name).ready.wait() for name in names]
        try:
            await asyncio.wait_for(asyncio.gather(*waits), timeout_s)
        except TimeoutError:
            late = [name for name in names if not self.running[name].ready.is_set()]
            ends = "; ".join(f"{name} {self.running[name].last_end or self.running[name].state}" for name in late)
            raise StackError(f"Not ready after {timeout_s:.0f} s: {ends}. See {self.layout.logs}.") from None

    def status(self) -> list[dict[str, object]]:
        return [running.report() for running in self.running.values()]

    async def shut_down(self) -> None:
        await self.stop(list(self.running))
        self._console.close()

    def _named(self, name: str) -> Running:
        try:
            return self.running[name]
        except KeyError:
            raise StackError(f"There is no part {name!r}; there are {', '.join(self.running)}.") from None


def _programs(orders: Orders, ports: Ports, keys: Secrets) -> list[Part]:
    layout = orders.layout
    kind, speed = orders.env.get(switch.CHOICE, switch.SIMULATED), orders.env.get("CADENCIA_DEMO_SPEED", "1")
    parts = {part.name: part for part in program_parts(layout, ports, keys, kind=kind, speed=speed)}
    for name, arguments in orders.commands.items():
        changed = parts[name]
        parts[name] = Part(
            **{
                **{key: getattr(changed, key) for key in Part.__dataclass_fields__},
                "command": (str(layout.python), *arguments),
            }
        )
    for name, wish in orders.extra.items():
        parts[name] = Part(
            name,
            tuple(wish["command"]),
            needs=tuple(wish.get("needs", ())),
            ready_line=wish.get("ready_line"),
            settle_s=wish.get("settle_s"),
            stop_timeout_s=wish.get("stop_timeout_s", 10.0),
            popen={"cwd": str(layout.root)},
        )
    return list(parts.values())


def _start_position(part: Part) -> int:
    return START_ORDER.index(part.name) if part.name in START_ORDER else len(START_ORDER)


def check_not_running(layout: Layout) -> None:
    """Raise StackError when a supervisor has the profile: better than complaining of its ports."""
    if (layout.home / "lock").exists():
        lock_profile(layout).close()


def lock_profile(layout: Layout) -> IO[str]:
    """Take the profile for this process. Raises StackError when another supervisor has it."""
    file = (layout.home / "lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        owner = file.read().strip() or "unknown"
        file.close()
        raise StackError(
            f"The {layout.profile} stack of this checkout is running already (pid {owner}). "
            f"`python3 -m tools.stack stop {layout.profile}` ends it."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def sweep_leftovers(layout: Layout) -> None:
    """Kill processes that an earlier stack of this profile left behind when it was killed."""
    for pid in tagged(STACK_TAG, str(layout.home)) - {os.getpid(), os.getppid()}:
        send(pid, signal.SIGKILL)


async def _serve(orders: Orders) -> None:
    supervisor = Supervisor(orders)
    write_private(supervisor.layout.env_file, as_shell(supervisor.env))
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(sign, supervisor.stopping.set)
    loop.add_reader(sys.stdin.fileno(), _owner_is_gone, supervisor.stopping)
    async with control.serving(supervisor):
        _answer({"ok": True})
        if orders.servers:
            supervisor.start(list(SERVERS))
        await supervisor.stopping.wait()
        loop.remove_reader(sys.stdin.fileno())
        await supervisor.shut_down()


def _owner_is_gone(stopping: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stopping.set()


def _answer(message: dict[str, object]) -> None:
    """Tell the owner, on the descriptor that it gave, how the start went."""
    descriptor = int(os.environ["CADENCIA_ANSWER_FD"])
    with contextlib.suppress(OSError), os.fdopen(descriptor, "w", encoding="utf-8") as pipe:
        pipe.write(json.dumps(message) + "\n")


def _supervise(orders: Orders) -> int:
    become_subreaper()
    try:
        orders.layout.prepare()
        with lock_profile(orders.layout):
            sweep_leftovers(orders.layout)
            asyncio.run(_serve(orders))
    except StackError as error:
        _answer({"error": str(error)})
        return 1
    except OSError as error:
        _answer({"error": f"{error.strerror}: {error.filename}" if error.filename else str(error)})
        return 1
    return 0


def main() -> int:
    """Read the orders and supervise, guarded."""
    line = b""
    while not line.endswith(b"\n"):  # unbuffered: the rest of the stream is the owner's lifeline
        byte = os.read(sys.stdin.fileno(), 1)
        if not byte:
            return 1
        line += byte
    orders = Orders(**json.loads(line))
    return guard.run(lambda: _supervise(orders))
