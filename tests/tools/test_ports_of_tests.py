"""The ports of processes that run tests at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from tests.ports import BLOCKS, LENGTH, free_port, take_first
from tools.stack.layout import ROOT

TAKES = "import sys; from tests.ports import take_first; print(take_first([int(sys.argv[1])], 0), flush=True); input()"


def test_a_block_is_one_processs_until_it_dies() -> None:
    block = 1_000_000 + os.getpid()  # nobody else's: only the name matters here, there are no such ports
    other = subprocess.Popen(
        [sys.executable, "-c", TAKES, str(block)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert int(other.stdout.readline()) == block
        with pytest.raises(AssertionError, match="somebody uses every block"):
            take_first([block], 0)
        other.kill()

    assert take_first([block], 0) == block


def test_a_port_in_use_is_passed_over_and_the_others_come_in_turn() -> None:
    taken = free_port()
    with socket.create_server(("127.0.0.1", taken)):
        given = [free_port() for _ in range(LENGTH)]

    assert taken not in given
    assert len(set(given)) == LENGTH - 1
    assert {port - port % LENGTH for port in given} <= set(BLOCKS)
