"""What `make` can do, each command a function that gives its exit code."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from tools.stack import control, environment, frontend, switch, testing
from tools.stack.checks import run_checks
from tools.stack.errors import StackError
from tools.stack.layout import ROOT, Layout
from tools.stack.parts import PROGRAM
from tools.stack.processes import send, tagged
from tools.stack.settings import STACK_TAG
from tools.stack.stack import Stack

DEMO = "demo"
EVENTS_ARRIVE_S = 3.0
"""After the last Originate: the time until its call is in the database, with plenty to spare."""


def services(port: int | None) -> int:
    """Run PostgreSQL and Redis alone, until Ctrl-C."""
    stack = Stack(profile=DEMO, base_port=port, shown=True)  # finds taken ports before anything slow is done
    environment.set_up(stack.layout, development=False)
    with stack:
        words = f"PostgreSQL and Redis are up. Their addresses: set -a; . {stack.layout.env_file}; set +a"
        _wait(stack, None, f"{words}\nCtrl-C ends them.")
    return 0


def demo(port: int | None, duration_s: float | None, *, real_switch: bool = False) -> int:
    """Run everything: until Ctrl-C, or for ``duration_s``, ending with a summary that must add up."""
    stack = Stack(profile=DEMO, base_port=port, shown=True, real_switch=real_switch)
    environment.set_up(stack.layout, development=True)  # the robots use the API with a client of the tests
    if real_switch:
        switch.install(stack.layout)
    frontend.build(stack.layout)
    with stack:
        stack.manage("migrate_schemas", "--shared", "--verbosity", "0")
        stack.manage("migrate_schemas", "--tenant", "--verbosity", "0")
        logins = stack.python("-m", "tools.demo.seed", stdout=subprocess.PIPE, text=True).stdout
        since = datetime.now(UTC)
        stack.start(*PROGRAM)
        stack.wait_ready(*PROGRAM, timeout_s=120)
        stack.start("robots")
        words = f"\nCadência runs at {stack.url}. Ctrl-C ends it; the data stays (`make demo-reset` forgets it)."
        was_stopped = _wait(stack, duration_s, f"{words}\n{logins}")
        return 0 if duration_s is None or was_stopped else _summarize(stack, since)


def _summarize(stack: Stack, since: datetime) -> int:
    """Stop dialing, then print what was done; gives 0 when the figures add up.

    Calls that are up go on with their operators and count as open: hung up here, they would spoil the figures.
    """
    stack.stop("beat", "dial")
    time.sleep(EVENTS_ARRIVE_S)
    is_real = stack.own_env[switch.CHOICE] == switch.ASTERISK
    record = stack.own_env["AMI_CEL_PATH"] if is_real else str(stack.layout.switch / "dialed.jsonl")
    options = ["--since", since.isoformat(), "--switch-record", record]
    return stack.manage("demo_summary", *options, check=False).returncode


def _wait(stack: Stack, duration_s: float | None, words: str) -> bool:
    """Say that all is up, then wait for the time to pass, for Ctrl-C, or for the stack's end.

    Gives whether it was stopped from elsewhere. Raises StackError where its supervisor failed, KeyboardInterrupt for a
    Ctrl-C before the time is over.
    """
    end = None if duration_s is None else time.monotonic() + duration_s
    try:
        print(words, flush=True)
        while end is None or time.monotonic() < end:
            if not stack.alive and stack.ended_as_asked:
                print("Stopped from elsewhere" + (" before its time: no summary." if end else "."), flush=True)
                return True
            if not stack.alive:
                raise StackError(f"The supervisor ended. See {stack.layout.logs}.")
            time.sleep(0.2)
    except KeyboardInterrupt:
        print("\nStopping … (Ctrl-C again kills everything at once)", flush=True)
        if duration_s is not None:
            raise
    return False


def reset(profile: str) -> int:
    """Forget the profile's data."""
    layout = Layout(ROOT, profile)
    stop(profile)
    for folder in (layout.home, switch.home(layout)):
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            raise StackError(f"{folder} could not be removed completely: it belongs to another user.")
    print(f"The data of the {profile} is forgotten.")
    return 0


