"""Ports for what the tests start: each process of pytest has blocks of its own, so that no two choose the same port.

That a port is free now says nothing of the next moment, in which another process may choose it too. A block is taken
by its name: an abstract Unix socket, which the kernel gives to one process of a network (where the ports are as well)
and takes back however that process ends.
"""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterable, Iterator
from functools import cache

from tools.stack.ports import is_free

LENGTH = 100
BLOCKS = [thousand + first for thousand in range(24_000, 32_000, 1_000) for first in range(LENGTH, 1_000, LENGTH)]
"""Below the ephemeral ones, where any outgoing connection may sit; off those that a switch takes of its thousand."""


def take_first(blocks: Iterable[int], length: int) -> int:
    """Take the first of these blocks of ports (by their first port) that nobody uses, until this process ends."""
    for block in blocks:
        if _take(block) and all(is_free(port) for port in range(block, block + length)):
            return block
    raise AssertionError("somebody uses every block of ports: do other tests run?")


def _take(block: int) -> bool:
    """Whether the block is ours alone from now on."""
    holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        holder.bind(f"\0cadencia-tests-{block}")
    except OSError:
        holder.close()
        return False
    holder.detach()  # kept open by nobody but the process itself
    return True


@cache
def _own_ports() -> Iterator[int]:
    block = take_first(BLOCKS, LENGTH)
    return itertools.cycle(range(block, block + LENGTH))


def free_port() -> int:
    """A port of this process's own on which nobody listens; the longest unused of them."""
    return next(port for port in _own_ports() if is_free(port))
