"""A stack as a context manager: the library that `make demo`, the benchmarks, the drills and the tests use.

with Stack(profile="bench") as stack:          # PostgreSQL and Redis are up
    stack.manage("migrate_schemas", "--shared")
    stack.start("web", "dial"); stack.wait_ready("web", "dial")
    stack.kill9("dial")                        # the supervisor starts it again by itself
    subprocess.run([...], env=stack.env)
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tools.stack import control, switch
from tools.stack.errors import StackError
from tools.stack.layout import ROOT, Layout
from tools.stack.parts import PROGRAM, SERVERS
from tools.stack.ports import choose_ports
from tools.stack.processes import descendants_of, is_alive
from tools.stack.settings import Secrets, environment
from tools.stack.supervisor import Orders, check_not_running


class Stack:
    """One profile of one checkout, running from ``__enter__`` to ``__exit__``.

    ``real_switch``: Asterisk and SIPp instead of the simulated one (root only; `switch.install` first).
    ``base_port`` None takes the profile's usual ports, or the next free ones (the demo's are fixed). ``commands``
    replaces the arguments of known parts; ``extra`` adds parts (see supervisor.Orders). Not thread-safe.
    """

    def __init__(
        self,
        root: Path = ROOT,
        *,
        profile: str = "test",
        base_port: int | None = None,
        shown: bool = False,
        servers: bool = True,
        env: Mapping[str, str] | None = None,
        real_switch: bool = False,
        commands: dict[str, list[str]] | None = None,
        extra: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        self.layout = Layout(root.resolve(), profile)
        check_not_running(self.layout)
        self.ports = choose_ports(profile, base_port, fixed=profile == "demo")
        self._orders = Orders(
            root=str(self.layout.root),
            profile=profile,
            base_port=self.ports.base,
            shown=shown,
            servers=servers,
            env={**(env or {}), switch.CHOICE: switch.ASTERISK if real_switch else switch.SIMULATED},
            commands=commands or {},
            extra=extra or {},
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._launch()
        try:
            if self._orders.servers:
                self.wait_ready(*SERVERS, timeout_s=120)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ── Facts ───────────────────────────────────────────────────────────────────────────────────
    @property
    def env(self) -> dict[str, str]:
        """The complete environment for a process that belongs to this stack."""
        return dict(os.environ) | self.own_env

    @property
    def own_env(self) -> dict[str, str]:
        """Only what the stack adds to this shell's environment."""
        keys = Secrets.load_or_make(self.layout.secrets)
        return environment(self.layout, self.ports, keys, self._orders.env)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.ports.web}"

    def status(self) -> dict[str, dict[str, Any]]:
        """Each part's name → state, pid, restarts, started_at, last_end."""
        return {part["name"]: part for part in control.ask(self.layout.home, "status")}

    def pid(self, name: str) -> int:
        """The part's main process. Raises StackError while there is none."""
        pid = self.status()[name]["pid"]
        if pid is None:
            raise StackError(f"{name} is not running.")
        return int(pid)

    def pids(self, name: str) -> set[int]:
        """The part's main process and all below it."""
        pid = self.pid(name)
        return {pid, *descendants_of(pid)}

    def log(self, name: str) -> Path:
        return self.layout.logs / f"{name}.log"

    # ── Deeds ───────────────────────────────────────────────────────────────────────────────────
    def start(self, *names: str) -> None:
        """Start parts (all of the product without names) and what they need. They are kept running."""
        control.ask(self.layout.home, "start", names=list(names or PROGRAM))

    def stop(self, *names: str) -> None:
        """Stop parts in good order; they stay stopped."""
        control.ask(self.layout.home, "stop", names=list(names))

    def restart(self, *names: str) -> None:
        control.ask(self.layout.home, "restart", names=list(names))

    def wait_ready(self, *names: str, timeout_s: float = 60) -> None:
        """Wait until parts (all of the product without names) are ready. Raises StackError when they are late."""
        control.ask(self.layout.home, "wait_ready", names=list(names or PROGRAM), timeout_s=timeout_s)

    def kill9(self, name: str) -> int:
        """SIGKILL to the part's main process, as a crash would; the supervisor starts it again. Gives its old pid."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_restarted(self, name: str, old_pid: int, timeout_s: float = 60) -> int:
        """Wait until the part runs again, ready, as another process than ``old_pid``. Gives its new pid."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            part = self.status()[name]
            if part["pid"] not in {None, old_pid} and part["state"] == "ready":
                return int(part["pid"])
            time.sleep(0.05)
        raise StackError(f"{name} did not come back within {timeout_s:.0f} s. See {self.log(name)}.")

    def manage(self, *arguments: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[Any]:
        """Run ``manage.py`` in this stack's environment; ``options`` go to subprocess.run."""
        return self.python("manage.py", *arguments, check=check, **options)

    def python(self, *arguments: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[Any]:
        """Run the environment's Python in this stack's environment; ``options`` go to subprocess.run."""
        done = subprocess.run(
            [str(self.layout.python), *arguments],
            check=False,
            cwd=self.layout.root,
            env=self.env,
            **options,
        )
        if check and done.returncode != 0:
            raise StackError(f"`{' '.join(arguments)}` failed with code {done.returncode}.")
        return done

    # ── Life ────────────────────────────────────────────────────────────────────────────────────
    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def ended_as_asked(self) -> bool:
        """The supervisor has ended in good order without us: somebody asked it to (`make stop`)."""
        return self._process is not None and self._process.poll() == 0

    def _launch(self) -> None:
        reading, writing = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.stack", "supervise"],
            stdin=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"CADENCIA_ANSWER_FD": str(writing)},
            pass_fds=(writing,),
            start_new_session=True,  # the terminal's Ctrl-C is for us alone; we stop the parts in order
        )
        os.close(writing)
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(asdict(self._orders)).encode() + b"\n")
            self._process.stdin.flush()
        with os.fdopen(reading, encoding="utf-8") as pipe:
            line = pipe.readline()
        answer = json.loads(line) if line else {"error": "The supervisor did not start."}
        if "error" in answer:
            self.close()
            raise StackError(answer["error"])

    def close(self) -> None:
        """Stop everything in order. A KeyboardInterrupt while waiting kills everything at once."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()  # the lifeline: the supervisor stops when it ends
            process.wait(timeout=120)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=30)
        assert not is_alive(process.pid)
