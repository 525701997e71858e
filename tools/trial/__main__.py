"""Dials a campaign through a compose stack that is up, and tells what was seen.

    docker compose -f docker-compose.yml -f docker-compose.carrier.yml up -d
    python -m tools.trial --domain cadencia.localhost --port 443 [--seconds 120] [--skip-setup]

The password of everybody made is $CADENCIA_TRIAL_PASSWORD. `docker` must be able to reach the stack from here.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from tools.trial.desks import operators, work
from tools.trial.office import Place, TrialError, open_campaign, open_platform
from tools.trial.visitor import RefusedError, Visitor

HEADER_BYTES = 4_096


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.trial", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--domain", default="cadencia.localhost")
    parser.add_argument("--port", type=int, default=443, help="of https, on this machine")
    parser.add_argument("--operators", type=int, default=2)
    parser.add_argument("--contacts", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--skip-setup", action="store_true", help="the company of an earlier run goes on")
    parser.add_argument("--compose", default="docker compose", help="how the stack is spoken to")
    options = parser.parse_args()
    password = os.environ.get("CADENCIA_TRIAL_PASSWORD", "")
    if len(password) < 12:
        parser.error("CADENCIA_TRIAL_PASSWORD must be set, with twelve characters or more")
    place = Place(options.domain, options.port, options.compose.split(), password)
    try:
        place.wait()
        if not options.skip_setup:
            open_platform(place)
            open_campaign(place, operators=options.operators, contacts=options.contacts)
        with operators(place, options.operators) as desks:
            stumbled = work(desks, for_s=options.seconds)
            talks = [talk for desk in desks for talk in desk.talks]
        with place.master() as master:
            seen = {"talks": talks, "stumbled": stumbled, **figures(master)}
        print(json.dumps(seen, indent=1, ensure_ascii=False))
        print(place.manage("check_figures"))
    except (TrialError, RefusedError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def figures(master: Visitor) -> dict[str, object]:
    """The campaign's day, and whether a recording can be played from its beginning."""
    campaign = master.get("campaigns/")["results"][0]
    day = master.get(f"campaigns/{campaign['id']}/figures/")
    heard = [_hear(master, call["id"]) for call in master.get("calls/?outcome=connected")["results"][:3]]
    return {"day": {name: day[name] for name in day if name != "pacing"}, "recordings": heard}


def _hear(master: Visitor, call: str) -> dict[str, object]:
    try:
        row = master.get(f"calls/{call}/recording/")
        sound = master.fetch(master.post(f"calls/{call}/recording/play/")["url"], HEADER_BYTES)
    except RefusedError as error:
        return {"call": call, "refused": str(error)}
    return {
        "call": call, "state": row["state"], "seconds": row["seconds"], "status": sound.status_code,
        "is_wav": sound.content[:4] == b"RIFF",
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
