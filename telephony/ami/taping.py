"""Recordings: those that the dialplan begins with a call, and those that begin when an operator wants one.

The `ami` account may not start MixMonitor (it could write any file), so a recording in mid-call is a listener on the
customer's channel: a Local channel whose one half records what the other hears of him (context `tap`), ended by
hanging it up. Nothing is stored before. It lasts as long as the customer's channel, whoever he talks with.

When somebody else begins to talk with the customer, what records him has to be begun anew: Asterisk (22.10, measured;
asterisk/asterisk#507) takes the new one's packets for late ones where their sequence numbers, which begin at random,
are behind those of the one before, and their voice is missing from half of all files, for minutes. The dialplan's own
recording is then stopped, and a tap goes on in its file.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path

from telephony.ami import events as ami
from telephony.ami import talk_events as heard
from telephony.ami.call import Call
from telephony.ami.clock import now_us
from telephony.ami.control import Control
from telephony.ami.errors import AmiError, CommandRefusedError
from telephony.ami.floor import Floor
from telephony.ami.moves import Place
from telephony.ami.resync import Snapshot
from telephony.ami.tasks import TaskSet
from telephony.bus.commands import ControlRecording
from telephony.bus.events import CallConnected, CallEnded, RecordingChanged, SwitchEvent

log = logging.getLogger(__name__)

TAP = "tap-"
"""Uniqueid of the half that records: this, and the call id. The other half's begins with `TAP_LISTENER`."""
TAP_LISTENER = "tapped-"
START_WITHIN_S = 5
MADE_AFTER_S = 1.0
WRITTEN_AFTER_S = 5.0
"""The switch writes 32 kB at once, two seconds of sound."""
HEADER_BYTES = 44
ENDS_WITH_CALL_S = 0.5
"""A tap and its customer hang up in either order."""
CLOSED_AFTER_S = 0.1
"""A file that is stopped is closed by a thread of its own."""
PAUSED = "RECPAUSED"
"""Channel variable of the customer, for the next process: the switch doesn't tell what is muted."""
AGAIN: Place = ("tap", "again", 1)


