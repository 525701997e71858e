"""Several web processes on one address: each gets its share, one that dies is replaced, none outlives the parent."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from django.conf import settings

from dialer.web.child import APPLICATION, FedServer
from tests.ports import free_port

PATIENCE_S = 60.0


class Running:
    """``python -m dialer.web`` with two processes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/healthz"
        command = [sys.executable, "-m", "dialer.web", "--port", str(port), "--processes", "2", "--graceful", "3"]
        self.parent = subprocess.Popen(command, cwd=settings.BASE_DIR)

    @property
    def children(self) -> list[int]:
        text = Path(f"/proc/{self.parent.pid}/task/{self.parent.pid}/children").read_text()
        return [int(number) for number in text.split()]

    def answers(self) -> bool:
        """Ask over a connection of its own."""
        try:
            return httpx.get(self.url, timeout=PATIENCE_S).status_code < 600
        except httpx.TransportError:
            return False

    def connections(self) -> list[int]:
        """How many connections to the port each process has."""
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        served = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{self.port:04X}") and row[3] == "01"}
        return [
            sum(os.readlink(entry) in served for entry in list(Path(f"/proc/{pid}/fd").iterdir()))
            for pid in self.children
        ]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture
def running() -> Iterator[Running]:
    started = Running(free_port())
    try:
        until(lambda: started.answers() and started.answers())  # one each: both are up
        yield started
    finally:
        started.parent.kill()
        started.parent.wait()


def test_who_has_the_fewest_connections_gets_the_next_and_one_that_dies_is_replaced(running: Running) -> None:
    clients = [httpx.Client(timeout=PATIENCE_S) for _ in range(10)]
    for client in clients:
        client.get(running.url)
    assert min(running.connections()) >= 4  # what has just ended may still count
    for client in clients[::2]:
        client.close()
    until(lambda: sum(running.connections()) == 5)
    others = [httpx.Client(timeout=PATIENCE_S) for _ in range(5)]
    for client in others:
        client.get(running.url)
    assert min(running.connections()) >= 4
    for client in clients + others:
        client.close()

    first, second = running.children
    os.kill(first, signal.SIGKILL)
    until(lambda: len(set(running.children) - {first}) == 2)
    until(lambda: running.answers() and running.answers())
    assert second in running.children

    children = running.children
    running.parent.terminate()
    assert running.parent.wait(PATIENCE_S) == 0
    assert not any(_lives(pid) for pid in children)
    assert not running.answers()


def test_a_parent_outlives_a_lack_of_files_and_no_process_the_parent(running: Running) -> None:
    with few_files(running.parent.pid), pytest.raises(httpx.TimeoutException):
        httpx.get(running.url, timeout=1)
    until(running.answers)

    children = running.children
    running.parent.kill()
    running.parent.wait()

    until(lambda: not any(_lives(pid) for pid in children))


def test_a_connection_that_a_process_has_no_room_for_is_counted_as_ended() -> None:
    parent, feed = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with parent, feed:
        server = FedServer(uvicorn.Config(APPLICATION), feed)
        socket.send_fds(parent, [b"+"], [feed.fileno()])
        with few_files(os.getpid()):
            server._take()
        server._say()
        assert parent.recv(32) == b"1"


@contextmanager
def few_files(pid: int) -> Iterator[None]:
    """Let a process open nothing more meanwhile."""
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))


def _lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
