"""The supervisor keeps its parts running, and leaves nothing behind however it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.stack_parts import FAMILY, OBEY_CTRL_C, SLEEPER, STUBBORN, bare_stack, part, processes_of, wait_for
from tools.stack import Stack, StackError
from tools.stack.layout import ROOT, Layout
from tools.stack.processes import children_of, is_alive, tagged
from tools.stack.settings import STACK_TAG


def _family_of(stack: Stack) -> set[int]:
    return _family_in(stack.layout)


def _family_in(layout: Layout) -> set[int]:
    found = re.findall(r"children (\d+) (\d+)", (layout.logs / "family.log").read_text())
    return {int(pid) for pid in found[-1]}


def _started(stack: Stack, *names: str) -> None:
    stack.start(*names)
    stack.wait_ready(*names)


def _guard(stack: Stack) -> int:
    assert stack._process is not None
    return stack._process.pid


def test_processes_find_what_others_have_compiled_whatever_the_shell_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    with bare_stack(tmp_path, sleeper=part(f"import colorsys; {SLEEPER}")) as stack:
        _started(stack, "sleeper")

        assert list((tmp_path / "var/pycache").rglob("colorsys.*.pyc"))


def test_a_killed_part_starts_again_by_itself(tmp_path: Path) -> None:
    with bare_stack(tmp_path, sleeper=part(SLEEPER)) as stack:
        _started(stack, "sleeper")
        old_pid = stack.kill9("sleeper")
        new_pid = stack.wait_restarted("sleeper", old_pid)
        assert is_alive(new_pid)
        assert stack.status()["sleeper"]["restarts"] == 1
        assert stack.status()["sleeper"]["last_end"] == "was killed by SIGKILL"


def test_the_children_of_a_killed_part_die_before_it_starts_again(tmp_path: Path) -> None:
    with bare_stack(tmp_path, family=part(FAMILY)) as stack:
        _started(stack, "family")
        old_children = _family_of(stack)
        assert all(is_alive(pid) for pid in old_children)
        old_pid = stack.kill9("family")
        stack.wait_restarted("family", old_pid)
        assert not any(is_alive(pid) for pid in old_children)
        assert all(is_alive(pid) for pid in _family_of(stack))


def test_an_ended_stack_leaves_no_process_even_of_parts_that_ignore_signals(tmp_path: Path) -> None:
    parts = {"family": part(FAMILY), "stubborn": part(STUBBORN, stop_timeout_s=0.5)}
    with bare_stack(tmp_path, **parts) as stack:
        _started(stack, "family", "stubborn")
        seen = processes_of(stack) | _family_of(stack)
        assert len(seen) >= 4
    assert not any(is_alive(pid) for pid in seen)
    assert not processes_of(stack)


def test_a_killed_supervisor_leaves_no_process(tmp_path: Path) -> None:
    stack = bare_stack(tmp_path, family=part(FAMILY))
    with stack:
        _started(stack, "family")
        (supervisor,) = children_of(_guard(stack))
        seen = processes_of(stack) | _family_of(stack) | {supervisor}
        os.kill(supervisor, signal.SIGKILL)
        wait_for(lambda: not stack.alive, "the guard's end")
        assert not any(is_alive(pid) for pid in seen)


def test_a_killed_guard_ends_the_stack(tmp_path: Path) -> None:
    stack = bare_stack(tmp_path, family=part(FAMILY))
    with stack:
        _started(stack, "family")
        seen = processes_of(stack) | _family_of(stack) | children_of(_guard(stack))
        os.kill(_guard(stack), signal.SIGKILL)
        wait_for(lambda: not any(is_alive(pid) for pid in seen), "everything's end")


def test_a_stack_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from tests.tools.stack_parts import FAMILY, bare_stack, part
stack = bare_stack(Path({str(tmp_path)!r}), family=part(FAMILY))
with stack:
    stack.start("family"); stack.wait_ready("family"); print("up", flush=True); input()
"""
    command = [sys.executable, "-c", code]
    layout = Layout(tmp_path, "tools")
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"up\n"
        seen = {*tagged(STACK_TAG, str(layout.home)), *_family_in(layout)}
        assert len(seen) >= 3
        owner.kill()
    wait_for(lambda: not any(is_alive(pid) for pid in seen), "everything's end")


def test_what_a_crash_left_is_cleared_before_the_next_start(tmp_path: Path) -> None:
    stack = bare_stack(tmp_path, sleeper=part(SLEEPER))
    env = os.environ | {"CADENCIA_STACK": str(stack.layout.home)}
    with subprocess.Popen([sys.executable, "-c", SLEEPER], env=env) as leftover, stack:
        assert leftover.wait(timeout=30) == -signal.SIGKILL


def test_a_part_waits_for_what_it_needs(tmp_path: Path) -> None:
    late = "import time; time.sleep(0.5); print('ready', flush=True); time.sleep(600)"
    with bare_stack(tmp_path, below=part(late), above=part(SLEEPER, needs=["below"])) as stack:
        _started(stack, "above")
        parts = stack.status()
        assert parts["below"]["state"] == "ready"
        assert parts["above"]["started_at"] >= parts["below"]["started_at"] + 0.5


def test_a_part_that_can_not_live_is_named_with_its_end(tmp_path: Path) -> None:
    with bare_stack(tmp_path, broken=part("raise SystemExit(3)")) as stack:
        stack.start("broken")
        with pytest.raises(StackError, match="broken ended with code 3"):
            stack.wait_ready("broken", timeout_s=1.5)


def test_a_stopped_part_stays_stopped(tmp_path: Path) -> None:
    with bare_stack(tmp_path, sleeper=part(SLEEPER), other=part(SLEEPER)) as stack:
        _started(stack, "sleeper", "other")
        pid = stack.pid("sleeper")
        stack.stop("sleeper")
        assert not is_alive(pid)
        assert stack.status()["sleeper"]["state"] == "stopped"
        assert stack.status()["other"]["state"] == "ready"


def test_a_second_stack_of_the_same_profile_is_refused(tmp_path: Path) -> None:
    with bare_stack(tmp_path), pytest.raises(StackError, match=r"is running already \(pid \d+\)"):
        bare_stack(tmp_path)


def test_an_unknown_part_is_named(tmp_path: Path) -> None:
    with bare_stack(tmp_path) as stack, pytest.raises(StackError, match="There is no part 'nonsense'"):
        stack.start("nonsense")


def test_a_second_ctrl_c_kills_at_once_what_ignores_the_first(tmp_path: Path) -> None:
    code = f"""
{OBEY_CTRL_C}
from pathlib import Path
from tests.tools.stack_parts import STUBBORN, bare_stack, part
with bare_stack(Path({str(tmp_path)!r}), stubborn=part(STUBBORN, stop_timeout_s=600)) as stack:
    stack.start("stubborn"); stack.wait_ready("stubborn"); print("up", flush=True); input()
"""
    layout = Layout(tmp_path, "tools")
    command = [sys.executable, "-c", code]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=nothing) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"up\n"
        seen = tagged(STACK_TAG, str(layout.home))
        assert seen
        owner.send_signal(signal.SIGINT)
        log = layout.logs / "stack.log"
        wait_for(lambda: "stubborn stopping" in log.read_text(), "the first Ctrl-C to be obeyed")
        assert any(is_alive(pid) for pid in seen)
        owner.send_signal(signal.SIGINT)
        owner.wait(timeout=30)
    wait_for(lambda: not any(is_alive(pid) for pid in seen), "the end of what was killed")
