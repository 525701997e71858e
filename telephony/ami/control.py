"""Control commands: in order for each operator and each call, side by side between them.

What a command does is its handler's business; modules register theirs (`Control.register`). A handler ends when its
command is done. It raises CommandRefusedError, or AmiError where the switch is away or refuses: then whoever asked
is told by CommandFailed. A command may come a second time, when the process died between doing and settling it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from redis.asyncio import Redis

from telephony.ami.checks import fault_of
from telephony.ami.clock import now_us
from telephony.ami.errors import AmiError, CommandRefusedError, RejectedError, UnsafeValueError
from telephony.ami.lanes import Lanes
from telephony.ami.link import SwitchLink
from telephony.ami.operators import Operators
from telephony.ami.outbox import Outbox
from telephony.ami.streams import REDIS_TROUBLE, CommandStream, Entry
from telephony.ami.tracker import Tracker
from telephony.bus import keys
from telephony.bus.commands import ControlCommand, HangUpCall, LogInOperator, LogOutOperator, SetOperatorFree
from telephony.bus.events import CommandFailed

log = logging.getLogger(__name__)

BLOCK_MS = 500
RETRY_S = 0.5
MOST_IN_HAND = 500
SWITCH_BACK_WITHIN_S = 30.0
CHANNEL_WITHIN_S = 5.0
LOOK_EVERY_S = 0.1

C = TypeVar("C", bound=ControlCommand)


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of command is done; commands of one lane are done in their order, one at a time."""

    do: Callable[[Any], Awaitable[None]]
    lane: Callable[[Any], str]


def by_operator(command: Any) -> str:
    """The lane of commands that move an operator's leg or the handle of his call."""
    return str(command.operator)


def by_phone(command: Any) -> str:
    """The lane of a supervisor's phone."""
    return str(command.phone)


async def load_wishes(redis: Redis, node: str) -> dict[str, LogInOperator]:
    """Give the operators' wishes that were kept; unreadable ones are logged and left alone."""
    wishes = {}
    for operator, text in (await redis.hgetall(keys.operators(node))).items():
        try:
            wishes[str(operator)] = LogInOperator(**json.loads(text))
        except (ValueError, TypeError) as error:
            # Neither the text nor a trace with it: there is a phone's password in it.
            log.error("the kept wish of operator %s can't be read: %s", operator, type(error).__name__)  # noqa: TRY400
    return wishes


@dataclass(slots=True)
class Control:
    """Reads the control stream and has each command done in its lane; then it is settled."""

    stream: CommandStream[ControlCommand]
    link: SwitchLink
    tracker: Tracker
    operators: Operators
    lanes: Lanes
    outbox: Outbox
    handlers: dict[type, Handler] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.register(HangUpCall, self._hang_up, lane=lambda command: command.call_id)
        self.register(LogInOperator, self.operators.log_in)
        self.register(LogOutOperator, self.operators.log_out)
        self.register(SetOperatorFree, self.operators.set_free)

    def register(
        self, kind: type[C], do: Callable[[C], Awaitable[None]], *, lane: Callable[[C], str] = by_operator
    ) -> None:
        """Have commands of one kind done by ``do``, in the lane that ``lane`` names. A kind has one handler."""
        if kind in self.handlers:
            raise ValueError(f"{kind.__name__} has a handler already")
        self.handlers[kind] = Handler(do, lane)

    async def run(self) -> None:
        """Until cancelled; what is not done by then stays pending for the next process."""
        while True:
            try:
                if len(self.lanes) >= MOST_IN_HAND:
                    await asyncio.sleep(LOOK_EVERY_S)
                    continue
                for entry in await self.stream.read(count=MOST_IN_HAND, block_ms=BLOCK_MS):
                    self._take(entry)
            except REDIS_TROUBLE as error:
                log.warning("Redis is away, commands wait: %s", error)
                self.stream.recheck()
                await asyncio.sleep(RETRY_S)

    def _take(self, entry: Entry[ControlCommand]) -> None:
        command = entry.message
        if command is None:
            log.error("a control command is thrown away: %s", entry.fault)
            self._settle(entry)
            return
        handler, fault = self.handlers.get(type(command)), fault_of(command)
        if fault or handler is None:
            fault = fault or "this node can't do it"
            log.error("%s is thrown away: %s", type(command).__name__, fault)
            self._tell_failed(command, "rejected", fault)
            self._settle(entry)
            return

        async def job() -> None:
            await self._do(command, handler)
            self._settle(entry)

        self.lanes.put(handler.lane(command), job)

    def _settle(self, entry: Entry[ControlCommand]) -> None:
        """By way of the outbox, behind the wish that the command changed."""
        self.outbox.put(None, self.stream.settling([entry.id]))
        # It stays in hand: should it be read once more before the outbox is written, it must not be done again.

    async def _do(self, command: ControlCommand, handler: Handler) -> None:
        try:
            await handler.do(command)
        except CommandRefusedError as error:
            self._tell_failed(command, error.code, error.detail)
        except (RejectedError, UnsafeValueError) as error:
            self._tell_failed(command, "rejected", str(error))
        except AmiError as error:
            self._tell_failed(command, "switch_away", str(error))

    def _tell_failed(self, command: ControlCommand, code: str, detail: str) -> None:
        """Tell who asked, as far as the command says who that is."""
        names = {name: getattr(command, name, "") for name in ("schema", "operator", "phone", "session", "call_id")}
        if not all(isinstance(value, str) for value in names.values()) or not names["schema"]:
            return
        kind, who = type(command).__name__, names["phone"] or names["operator"]
        log.warning("[%s] %s of %s not done (%s): %s", names["schema"], kind, who, code, detail)
        self.outbox.put(
            CommandFailed(
                self.tracker.node, now_us(), names["schema"], kind, code,
                operator=who, session=names["session"], call_id=names["call_id"], detail=detail[:300],
            )
        )  # fmt: skip

    async def _hang_up(self, command: HangUpCall) -> None:
        """End a call's channel; one that is being made is waited for, one that is gone needs nothing."""
        if not await self.link.wait_up(SWITCH_BACK_WITHIN_S):
            log.warning("[%s] call %s not hung up: the switch is away", command.schema, command.call_id)
            return
        waited_s = 0.0
        while (call := self.tracker.calls.get(command.call_id)) and not call.channel and waited_s < CHANNEL_WITHIN_S:
            await asyncio.sleep(LOOK_EVERY_S)
            waited_s += LOOK_EVERY_S
        if call is None:
            log.info("[%s] call %s has ended before it could be hung up", command.schema, command.call_id)
            return
        if call.order.schema != command.schema:
            raise CommandRefusedError("not_talking", "no such call")
        log.info("[%s] call %s: hanging up: %s", command.schema, command.call_id, command.reason)
        call.asked_by = "operator" if command.reason == "operator" else "dialer"
        try:
            await self.link.request({"Action": "Hangup", "Channel": call.channel or command.call_id})
        except RejectedError as error:
            log.info("[%s] call %s was gone: %s", command.schema, command.call_id, error)
        except AmiError as error:
            log.warning("[%s] call %s not hung up: %s", command.schema, command.call_id, error)
