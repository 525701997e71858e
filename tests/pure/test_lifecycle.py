"""What becomes of a call: the table of telephony.md, and the fold under disorder and repetition."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.lifecycle import WRITTEN, CallFacts, End, Outcome, State, classify, fold
from telephony.bus.events import (
    CallAnswered,
    CallConnected,
    CallDialed,
    CallEnded,
    CallEvent,
    CallQueued,
    CallRefused,
    CallRinging,
    CallUnattended,
)

T0 = 1_763_900_000_000_000
SECOND = 1_000_000
BORN = CallFacts(created_us=T0)


def us(second: float) -> int:
    return T0 + int(second * SECOND)


def make(kind: type[Any], second: float, **fields: Any) -> Any:
    return kind(node="sim1", at_us=us(second), schema="acme", campaign_id=1, call_id="c", **fields)


@pytest.mark.parametrize(
    ("cause", "tech_cause", "rang", "extra", "outcome"),
    [
        # telephony.md, "AMI": cause and TechCause of each way a call goes.
        (17, "486", False, {}, Outcome.BUSY),
        (17, "", False, {}, Outcome.BUSY),
        (1, "404", False, {}, Outcome.INVALID),
        (1, "", False, {}, Outcome.INVALID),
        (22, "410", False, {}, Outcome.INVALID),
        (28, "484", False, {}, Outcome.INVALID),
        (19, "480", True, {}, Outcome.NO_ANSWER),
        (19, "480", False, {}, Outcome.NO_ANSWER),  # the network says at once that the phone is off
        (19, "480", True, {"ring_timeout": True}, Outcome.NO_ANSWER),
        (19, "480", False, {"ring_timeout": True}, Outcome.FAILED),  # dead trunk
        (34, "503", False, {}, Outcome.CONGESTION),
        (21, "603", True, {}, Outcome.REJECTED),
        (21, "", True, {}, Outcome.REJECTED),
        (21, "403", False, {}, Outcome.FAILED),  # the trunk refuses us
        (38, "500", False, {}, Outcome.FAILED),
        (0, "", False, {}, Outcome.FAILED),
        (0, "", True, {"hung_up_by": "switch", "source": "resync"}, Outcome.FAILED),
        (16, "", True, {"hung_up_by": "dialer"}, Outcome.CANCELED),
        (19, "480", True, {"hung_up_by": "dialer", "ring_timeout": True}, Outcome.NO_ANSWER),
    ],
)
def test_a_call_without_an_answer_is_classified_by_cause_and_tech_cause(
    cause: int, tech_cause: str, rang: bool, extra: dict[str, Any], outcome: Outcome
) -> None:
    end = End(us(30), cause, tech_cause, **extra)
    assert classify(end, rang=rang, answered=False, connected=False) == outcome


@pytest.mark.parametrize("cause", [0, 16, 17, 34])
@pytest.mark.parametrize("hung_up_by", ["customer", "operator", "dialer", "switch", ""])
def test_an_answered_call_is_connected_or_abandoned_whatever_its_cause(cause: int, hung_up_by: str) -> None:
    end = End(us(30), cause, hung_up_by=hung_up_by)
    assert classify(end, rang=True, answered=True, connected=True) == Outcome.CONNECTED
    assert classify(end, rang=True, answered=True, connected=False) == Outcome.ABANDONED


def test_states_follow_the_events() -> None:
    events: list[tuple[CallEvent, State]] = [
        (make(CallDialed, 0.1), State.DIALING),
        (make(CallRinging, 1), State.RINGING),
        (make(CallAnswered, 5), State.WAITING),
        (make(CallQueued, 5.001, queue="q"), State.WAITING),
        (make(CallConnected, 6, operator="10101"), State.TALKING),
        (make(CallEnded, 60, cause=16), State.ENDED),
    ]
    facts = BORN
    assert facts.state == State.CREATED
    for event, state in events:
        facts = fold(facts, [event])
        assert facts.state == state
    assert facts.outcome == Outcome.CONNECTED
    assert (facts.dialed_us, facts.answered_us, facts.connected_us, facts.ended_us) == (us(0.1), us(5), us(6), us(60))


def test_one_end_is_enough_to_close_a_call_whose_other_events_were_lost() -> None:
    end = make(
        CallEnded,
        60,
        cause=16,
        source="cel",
        dialed_us=us(0.1),
        ringing_us=us(1),
        answered_us=us(5),
        connected_us=us(6),
        operator="10101",
    )
    facts = fold(BORN, [end])
    assert facts.outcome == Outcome.CONNECTED
    assert (facts.dialed_us, facts.ringing_us, facts.answered_us, facts.connected_us) == (us(0.1), us(1), us(5), us(6))
    assert facts.operator == "10101"


def test_an_end_that_says_nothing_else_still_counts_as_dialed() -> None:
    facts = fold(BORN, [make(CallEnded, 60, cause=0, source="resync", hung_up_by="switch")])
    assert (facts.outcome, facts.dialed_us) == (Outcome.FAILED, T0)


def test_a_refused_call_was_not_dialed() -> None:
    facts = fold(BORN, [make(CallRefused, 4, reason="late")])
    assert (facts.state, facts.outcome, facts.refusal, facts.ended_us) == (
        State.ENDED,
        Outcome.NOT_DIALED,
        "late",
        us(4),
    )


@pytest.mark.parametrize("proof", [CallDialed, CallRinging, CallAnswered])
def test_proof_of_dialing_outweighs_a_refusal_in_either_order(proof: type[Any]) -> None:
    refusal, dialed = make(CallRefused, 4, reason="never_sent"), make(proof, 1)
    assert fold(BORN, [refusal, dialed]) == fold(BORN, [dialed, refusal])
    assert fold(BORN, [refusal, dialed]).outcome is None


def test_a_refusal_as_duplicate_says_nothing_of_the_first_command() -> None:
    assert fold(BORN, [make(CallRefused, 4, reason="duplicate")]) == BORN


def test_of_two_ends_the_one_nearer_to_the_switch_counts() -> None:
    from_log = make(CallEnded, 30, cause=17, tech_cause="486", source="cel")
    guessed = make(CallEnded, 10, cause=0, source="resync", hung_up_by="switch")
    assert fold(BORN, [guessed, from_log]) == fold(BORN, [from_log, guessed])
    assert fold(BORN, [guessed, from_log]).outcome == Outcome.BUSY


def test_the_operator_is_the_last_who_came() -> None:
    first, second = make(CallConnected, 6, operator="10101"), make(CallConnected, 20, operator="10102")
    facts = fold(BORN, [first, second])
    assert (facts.operator, facts.connected_us) == ("10102", us(6))
    assert fold(BORN, [second, first]) == facts


def test_the_operator_that_is_written_already_is_not_found_anew() -> None:
    row = CallFacts(created_us=T0, connected_us=us(6), answered_us=us(5), operator=WRITTEN, operator_us=us(6))
    assert fold(row, [make(CallConnected, 6, operator="10101")]).operator == WRITTEN
    assert fold(row, [make(CallConnected, 20, operator="10102")]).operator == "10102"


def test_a_written_end_is_final() -> None:
    row = CallFacts(created_us=T0, dialed_us=us(0.1), closed=True)
    assert fold(row, [make(CallAnswered, 5), make(CallEnded, 9, cause=16)]) is row


def test_the_end_is_never_before_what_happened() -> None:
    facts = fold(BORN, [make(CallConnected, 6, operator="1"), make(CallEnded, 5.9, cause=16)])
    assert facts.ended_us == us(6)


instants = st.integers(min_value=1, max_value=600).map(lambda tenths: tenths / 10)
operators = st.sampled_from(["10101", "10102"])
any_event = st.one_of(
    st.builds(make, st.just(CallDialed), instants),
    st.builds(make, st.just(CallRinging), instants),
    st.builds(make, st.just(CallAnswered), instants),
    st.builds(make, st.just(CallUnattended), instants),
    st.builds(make, st.just(CallConnected), instants, operator=operators),
    st.builds(make, st.just(CallRefused), instants, reason=st.sampled_from(["late", "rejected", "duplicate"])),
    st.builds(
        make,
        st.just(CallEnded),
        instants,
        cause=st.sampled_from([0, 16, 17, 19, 34]),
        source=st.sampled_from(["ami", "cel", "resync"]),
        answered_us=st.one_of(st.just(0), instants.map(us)),
        connected_us=st.one_of(st.just(0), instants.map(us)),
        operator=operators,
        ring_timeout=st.booleans(),
    ),
)


@given(st.lists(any_event, max_size=12), st.randoms(use_true_random=False))
def test_order_and_repetition_of_events_do_not_matter(events: list[CallEvent], random: Any) -> None:
    expected = fold(BORN, events)
    disordered = events + random.choices(events, k=len(events)) if events else []
    random.shuffle(disordered)
    assert fold(BORN, disordered) == expected


@given(st.lists(any_event, max_size=12), st.data())
def test_batches_give_the_same_as_all_at_once(events: list[CallEvent], data: st.DataObject) -> None:
    cut = data.draw(st.integers(min_value=0, max_value=len(events)))
    first = fold(BORN, events[:cut])
    if first.end is None:  # a written end is final, on purpose
        assert fold(first, events[cut:]) == fold(BORN, events)
