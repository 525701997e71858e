"""Seeds the demo's world in the database of the environment, and prints its logins.

    python -m tools.demo.seed [--contacts 20000] [--quiet]

Needs CADENCIA_DEMO_PASSWORD. A second run changes nothing but starts the campaign where it does not run.
"""

from __future__ import annotations

import argparse
import os
import sys

import django


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.demo.seed", description=__doc__)
    parser.add_argument("--contacts", type=int, default=20_000, help="contacts in the mailing")
    parser.add_argument("--seed", type=int, default=7, help="of the mailing's generator")
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    options = parser.parse_args()
    password = os.environ.get("CADENCIA_DEMO_PASSWORD", "")
    if len(password) < 10:
        parser.error("CADENCIA_DEMO_PASSWORD must be set, with ten characters or more; `make demo` makes one.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
    django.setup()
    from tools.demo.world import Demo  # models can only be imported once Django is set up

    demo = Demo(password=password, contacts=options.contacts, seed=options.seed)
    demo.seed()
    if not options.quiet:
        print("\n".join(demo.logins()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
