"""A port in use is one clear line: which, by whom, and what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tools.stack.errors import StackError
from tools.stack.layout import ROOT
from tools.stack.ports import Ports, check_ports, choose_ports, is_free, owner_of

BASE = 22260


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of the block at BASE that this process listens on: Redis's."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", Ports(BASE).redis))
        listener.listen()
        yield Ports(BASE).redis


def test_a_taken_port_names_its_owner_and_the_way_out(taken: int) -> None:
    with pytest.raises(StackError) as caught:
        check_ports(Ports(BASE))
    text = str(caught.value)
    assert f"Port {taken} (for redis) is in use by" in text
    assert f"(pid {os.getpid()})" in text
    assert "PORT=22760" in text
    assert "\n" not in text


def test_the_owner_of_a_port_is_found(taken: int) -> None:
    assert owner_of(taken) == os.getpid()
    assert not is_free(taken)
    assert owner_of(BASE) is None
    assert is_free(BASE)


def test_a_port_of_ones_own_choice_is_not_replaced_in_silence(taken: int) -> None:
    with pytest.raises(StackError, match=f"Port {taken}"):
        choose_ports("test", BASE, fixed=False)


@pytest.mark.parametrize("port", [0, 80, 65535, 70000])
def test_an_unusable_port_is_refused(port: int) -> None:
    with pytest.raises(StackError, match=f"PORT={port} is no usable port"):
        choose_ports("demo", port, fixed=True)


@pytest.mark.parametrize("command", ["demo", "services"])
def test_the_commands_say_it_in_one_line_without_a_trace(taken: int, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.stack", command, "--port", str(BASE)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    errors = [line for line in done.stderr.splitlines() if not line.startswith("·")]
    assert len(errors) == 1
    assert errors[0].startswith(f"error: Port {taken} (for redis) is in use by")