@dataclass(slots=True)
class Tape:
    """A recording that runs. ``channel``: the Uniqueid of the channel that MixMonitor is on; "" while it is paused
    and will go on as a tap.
    """

    path: str
    channel: str
    paused: bool = False
    stopping: bool = False
    """An operator has ended it."""
    talks_with: str = ""
    """Whom the customer talked with when it was begun, or begun anew."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_tap(self) -> bool:
        return self.channel.startswith(TAP)


@dataclass(slots=True)
class Taping:
    """Of one node."""

    floor: Floor
    tasks: TaskSet
    folder: Path | None
    """The recordings folder, where this process can see it: then a file that doesn't come is noticed at once."""
    tapes: dict[str, Tape] = field(default_factory=dict)
    """By call id."""
    _wanted: dict[str, str] = field(default_factory=dict)
    """Paths of the recordings that are being started, by call id."""

    def register(self, control: Control) -> None:
        control.register(ControlRecording, self.control)

    async def control(self, command: ControlRecording) -> None:
        """The handler of the command. What it does twice changes nothing the second time."""
        _, call = self.floor.find(command)
        tape = self.tapes.get(command.call_id)
        if tape is None and command.action == "start":
            await self._start(command, call)
        elif tape is None:
            raise CommandRefusedError("rejected", "nothing is being recorded")
        else:
            async with tape.lock:
                await self._change(command.action, call, tape)

    async def _start(self, command: ControlRecording, call: Call) -> None:
        if not command.path.startswith(f"{command.schema}/"):
            raise CommandRefusedError("rejected", f"{command.path!r} is no place for a recording")
        self._wanted[command.call_id] = command.path
        await self._tap(call, command.path)

    async def _change(self, action: str, call: Call, tape: Tape) -> None:
        moves = self.floor.moves
        if action == "stop":
            if tape.is_tap:
                tape.stopping = True
                await moves.end(tape.channel)
            elif tape.channel:
                await moves.stop_recording(tape.channel)
            else:
                self._drop(call.order.call_id)
                self._tell(call, "stopped", tape.path, now_us())
        elif tape.paused != (action == "pause"):
            await moves.set(call.uniqueid, **{PAUSED: "1" if action == "pause" else ""})
            if tape.channel:
                await moves.mute_recording(tape.channel, muted=action == "pause")
            elif action != "pause":
                await self._go_on_as_tap(call, tape)
                tape.paused = False
                self._tell(call, "resumed", tape.path, now_us())

    async def _tap(self, call: Call, path: str) -> None:
        """Have a listener record the customer from now on, behind what the file has."""
        call_id = call.order.call_id
        channel = TAP + call_id
        with self.floor.witness.expecting(lambda event: _of(event, channel)) as begun:
            await self.floor.moves.call(
                "Local/s@tap/n", ("tap", "wait", 1), uniqueid=TAP_LISTENER + call_id, other_uniqueid=channel,
                timeout_s=START_WITHIN_S, variables=[f"__TAPCHAN={call.channel}", f"__TAPFILE={path}"],
            )  # fmt: skip
            came = await begun.come("the recording runs")
        if not isinstance(came, heard.RecordingStarted):
            raise CommandRefusedError("rejected", "the switch can't write the recording")

    # Somebody else talks with the customer.

    def _talks_with(self, call: Call, somebody: str) -> None:
        tape = self.tapes.get(call.order.call_id)
        if tape is None or tape.talks_with == somebody:
            return
        before, tape.talks_with = tape.talks_with, somebody
        if before:
            self.tasks.spawn(self._begin_anew(call, tape), name=f"record {call.order.call_id} anew")

    def _bridged(self, event: heard.Bridged) -> None:
        """An operator who comes back may have another leg; without one of ours, the customer was handed on."""
        if (talk := self.floor.by_handle(event.channel)) is not None:
            call = self.floor.tracker.calls.get(talk.call_id)
            if call is not None and not talk.bound_for:
                self._talks_with(call, self._operator_of(call))
        elif (call := self.floor.tracker.find(event.uniqueid)) is not None and call.apart:
            self._talks_with(call, event.bridge)

    def _operator_of(self, call: Call, operator: str = "") -> str:
        """The operator and his leg, "" where nobody talks with the customer yet."""
        name = operator or call.operator
        leg = self.floor.operators.legs.get(name)
        return f"{name} {leg.since_us if leg is not None else 0}" if name else ""

    async def _begin_anew(self, call: Call, tape: Tape) -> None:
        async with tape.lock:
            if self.tapes.get(call.order.call_id) is not tape or call.gone is not None:
                return
            try:
                if tape.is_tap:
                    await self.floor.moves.move(tape.channel, AGAIN)
                elif tape.channel:
                    await self._go_on_as_tap(call, tape)
            except (AmiError, CommandRefusedError) as error:
                if self.tapes.get(call.order.call_id) is tape and call.gone is None:
                    self._drop(call.order.call_id)
                    self._tell(call, "failed", tape.path, now_us(), f"not begun anew with another talker: {error}")

    async def _go_on_as_tap(self, call: Call, tape: Tape) -> None:
        """A paused one goes on when it is resumed: nothing may be heard in between."""
        own, tape.channel = tape.channel, ""
        if own:
            await self.floor.moves.stop_recording(own)
            await asyncio.sleep(CLOSED_AFTER_S)
            if tape.paused:
                return
        tape.channel = TAP + call.order.call_id
        try:
            await self._tap(call, tape.path)
        except (AmiError, CommandRefusedError):
            tape.channel = ""  # it may be tried again
            raise

    # What the switch says.

    def on_event(self, event: ami.AmiEvent) -> None:
        match event:
            case heard.RecordingStarted():
                self._started(event)
            case heard.RecordingMuted():
                self._muted(event)
            case heard.RecordingStopped() | ami.ChannelGone():
                self._stopped(event)
            case heard.Bridged(holding=False) if self.tapes:
                self._bridged(event)

    def _started(self, event: heard.RecordingStarted) -> None:
        call = self._call(event.uniqueid)
        if call is None:
            return
        call_id = call.order.call_id
        if call_id in self.tapes:
            return  # it goes on
        tapped = event.uniqueid.startswith(TAP)
        path = self._wanted.pop(call_id, "") if tapped else call.order.variables.get("REC", "")
        tape = self.tapes[call_id] = Tape(path, event.uniqueid, talks_with=self._operator_of(call))
        self._tell(call, "started", path, event.at_us)
        if self.folder is not None and path:
            self.tasks.spawn(self._look_for_file(call, tape, self.folder / path), name=f"file of {call_id}")

    async def _look_for_file(self, call: Call, tape: Tape, file: Path) -> None:
        """The switch says nothing of a file that it can't make (no right to the folder), nor of a full disk."""
        await asyncio.sleep(MADE_AFTER_S)
        if await asyncio.to_thread(file.exists):
            await asyncio.sleep(WRITTEN_AFTER_S)
            if await asyncio.to_thread(_has_sound, file):
                return
            detail = "nothing is written to it: is the disk full?"
        else:
            detail = "the switch can't make the file"
        if self.tapes.get(call.order.call_id) is tape and not tape.paused:
            self._drop(call.order.call_id)
            self._tell(call, "failed", tape.path, now_us(), detail)

    def _muted(self, event: heard.RecordingMuted) -> None:
        call = self._call(event.uniqueid)
        tape = self.tapes.get(call.order.call_id) if call is not None else None
        if call is not None and tape is not None and tape.paused != event.muted:
            tape.paused = event.muted
            self._tell(call, "paused" if event.muted else "resumed", tape.path, event.at_us)

    def _stopped(self, event: heard.RecordingStopped | ami.ChannelGone) -> None:
        """A recording has ended in mid-call; that it ends with its call needs no telling."""
        if isinstance(event, ami.ChannelGone) and not event.uniqueid.startswith(TAP):
            return
        call = self._call(event.uniqueid)
        tape = self.tapes.get(call.order.call_id) if call is not None else None
        if call is not None and tape is not None and tape.channel == event.uniqueid:
            self._drop(call.order.call_id)
            if tape.is_tap and not tape.stopping:
                self.tasks.spawn(self._ended_by_itself(call, tape, event.at_us), name=f"end of {tape.channel}")
            elif call.gone is None:
                self._tell(call, "stopped", tape.path, event.at_us)

    async def _ended_by_itself(self, call: Call, tape: Tape, at_us: int) -> None:
        await asyncio.sleep(ENDS_WITH_CALL_S)
        if call.gone is None and call.order.call_id not in self.tapes:
            self._tell(call, "stopped", tape.path, at_us)

    def on_fact(self, fact: SwitchEvent) -> None:
        if isinstance(fact, CallEnded):
            self._drop(fact.call_id)
        elif isinstance(fact, CallConnected) and (call := self.floor.tracker.calls.get(fact.call_id)):
            self._talks_with(call, self._operator_of(call, fact.operator))

    def recall(self, snapshot: Snapshot) -> None:
        """After a login: what is recorded by now, as far as the switch tells."""
        for call_id, call in self.floor.tracker.calls.items():
            row, tap = snapshot.channels.get(call.uniqueid), snapshot.channels.get(TAP + call_id)
            if row is None or call_id in self.tapes:
                continue
            path = tap.variables.get("TAPFILE", "") if tap is not None else call.order.variables.get("REC", "")
            if path and call.answered_us:
                channel = tap.uniqueid if tap is not None else call.uniqueid
                paused = row.variables.get(PAUSED) == "1"
                self.tapes[call_id] = Tape(path, channel, paused=paused, talks_with=self._operator_of(call))

    # Inside.

    def _call(self, uniqueid: str) -> Call | None:
        tracker = self.floor.tracker
        return tracker.calls.get(uniqueid.removeprefix(TAP)) if uniqueid.startswith(TAP) else tracker.find(uniqueid)

    def _drop(self, call_id: str) -> Tape | None:
        self._wanted.pop(call_id, None)
        return self.tapes.pop(call_id, None)

    def _tell(self, call: Call, state: str, path: str, at_us: int, detail: str = "") -> None:
        order = call.order
        event = RecordingChanged(
            self.floor.tracker.node, at_us or now_us(), order.schema, order.campaign_id, order.call_id, state, path,
            detail,
        )  # fmt: skip
        self.floor.publish([event])


def _of(event: ami.AmiEvent, channel: str) -> bool:
    """The recording on this channel runs, or its channel has ended at once."""
    kinds = (heard.RecordingStarted, ami.ChannelGone)
    return isinstance(event, kinds) and event.uniqueid == channel


def _has_sound(file: Path) -> bool:
    try:
        return file.stat().st_size > HEADER_BYTES
    except OSError:
        return False
