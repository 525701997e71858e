"""The parent of the web processes: accepts, hands on in turn, and replaces a process that died."""

from __future__ import annotations

import logging
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass

logger = logging.getLogger(__name__)

BACKLOG = 2_048
ROUND_S = 0.5
"""How often it is looked whether all live, where nobody connects."""
REST_S = 0.1
"""After a connection that could not be accepted."""
AGAIN_S = 1.0
"""A process that died is replaced no sooner than this after it was started: one that can't start must not spin."""
HUNG_S = 60.0
"""A process whose event loop says nothing for so long (it does each second) is killed and replaced."""
STARTS_S = 600.0
"""The same for one that never said anything: a busy machine may take long to load the product."""
AT_ONCE = 100
"""Connections accepted before it is looked whether all live, and whether to end."""


@dataclass(slots=True)
class Child:
    process: subprocess.Popen[bytes]
    feed: socket.socket
    started_at: float
    """Monotonic, as is ``heard_at``."""
    heard_at: float
    serves: bool = False
    """It has said so once: connections wait for a process that still starts only where no other one is there."""
    given: int = 0
    ended: int = 0
    """Connections, since its start."""


class Parent:
    """Runs ``processes`` web processes on one address until SIGTERM or SIGINT; they get ``graceful_s`` to end."""

    def __init__(self, host: str, port: int, *, processes: int, graceful_s: int) -> None:
        self._listener = socket.create_server((host, port), backlog=BACKLOG)
        self._listener.settimeout(0)
        self._graceful_s = graceful_s
        self._wanted = processes
        self._children: deque[Child] = deque()
        self._ending = False

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        for _ in range(self._wanted):
            self._children.append(self._start())
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            while not self._ending:
                selector.select(ROUND_S)
                self._accept()
                self._look_after_children()
        self._stop()

    def _end(self, _number: int, _frame: object) -> None:
        self._ending = True

    def _accept(self) -> None:
        """Hand on all that wait, each to the process that has the fewest open; among equals it goes in turn."""
        for _ in range(AT_ONCE):
            try:
                connection, _address = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:  # no room for another file, or what the network reports of a caller
                logger.warning("No connection is accepted: %s", error)
                time.sleep(REST_S)  # it goes on waiting, and would be tried again at once
                return
            with connection:
                self._hand_on(connection)

    def _hand_on(self, connection: socket.socket) -> None:
        """The connection is lost where no process takes it: whoever called sees it closed and calls again."""
        for child in self._in_turn():
            try:
                socket.send_fds(child.feed, [b"+"], [connection.fileno()])
            except OSError:  # it has just died, or doesn't keep up: the next one
                continue
            child.given += 1
            return
        logger.error("No web process takes a connection.")

    def _in_turn(self) -> list[Child]:
        """All processes, who has the fewest connections first; those that don't serve yet last."""
        for child in self._children:
            _listen(child)
        self._children.rotate(-1)
        return sorted(self._children, key=lambda child: (not child.serves, child.given - child.ended))

    def _look_after_children(self) -> None:
        at = time.monotonic()
        for child in list(self._children):
            _listen(child)
            if at - child.heard_at > (HUNG_S if child.serves else STARTS_S):
                logger.error("Web process %s hangs.", child.process.pid)
                child.process.kill()
                child.process.wait()
            if child.process.poll() is None or at - child.started_at < AGAIN_S:
                continue
            logger.error("Web process %s ended by itself (%s).", child.process.pid, child.process.returncode)
            child.feed.close()
            self._children.remove(child)
            self._children.append(self._start())

    def _start(self) -> Child:
        feed, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        feed.settimeout(0)
        with theirs:
            command = [sys.executable, "-m", "dialer.web", "--feed", str(theirs.fileno())]
            command += ["--graceful", str(self._graceful_s)]
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        at = time.monotonic()
        return Child(process, feed, started_at=at, heard_at=at)

    def _stop(self) -> None:
        """Accept nothing more; the processes finish what they have."""
        self._listener.close()
        for child in self._children:
            child.process.terminate()
        for child in self._children:
            try:
                child.process.wait(self._graceful_s + 5)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
            child.feed.close()


def _listen(child: Child) -> None:
    """Read all that a process has said."""
    try:
        while said := child.feed.recv(32):
            child.heard_at, child.serves, child.ended = time.monotonic(), True, int(said)
    except (BlockingIOError, ConnectionError):
        pass
