"""Command line of the web processes."""

from __future__ import annotations

import argparse
import logging
import os
import socket

from dialer.web.child import serve
from dialer.web.parent import Parent
from live.log_stream import LogStream


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
    _log_as_parent()
    processes = given.processes or len(os.sched_getaffinity(0))
    Parent(given.host, given.port, processes=processes, graceful_s=given.graceful).run()


def _log_as_parent() -> None:
    """The parent loads no Django, and says of its processes what they can't say any more."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)-7s %(name)s: %(message)s")
    part, url = os.environ.get("CADENCIA_PROCESS"), os.environ.get("REDIS_URL")
    if part and url and os.environ.get("CADENCIA_ENV") != "test":
        logging.getLogger().addHandler(LogStream(url, part))


if __name__ == "__main__":
    main()
