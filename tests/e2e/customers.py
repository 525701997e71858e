"""The people at the other end of the trunk: SIP user agents with a tone each, in a thread of their own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Self, TypeVar

from tools.phones import Behaviour, PhoneCall, UserAgent

T = TypeVar("T")
CUSTOMER_HZ = 425
AS_A_VOICE = 1_500
"""As loud as what browsers make of an operator's tone (echo, noise and gain are seen to there): who is louder drowns it
where three talk."""
WITHIN_S = 30.0


class Customers:
    """Everybody answers at once with CUSTOMER_HZ, but for whom `behaviours` says otherwise (by the number's end)."""

    def __init__(self, switch_port: int, port: int) -> None:
        self.behaviours: dict[str, Behaviour] = {}
        self._switch = ("127.0.0.1", switch_port)
        self._port = port
        self._agent: UserAgent
        self._callers: list[UserAgent] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="customers", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._agent = self.do(self._open(UserAgent(self._switch, self._behave, port=self._port)))
        return self

    def __exit__(self, *_: object) -> None:
        for agent in (*self._callers, self._agent):
            self.do(agent.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        future: Future[T] = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        return future.result(timeout=60)

    # ── Called.

    def calls_to(self, number: str) -> list[PhoneCall]:
        """All calls that came to a number (E.164), the newest last."""
        digits = number.removeprefix("+")
        return [call for call in list(self._agent.calls.values()) if digits.endswith(call.number.removeprefix("+"))]

    def talking(self) -> list[PhoneCall]:
        return [call for call in list(self._agent.calls.values()) if call.up]

    def call_to(self, number: str) -> PhoneCall:
        """The call to a number that is up, waiting for it."""
        return until(lambda: next((call for call in self.calls_to(number) if call.up), None), f"a call to {number}")

    def hang_up(self, call: PhoneCall) -> None:
        agent = next(one for one in (self._agent, *self._callers) if call.call_id in one.calls)
        self.do(agent.hang_up(call))

    def hang_up_all(self) -> None:
        for agent in (self._agent, *self._callers):
            for call in list(agent.calls.values()):
                self.do(agent.hang_up(call))

    # ── Calling.

    def call_in(self, number: str, caller: str, hertz: int) -> PhoneCall:
        """Somebody calls a number of the company's over the trunk; gives the call once it is answered."""
        agent = self.do(self._open(UserAgent(self._switch, username=caller)))
        self._callers.append(agent)
        return self.do(agent.call(number, hertz, AS_A_VOICE))

    async def _open(self, agent: UserAgent) -> UserAgent:
        return await agent.__aenter__()

    def _behave(self, number: str) -> Behaviour:
        return next(
            (behaviour for end, behaviour in self.behaviours.items() if number.endswith(end)),
            Behaviour(hertz=CUSTOMER_HZ, loud=AS_A_VOICE),
        )


def until(look: Callable[[], T | None], what: str, within_s: float = WITHIN_S) -> T:
    """The first true answer of `look`. Fails with `what` was waited for."""
    deadline = time.monotonic() + within_s
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within_s:.0f} s")
        time.sleep(0.1)
    return found


def hears(call: PhoneCall, hertz: int, within_s: float = WITHIN_S) -> bool:
    """Whether a customer comes to hear a tone."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if call.ear.hears(hertz):
            return True
        time.sleep(0.1)
    return False
