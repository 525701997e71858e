"""The command line: what users see when something is wrong, and how it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.stack_parts import BASE_PORT, OBEY_CTRL_C, lend_servers, wait_for
from tools.stack import StackError, control
from tools.stack.layout import ROOT, Layout, check_free_space
from tools.stack.ports import Ports, is_free


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tools.stack", *arguments]


def test_a_nearly_full_disk_is_named_with_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"^Only \d+ MB are free on the disk of .*; at least \d+ MB are needed\.$"):
        check_free_space(tmp_path, minimum_bytes=shutil.disk_usage(tmp_path).total * 2)


def test_a_checkout_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(StackError, match=r"^Cannot write below .*var: Not a directory\."):
        Layout(tmp_path, "demo").prepare()


def test_asking_a_stack_that_does_not_run_is_one_line() -> None:
    done = subprocess.run(_command("status", "nowhere"), check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: No stack is running in ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, None])
def test_a_signal_or_a_stop_from_elsewhere_ends_the_services_in_order_and_frees_their_ports(
    tmp_path: Path, sign: signal.Signals | None
) -> None:
    (tmp_path / "requirements").symlink_to(ROOT / "requirements")
    lend_servers(tmp_path)
    code = f"""
{OBEY_CTRL_C}
from pathlib import Path
from tools.stack import __main__, commands, environment
commands.ROOT = Path({str(tmp_path)!r})
environment.set_up = lambda layout, *, development: None   # the environment exists: this very one
commands.Stack = lambda **more: Stack(commands.ROOT, **more)
from tools.stack.stack import Stack
raise SystemExit(__main__.main(["services", "--port", "{BASE_PORT + 30}"]))
"""
    ports = Ports(BASE_PORT + 30)
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen = [process.stdout.readline()]
        while seen[-1] and "Ctrl-C ends them" not in seen[-1]:
            seen.append(process.stdout.readline())
        assert not is_free(ports.postgres)
        if sign is None:
            control.ask(Layout(tmp_path, "demo").home, "shut_down")  # as `make stop` does
        else:
            process.send_signal(sign)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest.index("redis stopping") < rest.index("postgres stopping")
    assert ("Stopped from elsewhere." in rest) is (sign is None)
    wait_for(lambda: all(is_free(port) for port in ports.named().values()), "free ports")
