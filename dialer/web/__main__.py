"""Command line of the web processes."""

from __future__ import annotations

import argparse
import os
import socket

from dialer.web.child import serve
from dialer.web.parent import Parent


def main() -> None:
    """Run the parent; with ``--feed`` one of its processes. Raises OSError when the port is taken."""
    options = argparse.ArgumentParser(prog="python -m dialer.web")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--processes", type=int, default=0, help="0: one for each core")
    options.add_argument("--graceful", type=int, default=10, help="seconds for what runs at the end")
    options.add_argument("--feed", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.feed is not None:
        serve(socket.socket(fileno=given.feed), graceful_s=given.graceful)
        return
    processes = given.processes or len(os.sched_getaffinity(0))
    Parent(given.host, given.port, processes=processes, graceful_s=given.graceful).run()


if __name__ == "__main__":
    main()
