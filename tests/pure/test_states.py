"""The states of a shift."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import states
from agents.choices import OperatorState
from agents.states import TRANSITIONS, ForbiddenMoveError, Shift, State, Trigger

CALL, OTHER = UUID(int=1), UUID(int=2)
FREE, PAUSED = Shift(State.FREE), Shift(State.PAUSED, pause_reason_id=7)
TALKING, WRAP_UP = Shift(State.TALKING, call_id=CALL), Shift(State.WRAP_UP, call_id=CALL)
CONNECTING = Shift(State.CONNECTING)
RINGING = Shift(State.RINGING, call_id=CALL)
WITH_A_CALL = {State.RINGING, State.TALKING, State.WRAP_UP}

Step = Callable[[Shift], Shift]


def ended(shift: Shift, call_id: UUID = CALL) -> Shift:
    return states.call_ended(shift, call_id, until=None, wraps_up=True)


STEPS: dict[str, Step] = {
    "leg_up": states.leg_up,
    "leg_lost": states.leg_lost,
    "dial": lambda shift: states.dial(shift, CALL),
    "dial_over": lambda shift: states.dial_over(shift, CALL),
    "connected": lambda shift: states.connected(shift, CALL),
    "connected again": lambda shift: states.connected(shift, CALL, again=True),
    "other connected": lambda shift: states.connected(shift, OTHER),
    "ended": ended,
    "ended without wrap-up": lambda shift: states.call_ended(shift, CALL, until=None, wraps_up=False),
    "wrap_up_over": states.wrap_up_over,
    "pause": lambda shift: states.pause(shift, 7),
    "resume": states.resume,
}
FACTS = (
    "leg_up",
    "leg_lost",
    "dial_over",
    "connected",
    "connected again",
    "other connected",
    "ended",
    "ended without wrap-up",
)


def test_the_pure_states_are_those_of_the_database() -> None:
    assert [state.value for state in State] == OperatorState.values


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        (CONNECTING, "leg_up", FREE),
        (Shift(State.CONNECTING, pause_asked=True, pause_reason_id=7), "leg_up", PAUSED),
        (FREE, "leg_up", FREE),
        (FREE, "connected", TALKING),
        (FREE, "dial", RINGING),
        (RINGING, "connected", TALKING),
        (RINGING, "dial_over", FREE),
        (Shift(State.RINGING, call_id=CALL, pause_asked=True, pause_reason_id=7), "dial_over", PAUSED),
        (Shift(State.RINGING, call_id=OTHER), "dial_over", Shift(State.RINGING, call_id=OTHER)),
        (TALKING, "dial_over", TALKING),
        (RINGING, "ended", WRAP_UP),
        (RINGING, "leg_lost", CONNECTING),
        (RINGING, "pause", Shift(State.RINGING, call_id=CALL, pause_asked=True, pause_reason_id=7)),
        (WRAP_UP, "connected again", TALKING),
        (WRAP_UP, "other connected", Shift(State.TALKING, call_id=OTHER)),
        (WRAP_UP, "connected", WRAP_UP),
        (PAUSED, "connected", Shift(State.TALKING, call_id=CALL, pause_asked=True, pause_reason_id=7)),
        (TALKING, "ended", WRAP_UP),
        (TALKING, "ended without wrap-up", FREE),
        (Shift(State.TALKING, call_id=OTHER), "ended", Shift(State.TALKING, call_id=OTHER)),
        (WRAP_UP, "ended", WRAP_UP),
        (FREE, "ended", WRAP_UP),
        (PAUSED, "ended", PAUSED),
        (WRAP_UP, "wrap_up_over", FREE),
        (Shift(State.WRAP_UP, call_id=CALL, pause_asked=True, pause_reason_id=7), "wrap_up_over", PAUSED),
        (FREE, "pause", PAUSED),
        (TALKING, "pause", Shift(State.TALKING, call_id=CALL, pause_asked=True, pause_reason_id=7)),
        (PAUSED, "resume", FREE),
        (Shift(State.TALKING, call_id=CALL, pause_asked=True, pause_reason_id=7), "resume", TALKING),
        (TALKING, "leg_lost", CONNECTING),
        (PAUSED, "leg_lost", Shift(State.CONNECTING, pause_asked=True, pause_reason_id=7)),
    ],
)
def test_transitions(before: Shift, step: str, after: Shift) -> None:
    assert STEPS[step](before) == after


@pytest.mark.parametrize("state", [state for state in State if state != State.FREE])
def test_only_who_is_free_has_a_customer_dialed_for_him(state: State) -> None:
    with pytest.raises(ForbiddenMoveError):
        states.dial(Shift(state), CALL)


@pytest.mark.parametrize("state", [state for state in State if state != State.WRAP_UP])
def test_only_wrap_up_can_be_finished(state: State) -> None:
    with pytest.raises(ForbiddenMoveError):
        states.wrap_up_over(Shift(state))


@pytest.mark.parametrize(("fact", "state"), list(itertools.product(FACTS, State)))
def test_facts_are_taken_in_from_every_state_and_once_is_enough(fact: str, state: State) -> None:
    once = STEPS[fact](Shift(state, call_id=CALL if state in WITH_A_CALL else None))
    if fact not in {"ended", "ended without wrap-up"}:
        assert STEPS[fact](once) == once


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=30))
def test_whatever_happens_the_shift_stays_whole(steps: list[str]) -> None:
    shift = CONNECTING
    for step in steps:
        try:
            shift = STEPS[step](shift)
        except ForbiddenMoveError:
            assert step in {"wrap_up_over", "dial"}
        assert (shift.call_id is not None) == (shift.state in WITH_A_CALL)
        assert shift.wrap_up_until is None or shift.state == State.WRAP_UP
        assert not (shift.pause_asked and shift.state in {State.FREE, State.PAUSED})
        assert shift.pause_reason_id is None or shift.pause_asked or shift.state == State.PAUSED
        assert shift.may_take_calls == (
            shift.state == State.FREE or (shift.state == State.CONNECTING and not shift.pause_asked)
        )


def test_the_table_leads_to_known_states_only() -> None:
    assert {state for state, _ in TRANSITIONS} == set(State)
    assert {trigger for _, trigger in TRANSITIONS} == set(Trigger)
