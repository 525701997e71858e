"""Run the AMI side of one node: ``python -m telephony.ami``, told everything by its environment (settings.py)."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from live.log_stream import LogStream, say_start
from telephony.ami.log_companies import CompanyOfLine
from telephony.ami.service import Service
from telephony.ami.settings import Settings, SettingsError

log = logging.getLogger("telephony.ami")


async def serve(settings: Settings) -> None:
    service = Service(settings)
    for handler in logging.getLogger().handlers:
        handler.addFilter(CompanyOfLine(service.operators, service.tracker))
    say_start("ami")
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stopping.set)
    await service.run()


def main() -> int:
    """Exit status: 0 stopped as told, 1 a part died (the log says which), 2 wrong environment."""
    logging.basicConfig(
        level=os.environ.get("CADENCIA_LOG_LEVEL", "INFO").upper(), format="%(levelname)-7s %(name)s: %(message)s"
    )
    for talkative in ("panoramisk", "httpx"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"telephony.ami can't start:\n{error}\n")
        return 2
    if os.environ.get("CADENCIA_ENV") != "test":
        logging.getLogger().addHandler(LogStream(settings.redis_url, "ami", settings.node))
    try:
        asyncio.run(serve(settings))
    except Exception:  # the last stop: said in the log, and the supervisor sees the status
        log.exception("a part of the process died; it ends so that it is started afresh")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
