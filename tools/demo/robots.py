"""Robot operators: they work through the product's own API, as people do through the page.

    python -m tools.demo.robots --base http://127.0.0.1:8000 --host acme.localhost --emails a@x,b@x [--sip HOST:PORT]

Each starts a shift, takes the calls that come, sets a disposition in wrap-up, and pauses now and then. A refused or
lost call of the API is logged and tried again: robots live through restarts of any part.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

from common.documents import cpf_check_digits
from tools.demo.api import ApiAwayError, ApiRefusedError, Person
from tools.demo.robot_phone import RobotPhone

log = logging.getLogger("robots")

POLL_S = 0.7
WRAP_UP_S = (2.0, 7.0)
PAUSE_S = (8.0, 20.0)
LOWEST_HZ = 300
PAUSE_SHARE = 0.06
"""Share of calls after which a robot pauses."""
DISPOSITION_WEIGHTS = {"sem-interesse": 40, "agendamento": 15, "venda": 12, "pessoa-errada": 8, "recado": 8, "queda": 8}
CALLBACK_MINUTES = (5, 180)


class Robot:
    """One operator at work, until told to stop."""

    def __init__(self, person: Person, *, seed: str, speed: float, phone: RobotPhone | None = None) -> None:
        self._person = person
        self._phone = phone
        self._random = random.Random(seed)
        self._speed = speed
        self._disposed: str | None = None
        self._dispositions: list[dict[str, Any]] = []
        self._pause_reasons: list[dict[str, Any]] = []

    async def work(self) -> None:
        """Log in and work; start over after any trouble."""
        while True:
            try:
                await self._person.log_in()
                self._dispositions = (await self._person.get("dispositions/"))["results"]
                self._pause_reasons = (await self._person.get("pause-reasons/"))["results"]
                await self._shift()
            except (ApiAwayError, ApiRefusedError) as trouble:
                log.info("%s: %s", self._person.email, trouble)
                await asyncio.sleep(1 + self._random.random())

    async def leave(self) -> None:
        """End the shift, if the product still answers."""
        try:
            await self._person.delete("shift/")
        except (ApiAwayError, ApiRefusedError) as trouble:
            log.debug("%s: %s", self._person.email, trouble)
        if self._phone is not None:
            await self._phone.put_down()
        await self._person.close()

    async def _shift(self) -> None:
        while True:
            shift = await self._person.get("shift/")
            if shift["state"] == "off":
                await self._start([campaign["id"] for campaign in shift["available_campaigns"]])
            elif self._phone is not None and not self._phone.has_account:
                # A shift from before: its phone was another process's.
                await self._phone.use((await self._person.post("desk/phone/take-over/"))["phone"])
            elif shift["state"] == "wrap_up":
                await self._wrap_up(shift["call"])
            elif shift["state"] == "paused":
                await self._rest(PAUSE_S)
                await self._person.post("shift/resume/")
            await asyncio.sleep(POLL_S * (0.7 + 0.6 * self._random.random()))

    async def _start(self, campaigns: list[int]) -> None:
        if self._phone is None:
            await self._person.post("shift/", {"campaigns": campaigns})
            return
        await self._phone.use(None)
        await self._phone.use((await self._person.post("desk/shift/start/", {"campaign_ids": campaigns}))["phone"])

    async def _wrap_up(self, call: dict[str, Any] | None) -> None:
        await self._rest(WRAP_UP_S)
        if call is not None and call["id"] != self._disposed:
            said = tabulation(self._choose(), self._random, datetime.now(UTC))
            await self._person.post(f"calls/{call['id']}/disposition/", said)
            self._disposed = call["id"]
        if self._random.random() < PAUSE_SHARE and self._pause_reasons:
            reason = self._random.choice(self._pause_reasons)
            await self._person.post("shift/pause/", {"reason": reason["code"]})
        else:
            await self._person.post("shift/finish-wrap-up/")

    def _choose(self) -> dict[str, Any]:
        weights = [DISPOSITION_WEIGHTS.get(disposition["code"], 3) for disposition in self._dispositions]
        return self._random.choices(self._dispositions, weights)[0]

    async def _rest(self, bounds_s: tuple[float, float]) -> None:
        await asyncio.sleep(self._random.uniform(*bounds_s) / self._speed)


def tabulation(disposition: dict[str, Any], chance: random.Random, now: datetime) -> dict[str, Any]:
    """What a robot says of a call, with all that the disposition asks for."""
    asked = [name for name in disposition["required_fields"] if name != "note"]
    said: dict[str, Any] = {
        "disposition": disposition["code"],
        "note": "Combinado por telefone" if "note" in disposition["required_fields"] else "",
        "fields": dict.fromkeys(asked, "Conferido"),
    }
    if "document" in asked:
        base = f"{chance.randrange(1, 10**9):09}"
        said["fields"]["document"] = base + cpf_check_digits(base)
    if disposition["schedules_callback"]:
        due = now + timedelta(minutes=chance.randint(*CALLBACK_MINUTES))
        said["callback"] = {"due_at": due.isoformat(), "mine": chance.random() < 0.5}
    return said


async def run(robots: list[Robot]) -> None:
    """Let them work until SIGTERM or SIGINT, then end their shifts."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(robot.work()) for robot in robots]
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    stopped.cancel()
    await asyncio.gather(*tasks, stopped, return_exceptions=True)
    await asyncio.gather(*(robot.leave() for robot in robots))
    for task in done - {stopped}:
        task.result()  # a robot that crashed ends the process with its error


def _phone(sip: str, number: int) -> RobotPhone:
    """Each with a voice of its own."""
    host, _, port = sip.rpartition(":")
    return RobotPhone((host, int(port)), LOWEST_HZ + 40 * number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", required=True, help="address of the web process")
    parser.add_argument("--host", required=True, help="the company's host, as acme.localhost")
    parser.add_argument("--emails", required=True, help="comma-separated logins")
    parser.add_argument("--sip", help="HOST:PORT of a real switch: each robot has a telephone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=1.0, help="divides wrap-up and pause times")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)-7s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    password = os.environ["CADENCIA_DEMO_PASSWORD"]
    robots = [
        Robot(
            Person(options.base, options.host, email, password),
            seed=f"{options.seed} {email}",
            speed=options.speed,
            phone=_phone(options.sip, number) if options.sip else None,
        )
        for number, email in enumerate(options.emails.split(","))
    ]
    asyncio.run(run(robots))


if __name__ == "__main__":
    main()
