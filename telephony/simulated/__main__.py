"""Run the simulated switch as a process. Every option can also come from the environment as SIMULATED_<OPTION>.

SIGTERM and SIGINT hang everything up and end it; SIGUSR1 cuts every AMI connection; SIGUSR2 freezes and thaws it.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from live.log_stream import LogStream, say_start
from telephony.simulated import ScenarioError, SimulatedSwitch, SwitchConfig, load_scenario

log = logging.getLogger("telephony.simulated")


def parser() -> argparse.ArgumentParser:
    """The options; a value from the environment is checked like one from the command line."""
    options = argparse.ArgumentParser(prog="python -m telephony.simulated", description=__doc__)

    def add(name: str, default: str, kind: type, text: str) -> None:
        value = os.environ.get(f"SIMULATED_{name.upper().replace('-', '_')}", default)
        options.add_argument(f"--{name}", default=value, type=kind, help=f"{text} (default {default or 'none'})")

    add("host", "127.0.0.1", str, "address to listen on")
    add("port", "5038", int, "port to listen on, 0 for any")
    add("user", "cadencia", str, "AMI user")
    add("secret", "cadencia", str, "AMI secret; better from the environment")
    add("seed", "1", int, "what the callees are drawn from")
    add("speed", "1", float, "divides every duration")
    add("state-dir", "", str, "folder for dialed.jsonl and cel.csv")
    add("scenario", "demo", str, "name or JSON file")
    add("max-cps", "0", float, "Originates taken per second, 0 for no limit")
    add("max-channels", "0", int, "customer channels at once, 0 for no limit")
    add("write", "originate,call,agent", str, "the account's write classes")
    add("log-level", "INFO", str, "DEBUG, INFO, WARNING or ERROR")
    return options


def config_from(arguments: argparse.Namespace) -> SwitchConfig:
    """Raises ScenarioError, and ValueError for a figure that makes no sense."""
    if arguments.speed <= 0:
        raise ValueError("--speed must be above 0")
    if arguments.max_cps < 0 or arguments.max_channels < 0:
        raise ValueError("limits can't be negative")
    return SwitchConfig(
        host=arguments.host,
        port=arguments.port,
        user=arguments.user,
        secret=arguments.secret,
        seed=arguments.seed,
        speed=arguments.speed,
        state_dir=Path(arguments.state_dir) if arguments.state_dir else None,
        scenario=load_scenario(arguments.scenario),
        max_cps=arguments.max_cps,
        max_channels=arguments.max_channels,
        write_classes=frozenset(arguments.write.split(",")),
    )


async def serve(config: SwitchConfig) -> None:
    """Run until SIGTERM or SIGINT."""
    switch = SimulatedSwitch(config)
    await switch.start()
    say_start("switch")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    loop.add_signal_handler(signal.SIGUSR1, switch.cut_connections)
    loop.add_signal_handler(signal.SIGUSR2, lambda: switch.thaw() if switch.server.frozen else switch.freeze())
    await stopping.wait()
    await switch.stop()
    log.info("stopped after %s", dict(switch.counts))


def main() -> int:
    arguments = parser().parse_args()
    logging.basicConfig(level=arguments.log_level.upper(), format="%(levelname)-7s %(name)s: %(message)s")
    if (part := os.environ.get("CADENCIA_PROCESS")) and (redis_url := os.environ.get("REDIS_URL")):
        logging.getLogger().addHandler(LogStream(redis_url, part))
    try:
        config = config_from(arguments)
    except (ScenarioError, ValueError) as error:
        log.error("%s", error)  # noqa: TRY400 - the message is for the user, the trace is not
        return 2
    try:
        asyncio.run(serve(config))
    except OSError as error:
        log.error("can't start on %s:%s: %s", config.host, config.port, error)  # noqa: TRY400
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
