"""The guard above the supervisor: when that dies in whatever way, nothing that it started may live on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from tools.stack.processes import become_subreaper, die_with_parent, kill_descendants, send


def run(supervise: Callable[[], int]) -> int:
    """Run ``supervise`` in a child; afterwards kill all that is left below this process. Gives the child's code.

    SIGTERM, SIGINT and SIGHUP are passed on; SIGQUIT kills the supervisor, and so everything, at once. When the guard
    itself is killed, the kernel sends the supervisor a SIGTERM, and it stops in good order.
    """
    become_subreaper()
    arm = die_with_parent(signal.SIGTERM)
    child = os.fork()
    if child == 0:
        arm()
        code = 1
        try:
            code = supervise()
        finally:
            os._exit(code)
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda number, _frame: send(child, signal.Signals(number)))
    signal.signal(signal.SIGQUIT, lambda _number, _frame: send(child, signal.SIGKILL))
    _, status = os.waitpid(child, 0)
    kill_descendants(os.getpid())
    return os.waitstatus_to_exitcode(status) & 0xFF
