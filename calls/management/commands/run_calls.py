"""Run the consumer of the switch's events until SIGTERM or SIGINT."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from calls.consumer import Consumer
from calls.rebuild import rebuild_all
from live.log_stream import say_start
from telephony.commands import unrepeating_client


class Command(BaseCommand):
    help = "Applies what the switch reports: calls, operators, live figures. Stops cleanly on SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--name",
            default="calls",
            help="Name in the consumer group: give each process beyond the first its own, and keep it over restarts.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # A read whose answer was lost must not be repeated unseen: its entries would wait as pending until a restart.
        consumer = Consumer(unrepeating_client(), name=options["name"], on_lost=rebuild_all)

        def stop(_number: int, _frame: FrameType | None) -> None:
            consumer.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        say_start(options["name"])
        consumer.run()
