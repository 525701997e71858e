"""Seeds and starts a load in the database of the environment: python -m tools.load seed|start --companies …"""

from __future__ import annotations

import argparse
import os
import sys

import django


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=__doc__)
    parser.add_argument("verb", choices=["seed", "start"])
    for name in ("companies", "campaigns", "operators", "contacts"):
        parser.add_argument(f"--{name}", type=int, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
    django.setup()
    from tools.load.companies import Load, seed, start  # models can only be imported once Django is set up

    load = Load(options.companies, options.campaigns, options.operators, options.contacts)
    if options.verb == "seed":
        seed(load, password=os.environ["CADENCIA_DEMO_PASSWORD"])
    else:
        start(load)
    return 0


if __name__ == "__main__":
    sys.exit(main())
