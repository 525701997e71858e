"""A global admin's test calls: dialed over a trunk, greeted, hung up, and how that went."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from telephony.ami import events as ami
from telephony.ami.clock import now_us
from telephony.ami.control import Control
from telephony.ami.errors import AmiError
from telephony.ami.moves import Moves, Place
from telephony.ami.outgoing import Outgoing
from telephony.bus.commands import PlaceTestCall
from telephony.bus.events import SwitchEvent, TestCallEnded

log = logging.getLogger(__name__)

TRIAL = "test-"
GREETING: Place = ("test", "s", 1)
NOTHING_AFTER_US = 60_000_000
"""Beyond the ring timeout: a test call of which nothing more was heard is given up."""
SETTLE_US = 1_000_000


@dataclass(slots=True)
class Trial:
    """A test call that runs. Instants in microseconds, 0: not yet."""

    test_id: str
    give_up_us: int
    made: bool = False
    ringing_us: int = 0
    answered_us: int = 0
    failed: bool = False


@dataclass(slots=True)
class Trials:
    """Of one node."""

    node: str
    moves: Moves
    outgoing: Outgoing
    publish: Callable[[Sequence[SwitchEvent]], None]
    trials: dict[str, Trial] = field(default_factory=dict)
    """By the Uniqueid of the channel."""

    def register(self, control: Control) -> None:
        control.register(PlaceTestCall, self.place, lane=lambda command: TRIAL + command.test_id)

    async def place(self, command: PlaceTestCall) -> None:
        uniqueid = TRIAL + command.test_id
        if uniqueid in self.trials:
            return
        at_us = now_us()
        if command.deadline_us < at_us:
            self._end(Trial(command.test_id, 0), at_us, detail="late: the node was away")
            return
        give_up_us = at_us + command.ring_timeout_s * 1_000_000 + NOTHING_AFTER_US
        trial = self.trials[uniqueid] = Trial(command.test_id, give_up_us)
        number = self.outgoing.dialed(command.number, command.trunk)
        try:
            await self.moves.call(
                f"PJSIP/{number}@{command.trunk}", GREETING, uniqueid=uniqueid, timeout_s=command.ring_timeout_s,
                caller_id=command.caller_id,
            )  # fmt: skip
        except AmiError as error:
            self.trials.pop(uniqueid, None)
            self._end(trial, now_us(), detail=str(error))

    def on_event(self, event: ami.AmiEvent) -> None:
        if isinstance(event, ami.OriginateDone):
            self._originated(event)
            return
        trial = self.trials.get(getattr(event, "uniqueid", ""))
        if trial is None:
            return
        trial.made = True
        at_us = getattr(event, "at_us", 0) or now_us()
        match event:
            case ami.ChannelRinging():
                trial.ringing_us = trial.ringing_us or at_us
            case ami.ChannelUp():
                trial.answered_us = trial.answered_us or at_us
            case ami.ChannelGone():
                self.trials.pop(event.uniqueid, None)
                self._end(trial, at_us, cause=event.cause, tech_cause=event.tech_cause)

    def _originated(self, event: ami.OriginateDone) -> None:
        trial = self.trials.get(event.action_id)
        if trial is not None and not event.success:
            # Its channel's end may still come, and says more; where no channel was made, nothing comes.
            trial.failed, trial.give_up_us = True, now_us() + SETTLE_US

    def on_tick(self) -> None:
        """Give up those of which nothing more comes."""
        at_us = now_us()
        for uniqueid in [uniqueid for uniqueid, trial in self.trials.items() if trial.give_up_us < at_us]:
            trial = self.trials.pop(uniqueid)
            made = "the switch said nothing more of it" if trial.made else "no channel was made: unknown trunk?"
            self._end(trial, at_us, detail=made)

    def _end(self, trial: Trial, at_us: int, *, cause: int = 0, tech_cause: str = "", detail: str = "") -> None:
        ended = TestCallEnded(
            self.node, at_us, trial.test_id, cause, tech_cause, trial.ringing_us, trial.answered_us, detail
        )
        self.publish([ended])
