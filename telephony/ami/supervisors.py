"""Supervisors' phones: wanted from OpenPhone to ClosePhone, kept in Redis meanwhile (keys.phones)."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from redis.asyncio import Redis

from telephony.ami.clock import now_us
from telephony.ami.endpoints import PhoneWish
from telephony.ami.errors import CommandRefusedError
from telephony.ami.outbox import RedisCommand
from telephony.ami.phones import Phones
from telephony.bus import keys
from telephony.bus.commands import ClosePhone, OpenPhone

log = logging.getLogger(__name__)

FORGOTTEN_AFTER_US = 12 * 3_600_000_000
"""A phone that nobody has registered for so long, and nobody has closed, is taken away."""

Keep = Callable[[None, Sequence[RedisCommand]], None]


async def load_open_phones(redis: Redis, node: str) -> dict[str, OpenPhone]:
    """Give the wishes that were kept; unreadable ones are said, never shown, and left alone."""
    wishes = {}
    for phone, text in (await redis.hgetall(keys.phones(node))).items():
        try:
            wishes[str(phone)] = OpenPhone(**json.loads(text))
        except (ValueError, TypeError) as error:
            log.error("the kept wish for phone %s can't be read: %s", phone, type(error).__name__)  # noqa: TRY400
    return wishes


@dataclass(slots=True)
class Supervisors:
    """Of one node. The coroutines are handlers of the commands."""

    node: str
    phones: Phones
    keep: Keep
    wishes: dict[str, OpenPhone] = field(default_factory=dict)

    async def open(self, command: OpenPhone) -> None:
        if not command.secret:
            raise CommandRefusedError("rejected", "a phone without a secret")
        if self.phones.schema(command.phone) not in ("", command.schema) and self.phones.registered(command.phone):
            raise CommandRefusedError("rejected", f"{command.phone} is another company's")
        self.wishes[command.phone] = command
        self.keep(None, [("HSET", keys.phones(self.node), command.phone, json.dumps(dataclasses.asdict(command)))])
        self.phones.want(wish_of(command))

    async def close(self, command: ClosePhone) -> None:
        wish = self.wishes.get(command.phone)
        mine = wish is None or (wish.session, wish.schema) == (command.session, command.schema)
        if not mine or self.phones.schema(command.phone) not in ("", command.schema):
            log.info("[%s] phone %s: closing of an older session ignored", command.schema, command.phone)
            return
        self._drop(command.phone, command.session)

    def drop_forgotten(self) -> None:
        """Called now and then."""
        before_us = now_us() - FORGOTTEN_AFTER_US
        for phone, wish in list(self.wishes.items()):
            if 0 < self.phones.idle_us(phone) < before_us:
                log.info("[%s] phone %s: nobody has used it for long; taken away", wish.schema, phone)
                self._drop(phone, wish.session)

    def _drop(self, phone: str, session: str) -> None:
        self.wishes.pop(phone, None)
        self.keep(None, [("HDEL", keys.phones(self.node), phone)])
        self.phones.unwant(phone, session)


def wish_of(command: OpenPhone) -> PhoneWish:
    return PhoneWish(command.schema, command.phone, command.session, command.secret, command.name)
