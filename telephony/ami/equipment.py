"""What a node has beside its calls: phones, trunks, numbers. Wanted in Redis, brought to the switch, and reported."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from redis.asyncio import Redis

from telephony.ami import events as ami
from telephony.ami.ari import Ari
from telephony.ami.clock import now_us
from telephony.ami.comings import Comings
from telephony.ami.control import Control, by_phone
from telephony.ami.errors import AmiError
from telephony.ami.link import SwitchLink
from telephony.ami.node_events import ContactChanged, RegistrationChanged
from telephony.ami.node_parts import PARTS_TTL_S, channels_by_trunk, queue_states
from telephony.ami.numbers import Numbers
from telephony.ami.operators import Operators, phone_of
from telephony.ami.phones import Phones
from telephony.ami.resync import Snapshot, ask_members
from telephony.ami.settings import Settings
from telephony.ami.state_check import StateCheck
from telephony.ami.supervisors import Supervisors, load_open_phones, wish_of
from telephony.ami.tasks import TaskSet
from telephony.ami.tracker import Tracker
from telephony.ami.trunks import Trunks
from telephony.bus import keys
from telephony.bus.commands import ClosePhone, ExpectReload, OpenPhone, Reprovision
from telephony.bus.parts import NodeParts

log = logging.getLogger(__name__)

MEMBERS_EVERY_TICKS = 120
FORGETTING_EVERY_TICKS = 240


def ari_of(settings: Settings) -> Ari | None:
    """The switch's ARI; None where this node is told of none."""
    return Ari(settings.ari_url, settings.ari_user, settings.ari_secret) if settings.ari_url else None


@dataclass(slots=True)
class Equipment:
    """Of one node; the service tells it what happens."""

    settings: Settings
    redis: Redis
    link: SwitchLink
    ari: Ari | None
    phones: Phones
    operators: Operators
    tracker: Tracker
    comings: Comings
    supervisors: Supervisors
    trunks: Trunks
    numbers: Numbers
    tasks: TaskSet
    _states: StateCheck = field(init=False)
    _ticks: int = field(default=0)

    def __post_init__(self) -> None:
        self._states = StateCheck(self.operators, self.operators.lanes)

    def register(self, control: Control) -> None:
        """Have this node's commands done."""
        self.phones.listeners.append(self.comings.on_phone)
        control.register(ExpectReload, self.comings.expect_reload)
        control.register(OpenPhone, self.supervisors.open, lane=by_phone)
        control.register(ClosePhone, self.supervisors.close, lane=by_phone)
        control.register(Reprovision, self._reprovision, lane=lambda _command: "equipment")

    async def _reprovision(self, _command: Reprovision) -> None:
        self.trunks.recheck()
        self.numbers.recheck()

    async def take_up(self) -> None:
        """What Redis says is wanted. Raises what REDIS_TROUBLE names; may be repeated."""
        await self.trunks.take_up()
        self.supervisors.wishes = await load_open_phones(self.redis, self.settings.node)
        self.phones.expect(wish_of(wish) for wish in self.supervisors.wishes.values())
        self.phones.expect(phone_of(wish) for wish in self.operators.wishes.values() if wish.secret)

    def start(self) -> None:
        self.tasks.spawn(self.phones.run(), name="phones")
        self.tasks.spawn(self.trunks.run(), name="trunks")
        self.tasks.spawn(self.numbers.run(), name="numbers")

    def on_event(self, event: ami.AmiEvent) -> None:
        """Before the tracker: it forgets a call with its end."""
        match event:
            case ContactChanged():
                self.phones.on_contact(event)
                self.trunks.on_contact(event)
            case RegistrationChanged():
                self.trunks.on_registration(event)

            case ami.ChannelGone():
                call = self.tracker.find(event.uniqueid)
                if call is not None:
                    rang = call.ringing_us > 0 or call.answered_us > 0
                    self.trunks.call_ended(call.order.trunk, event.tech_cause, rang=rang)

    async def write_parts(self) -> None:
        """Raises what REDIS_TROUBLE names."""
        calls = list(self.tracker.calls.values())
        parts = NodeParts(
            self.settings.node,
            now_us(),
            trunks=self.trunks.states(channels_by_trunk(calls)),
            phones=self.phones.states(self.operators.legs_up()),
            queues=queue_states(self.operators, calls),
        )
        await self.redis.set(keys.parts(self.settings.node), parts.to_json(), ex=PARTS_TTL_S)

    def on_login(self, snapshot: Snapshot) -> None:
        """After the operators' own restoration."""
        self.comings.restore(snapshot)
        self.phones.recheck()
        self.trunks.recheck()
        self.numbers.recheck(anew=True)

    def on_tick(self) -> None:
        self._ticks += 1
        self.comings.on_tick()
        if self._ticks % MEMBERS_EVERY_TICKS == 0 and self.link.up:
            self.tasks.spawn(self._check_members(), name="members")
        if self._ticks % FORGETTING_EVERY_TICKS == 0:
            self.supervisors.drop_forgotten()

    async def _check_members(self) -> None:
        try:
            rows = await ask_members(self.link)
        except AmiError as error:
            log.info("the queues' members can't be looked at now: %s", error)
            return
        self.operators.check_members(rows)
        self._states.look(rows)

    async def close(self) -> None:
        if self.ari is not None:
            await self.ari.close()
