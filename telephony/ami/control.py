"""Control commands: in order for each operator and each call, side by side between them."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from dataclasses import dataclass

from redis.asyncio import Redis

from telephony.ami.errors import AmiError, RejectedError
from telephony.ami.lanes import Lanes
from telephony.ami.link import SwitchLink
from telephony.ami.operators import Operators
from telephony.ami.outbox import Outbox
from telephony.ami.streams import REDIS_TROUBLE, CommandStream, Entry
from telephony.ami.tracker import Tracker
from telephony.bus import keys
from telephony.bus.commands import ControlCommand, HangUpCall, LogInOperator, LogOutOperator, SetOperatorFree

log = logging.getLogger(__name__)

BLOCK_MS = 500
RETRY_S = 0.5
MOST_IN_HAND = 500
SWITCH_BACK_WITHIN_S = 30.0
CHANNEL_WITHIN_S = 5.0
LOOK_EVERY_S = 0.1
QUEUE = re.compile(r"[A-Za-z0-9_-]{1,120}")
CHECKS: dict[str, re.Pattern[str]] = {
    "schema": re.compile(r"[a-z0-9_]{1,63}"),
    "call_id": re.compile(r"[0-9a-fA-F-]{36}"),
    "operator": re.compile(r"\d{1,20}", re.ASCII),
    "session": re.compile(r"[A-Za-z0-9_-]{1,64}"),
    "endpoint": re.compile(r"PJSIP/[A-Za-z0-9_.-]{1,80}(@[A-Za-z0-9_.-]{1,80})?"),
    "reason": re.compile(r"[^\x00-\x1f\x7f]{0,200}"),
}


def fault_of(command: ControlCommand) -> str:
    """Say what is wrong with a command's values, "" for a sound one."""
    for name, pattern in CHECKS.items():
        value = getattr(command, name, None)
        if hasattr(command, name) and not (isinstance(value, str) and pattern.fullmatch(value)):
            return f"{name}: {value!r}"
    if isinstance(command, LogInOperator):
        queues = command.queues if isinstance(command.queues, dict) else {"": command.queues}
        if wrong := [queue for queue, penalty in queues.items() if not _is_queue(queue, penalty)]:
            return f"queues: {wrong!r}"
    return ""


def _is_queue(queue: str, penalty: object) -> bool:
    return QUEUE.fullmatch(queue) is not None and type(penalty) is int and penalty >= 0


async def load_wishes(redis: Redis, node: str) -> dict[str, LogInOperator]:
    """Give the operators' wishes that were kept; unreadable ones are logged and left alone."""
    wishes = {}
    for operator, text in (await redis.hgetall(keys.operators(node))).items():
        try:
            wishes[str(operator)] = LogInOperator(**json.loads(text))
        except (ValueError, TypeError):
            log.exception("the kept wish of operator %s can't be read: %r", operator, text)
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
        fault = entry.fault if command is None else fault_of(command)
        if command is None or fault:
            log.error("a control command is thrown away: %s", fault)
            self._settle(entry)
            return
        key = command.call_id if isinstance(command, HangUpCall) else str(getattr(command, "operator", ""))

        async def job() -> None:
            await self._do(command)
            self._settle(entry)

        self.lanes.put(key, job)

    def _settle(self, entry: Entry[ControlCommand]) -> None:
        """By way of the outbox, behind the wish that the command changed."""
        self.outbox.put(None, self.stream.settling([entry.id]))
        # It stays in hand: should it be read once more before the outbox is written, it must not be done again.

    async def _do(self, command: ControlCommand) -> None:
        match command:
            case HangUpCall():
                await self._hang_up(command)
            case LogInOperator():
                await self.operators.log_in(command)
            case LogOutOperator():
                await self.operators.log_out(command)
            case SetOperatorFree():
                await self.operators.set_free(command)

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
        log.info("[%s] call %s: hanging up: %s", command.schema, command.call_id, command.reason)
        try:
            await self.link.request({"Action": "Hangup", "Channel": call.channel or command.call_id})
        except RejectedError as error:
            log.info("[%s] call %s was gone: %s", command.schema, command.call_id, error)
        except AmiError as error:
            log.warning("[%s] call %s not hung up: %s", command.schema, command.call_id, error)
