"""Recordings: those that the dialplan begins with a call, and those that begin when an operator wants one.

The `ami` account may not start MixMonitor (it could write any file), so a recording in mid-call is a listener on the
customer's channel: a Local channel whose one half records what the other hears of him (context `tap`), ended by
hanging it up. Nothing is stored before. It lasts as long as the customer's channel, whoever he talks with.
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
from telephony.ami.errors import CommandRefusedError
from telephony.ami.floor import Floor
from telephony.ami.resync import Snapshot
from telephony.ami.tasks import TaskSet
from telephony.bus.commands import ControlRecording
from telephony.bus.events import CallEnded, RecordingChanged, SwitchEvent

log = logging.getLogger(__name__)

TAP = "tap-"
"""Uniqueid of the half that records: this, and the call id. The other half's begins with `TAP_LISTENER`."""
TAP_LISTENER = "tapped-"
START_WITHIN_S = 5
MADE_AFTER_S = 1.0
WRITTEN_AFTER_S = 5.0
"""The switch writes 32 kB at once, two seconds of sound."""
HEADER_BYTES = 44


@dataclass(slots=True)
class Tape:
    """A recording that runs. ``channel``: the Uniqueid of the channel that MixMonitor is on."""

    path: str
    channel: str
    paused: bool = False


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
        if command.action == "start":
            await self._start(command, call, tape)
            return
        if tape is None:
            raise CommandRefusedError("rejected", "nothing is being recorded")
        moves = self.floor.moves
        if command.action == "stop" and tape.channel.startswith(TAP):
            await moves.end(tape.channel)
        elif command.action == "stop":
            await moves.stop_recording(tape.channel)
        elif tape.paused != (command.action == "pause"):
            await moves.mute_recording(tape.channel, muted=command.action == "pause")

    async def _start(self, command: ControlRecording, call: Call, tape: Tape | None) -> None:
        if tape is not None:
            if tape.paused:
                await self.floor.moves.mute_recording(tape.channel, muted=False)
            return
        if not command.path.startswith(f"{command.schema}/"):
            raise CommandRefusedError("rejected", f"{command.path!r} is no place for a recording")
        self._wanted[command.call_id] = command.path
        channel = TAP + command.call_id
        with self.floor.witness.expecting(lambda event: _of(event, channel)) as begun:
            await self.floor.moves.call(
                "Local/s@tap/n", ("tap", "wait", 1), uniqueid=TAP_LISTENER + command.call_id, other_uniqueid=channel,
                timeout_s=START_WITHIN_S, variables=[f"__TAPCHAN={call.channel}", f"__TAPFILE={command.path}"],
            )  # fmt: skip
            came = await begun.come("the recording runs")
        if not isinstance(came, heard.RecordingStarted):
            raise CommandRefusedError("rejected", "the switch can't write the recording")

    # What the switch says.

    def on_event(self, event: ami.AmiEvent) -> None:
        match event:
            case heard.RecordingStarted():
                self._started(event)
            case heard.RecordingMuted():
                self._muted(event)
            case heard.RecordingStopped() | ami.ChannelGone():
                self._stopped(event)

    def _started(self, event: heard.RecordingStarted) -> None:
        call = self._call(event.uniqueid)
        if call is None:
            return
        call_id = call.order.call_id
        tapped = event.uniqueid.startswith(TAP)
        path = self._wanted.pop(call_id, "") if tapped else call.order.variables.get("REC", "")
        tape = self.tapes[call_id] = Tape(path, event.uniqueid)
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
        if call is not None and (tape := self._drop(call.order.call_id)) is not None and call.gone is None:
            self._tell(call, "stopped", tape.path, event.at_us)

    def on_fact(self, fact: SwitchEvent) -> None:
        if isinstance(fact, CallEnded):
            self._drop(fact.call_id)

    def recall(self, snapshot: Snapshot) -> None:
        """After a login: what is recorded by now, as far as the switch tells. Whether it is paused, it doesn't."""
        for call_id, call in self.floor.tracker.calls.items():
            if call_id in self.tapes:
                continue
            tap = snapshot.channels.get(TAP + call_id)
            if tap is not None:
                self.tapes[call_id] = Tape(tap.variables.get("TAPFILE", ""), tap.uniqueid)
            elif call.answered_us and call.order.variables.get("REC"):
                self.tapes[call_id] = Tape(call.order.variables["REC"], call.uniqueid)

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
