"""The states of a shift and what moves it between them. Pure.

Everything the switch reports is a fact and is taken in from any state; what people ask is refused where the table has
no entry for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """The values of agents.choices.OperatorState, which imports Django."""

    CONNECTING = "connecting"
    FREE = "free"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class Trigger(StrEnum):
    LEG_UP = "leg_up"
    LEG_LOST = "leg_lost"
    DIAL = "dial"
    """A customer is being dialed for him alone: preview, manual, a callback of his own."""
    DIAL_OVER = "dial_over"
    """That call ended before anybody talked."""
    CONNECTED = "connected"
    CALL_ENDED = "call_ended"
    WRAP_UP_OVER = "wrap_up_over"
    PAUSE = "pause"
    RESUME = "resume"


class ForbiddenMoveError(ValueError):
    """A person asked for what the present state doesn't allow."""


_S, _T = State, Trigger
TRANSITIONS: Mapping[tuple[State, Trigger], State] = {
    (_S.CONNECTING, _T.LEG_UP): _S.FREE,
    (_S.CONNECTING, _T.LEG_LOST): _S.CONNECTING,
    (_S.CONNECTING, _T.CONNECTED): _S.TALKING,
    (_S.CONNECTING, _T.PAUSE): _S.CONNECTING,
    (_S.CONNECTING, _T.RESUME): _S.CONNECTING,
    (_S.FREE, _T.LEG_UP): _S.FREE,
    (_S.FREE, _T.LEG_LOST): _S.CONNECTING,
    (_S.FREE, _T.CONNECTED): _S.TALKING,
    # Its connection was never told (events lost in a cut): the end alone leads to wrap-up.
    (_S.FREE, _T.CALL_ENDED): _S.WRAP_UP,
    (_S.FREE, _T.PAUSE): _S.PAUSED,
    (_S.FREE, _T.RESUME): _S.FREE,
    (_S.FREE, _T.DIAL): _S.RINGING,
    (_S.RINGING, _T.LEG_UP): _S.RINGING,
    (_S.RINGING, _T.LEG_LOST): _S.CONNECTING,
    (_S.RINGING, _T.CONNECTED): _S.TALKING,
    (_S.RINGING, _T.DIAL_OVER): _S.FREE,
    # As of FREE: its connection was never told.
    (_S.RINGING, _T.CALL_ENDED): _S.WRAP_UP,
    (_S.RINGING, _T.PAUSE): _S.RINGING,
    (_S.RINGING, _T.RESUME): _S.RINGING,
    (_S.TALKING, _T.LEG_UP): _S.TALKING,
    (_S.TALKING, _T.LEG_LOST): _S.CONNECTING,
    (_S.TALKING, _T.CONNECTED): _S.TALKING,
    (_S.TALKING, _T.CALL_ENDED): _S.WRAP_UP,
    (_S.TALKING, _T.PAUSE): _S.TALKING,
    (_S.TALKING, _T.RESUME): _S.TALKING,
    (_S.WRAP_UP, _T.LEG_UP): _S.WRAP_UP,
    (_S.WRAP_UP, _T.LEG_LOST): _S.CONNECTING,
    (_S.WRAP_UP, _T.CONNECTED): _S.TALKING,
    (_S.WRAP_UP, _T.WRAP_UP_OVER): _S.FREE,
    (_S.WRAP_UP, _T.PAUSE): _S.WRAP_UP,
    (_S.WRAP_UP, _T.RESUME): _S.WRAP_UP,
    (_S.PAUSED, _T.LEG_UP): _S.PAUSED,
    (_S.PAUSED, _T.LEG_LOST): _S.CONNECTING,
    (_S.PAUSED, _T.CONNECTED): _S.TALKING,
    (_S.PAUSED, _T.PAUSE): _S.PAUSED,
    (_S.PAUSED, _T.RESUME): _S.FREE,
}
"""(state, trigger) → state. Where a pause was asked for, FREE becomes PAUSED (`_settle`)."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Where a shift stands. ``pause_reason_id`` belongs to the pause, asked for or running."""

    state: State
    call_id: UUID | None = None
    wrap_up_until: datetime | None = None
    pause_asked: bool = False
    pause_reason_id: int | None = None

    @property
    def may_take_calls(self) -> bool:
        """Whether the switch should offer him callers. While connecting: whether it should once the leg is up."""
        return self.state == State.FREE or (self.state == State.CONNECTING and not self.pause_asked)


