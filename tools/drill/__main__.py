"""`make drill`: kill every part in the middle of a campaign and see that no call is lost and none is dialed twice.

The demo's company dials over the simulated switch, its robots at work. Each part in turn gets SIGKILL; the supervisor
starts it again; dialing must go on. At the end the campaign is stopped, the last call waited for, and what the switch
recorded as dialed is held against the database.
"""

from __future__ import annotations

import argparse
import logging
import sys

from tools.drill.drill import PARTS, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="make drill", description=__doc__)
    parser.add_argument("--only", default="", help=f"comma-separated parts, of {', '.join(PARTS)}")
    parser.add_argument("--shown", action="store_true", help="show the parts' logs")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parts = [part for part in options.only.split(",") if part] or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    return run(parts, shown=options.shown)


if __name__ == "__main__":
    sys.exit(main())
