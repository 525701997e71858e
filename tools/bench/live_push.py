"""Pushes one event a second: ``python -m tools.bench.live_push --way hub|group --schema load01 --pushes 60``.

The event is the one that wallboards really get each second. ``waiting_since_us`` carries the instant of the push.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from typing import TYPE_CHECKING

import django
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

if TYPE_CHECKING:
    from calls.browser_events import CampaignFigures

GROUP = "bench"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=["hub", "group"], required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--pushes", type=int, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
    django.setup()
    from live.publish import publish  # settings must stand first

    begun = time.monotonic()
    for number in range(options.pushes):
        time.sleep(max(0.0, begun + number - time.monotonic()))
        event = _event()
        if options.way == "hub":
            publish(options.schema, [event])
        else:
            _send_to_group(event)


def _event() -> CampaignFigures:
    from calls.browser_events import CampaignFigures

    return CampaignFigures(
        campaign_id=1, day="2026-11-22", launched=4, ringing=14, waiting=1, talking=25,
        waiting_since_us=time.time_ns() // 1000, attempts=12_345, answered=3_210, connected=2_987, abandoned=61,
        busy=801, no_answer=6_950, invalid=412, machine=655, failed=317, ended=12_301, talk_ms=987_654_321,
        billed_s=876_543, price="4321.123456",
    )  # fmt: skip


def _send_to_group(event: CampaignFigures) -> None:
    text = json.dumps({"kind": "event", "type": event.type, "data": event.payload()}, separators=(",", ":"))
    layer = get_channel_layer()
    assert layer is not None
    async_to_sync(layer.group_send)(GROUP, {"type": "told", "text": text})


if __name__ == "__main__":
    main()