def stop(profile: str, timeout_s: float = 90.0) -> int:
    """End the profile's stack, and what a crash may have left of it."""
    layout = Layout(ROOT, profile)
    try:
        control.ask(layout.home, "shut_down")
    except (StackError, FileNotFoundError):
        pass
    else:
        deadline = time.monotonic() + timeout_s
        while tagged(STACK_TAG, str(layout.home)) and time.monotonic() < deadline:
            time.sleep(0.1)
    for pid in tagged(STACK_TAG, str(layout.home)):
        send(pid, signal.SIGKILL)
    return 0


def status(profile: str) -> int:
    """Print each part's state."""
    for part in control.ask(Layout(ROOT, profile).home, "status"):
        pid = part["pid"] or "-"
        print(f"{part['name']:<10} {part['state']:<9} pid {pid:<8} restarts {part['restarts']}  {part['last_end']}")
    return 0


def check() -> int:
    """Run the checks with private services."""
    layout = Layout(ROOT, "test")
    environment.set_up(layout, development=True)
    frontend.build(layout)
    with Stack(profile="test") as stack:
        failed = run_checks(stack)
    return _conclude(failed)


def test(arguments: Sequence[str]) -> int:
    """Run the checks and all tests against private services. With arguments for pytest: what they choose, in one run.

    Tests on a real Asterisk and in Chromium are skipped, and said to be, where the machine can't have them.
    """
    layout = Layout(ROOT, "test")
    environment.set_up(layout, development=True)
    frontend.build(layout)
    chromium = environment.ensure_chromium()
    environment.ensure_gettext()
    no_switch = _no_switch(layout)
    flaky: list[str] = []
    with Stack(profile="test") as stack:
        failed = run_checks(stack)
        for number, chosen in enumerate([arguments] if arguments else testing.rounds(), start=1):
            outcome = testing.run_patiently(stack, chromium, chosen, report=f"junit-{number}")
            flaky += outcome.flaky
            if not outcome.passed:
                failed.append(f"pytest {' '.join(chosen)}")
    if chromium is None:
        print("The tests in a browser were SKIPPED: no Chromium here, and only root can install it. "
              "As root: apt-get install chromium")  # fmt: skip
    if no_switch:
        print(f"The tests on a real Asterisk were SKIPPED: {no_switch}")
    if flaky:
        print(f"FLAKY, failed among the others and passed alone: {', '.join(flaky)}")
    return _conclude(failed)


def _no_switch(layout: Layout) -> str:
    """Make the tree of the real switch; give why there is none."""
    try:
        switch.install(layout)
    except StackError as error:
        return str(error)
    return ""


def end_to_end(arguments: Sequence[str]) -> int:
    """Run the tests on a real Asterisk, alone and with the product and browsers. Raises StackError where it can't."""
    layout = Layout(ROOT, "test")
    environment.set_up(layout, development=True)
    frontend.build(layout)
    switch.install(layout)
    chromium = environment.ensure_chromium()
    if chromium is None:
        raise StackError("No Chromium here, and only root can install it: apt-get install chromium")
    with Stack(profile="test") as stack:
        failed = ["pytest"] if testing.run(stack, chromium, ["-m", "asterisk or e2e", *arguments]) else []
    return _conclude(failed)


def _conclude(failed: list[str]) -> int:
    if failed:
        print(f"FAILED: {', '.join(failed)}")
        return 1
    print("All passed.")
    return 0


def tool(module: str, arguments: Sequence[str]) -> int:
    """Run a tool of the project (bench, drill) that starts stacks of its own."""
    layout = Layout(ROOT, DEMO)
    environment.set_up(layout, development=True)
    frontend.build(layout)
    return subprocess.run(
        [str(layout.python), "-m", module, *arguments], check=False, cwd=ROOT, env=os.environ
    ).returncode
