"""A platform of many companies of which one is large: python -m tools.load.large --companies … --contacts … --calls …

What people set up (companies, people, campaigns, keys, webhooks) goes through the product's actions; the millions are
written by tools.load.large_sql. Prints one JSON object: for each kind of thing (the names of tests.isolation.table)
the value of its URL parameter, and a few more that filters need.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import django

SLUG = "big"
PASSWORD = "CADENCIA_DEMO_PASSWORD"  # noqa: S105  the variable's name
STAFF = {"master": "Marta Master", "supervisor": "Sônia Supervisora"}
OPERATORS, AT_WORK, LISTS, CAMPAIGNS, SMALL_STAFF = 250, 120, 40, 20, 40
CALLS_AT_ONCE = 500_000
AUDIT_ROWS, EVENT_ROWS, REFUSED_ROWS = 200_000, 300_000, 20_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.load.large", description=__doc__)
    for name in ("companies", "contacts", "calls"):
        parser.add_argument(f"--{name}", type=int, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
    django.setup()
    from tools.load.large_world import fill  # models can only be imported once Django is set up

    found = fill(companies=options.companies, contacts=options.contacts, calls=options.calls)
    sys.stdout.write(json.dumps(found))
    return 0


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Say on standard error how long a part took: the whole takes minutes."""
    began = time.monotonic()
    yield
    sys.stderr.write(f"  {name}: {time.monotonic() - began:.1f} s\n")


def share(rows: int, of: Mapping[str, Any]) -> int:
    """What goes with the calls in number, for a smaller world than the whole."""
    return max(1000, int(rows * min(1.0, of["calls"] / 5_000_000)))


if __name__ == "__main__":
    sys.exit(main())