def leg_up(shift: Shift) -> Shift:
    """Take in that the standing leg is up: free, or into the pause that was asked for."""
    if shift.state != State.CONNECTING:
        return shift
    return _settle(shift, _next(shift, Trigger.LEG_UP))


def leg_lost(shift: Shift) -> Shift:
    """Take in that the standing leg died: the switch side opens it again, or reports that it can't."""
    pausing = shift.state == State.PAUSED or shift.pause_asked
    return Shift(
        state=_next(shift, Trigger.LEG_LOST),
        pause_asked=pausing,
        pause_reason_id=shift.pause_reason_id if pausing else None,
    )


def dial(shift: Shift, call_id: UUID) -> Shift:
    """Have a customer dialed for him alone; nobody else is put through meanwhile. Raises ForbiddenMoveError."""
    return dataclasses.replace(shift, state=_next(shift, Trigger.DIAL), call_id=call_id)


def dial_over(shift: Shift, call_id: UUID) -> Shift:
    """Take in that the customer dialed for him wasn't reached: free, or into the pause that was asked for."""
    if shift.state != State.RINGING or shift.call_id != call_id:
        return shift
    return _settle(shift, _next(shift, Trigger.DIAL_OVER))


def connected(shift: Shift, call_id: UUID, *, again: bool = False) -> Shift:
    """Take in that a customer talks with him. A running pause is resumed after the call.

    ``again``: the customer came back to him during wrap-up; without it that would be an old report.
    """
    known = {State.TALKING} if again else {State.TALKING, State.WRAP_UP}
    if shift.call_id == call_id and shift.state in known:
        return shift
    return dataclasses.replace(
        shift,
        state=_next(shift, Trigger.CONNECTED),
        call_id=call_id,
        wrap_up_until=None,
        pause_asked=shift.pause_asked or shift.state == State.PAUSED,
    )


def call_ended(shift: Shift, call_id: UUID, *, until: datetime | None, wraps_up: bool) -> Shift:
    """Take in that his call, or his part of it, is over: wrap-up until an instant (None: until he ends it), or none.

    Another call's end, or one already wrapped up, changes nothing.
    """
    his_own = shift.state in {State.TALKING, State.RINGING} and shift.call_id == call_id
    missed = shift.state == State.FREE
    if not (his_own or missed):
        return shift
    wrapping = dataclasses.replace(shift, state=_next(shift, Trigger.CALL_ENDED), call_id=call_id, wrap_up_until=until)
    return wrapping if wraps_up else wrap_up_over(wrapping)


def wrap_up_over(shift: Shift) -> Shift:
    """End wrap-up: free, or into the pause that was asked for. Raises ForbiddenMoveError."""
    return _settle(shift, _next(shift, Trigger.WRAP_UP_OVER))


def pause(shift: Shift, reason_id: int | None) -> Shift:
    """Pause now when free or paused, else as soon as the call and its wrap-up are over."""
    state = _next(shift, Trigger.PAUSE)
    return dataclasses.replace(shift, state=state, pause_asked=state != State.PAUSED, pause_reason_id=reason_id)


def resume(shift: Shift) -> Shift:
    """End the pause, or take back the wish for one."""
    return dataclasses.replace(shift, state=_next(shift, Trigger.RESUME), pause_asked=False, pause_reason_id=None)


def _next(shift: Shift, trigger: Trigger) -> State:
    try:
        return TRANSITIONS[shift.state, trigger]
    except KeyError:
        raise ForbiddenMoveError(f"{trigger} while {shift.state}") from None


def _settle(shift: Shift, state: State) -> Shift:
    """Leave a call or a connection behind, for FREE or the pause that was asked for."""
    if state == State.FREE and shift.pause_asked:
        return Shift(state=State.PAUSED, pause_reason_id=shift.pause_reason_id)
    return Shift(state=state)
