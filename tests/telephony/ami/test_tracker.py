"""From AMI events to what the product knows: recorded transcripts, in their order and in others."""

from __future__ import annotations

import dataclasses
import re
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami import events as ami
from telephony.ami.client import Headers
from telephony.ami.tracker import END_GRACE_US, CallFact, Tracker, action_id
from telephony.bus.events import AmdVerdict, CallArrived, CallConnected, CallEnded, CallRefused
from tests.telephony.ami.transcripts import CALL_ID, ORDER, messages

NOW = 1_800_000_000_000_000

OUTCOMES: list[tuple[str, list[str], dict[str, Any]]] = [
    ("busy", ["Dialed", "Ended"], {"cause": 17, "tech_cause": "486", "hung_up_by": ""}),
    ("invalid", ["Dialed", "Ended"], {"cause": 1, "tech_cause": "404", "hung_up_by": ""}),
    ("unavailable", ["Dialed", "Ended"], {"cause": 19, "tech_cause": "480", "ring_timeout": False}),
    ("congestion", ["Dialed", "Ended"], {"cause": 34, "tech_cause": "503", "hung_up_by": ""}),
    ("declined", ["Dialed", "Ended"], {"cause": 21, "tech_cause": "603", "hung_up_by": ""}),
    (
        "ring_timeout",
        ["Dialed", "Ringing", "Ended"],
        {"cause": 19, "tech_cause": "480", "ring_timeout": True, "hung_up_by": "switch"},
    ),
    ("dead_trunk", ["Dialed", "Ended"], {"cause": 19, "ring_timeout": True, "ringing_us": 0}),
    (
        "answered_unattended",
        ["Dialed", "Ringing", "Answered", "Queued", "Unattended", "Ended"],
        {"cause": 16, "unattended": True, "hung_up_by": "switch", "operator": ""},
    ),
    (
        "customer_hangs_up",
        ["Dialed", "Ringing", "Answered", "Queued", "Connected", "Ended"],
        {"operator": "1011", "hung_up_by": "customer"},
    ),
    (
        "anonymous_complete",
        ["Dialed", "Ringing", "Answered", "Queued", "Connected", "Ended"],
        {"operator": "1011", "hung_up_by": "customer"},
    ),
    (
        "operator_hangs_up",
        ["Dialed", "Ringing", "Answered", "Queued", "Connected", "Ended"],
        {"operator": "1011", "hung_up_by": "operator"},
    ),
    (
        "dialer_hangs_up",
        ["Dialed", "Ringing", "Answered", "Queued", "Connected", "Ended"],
        {"operator": "1011", "hung_up_by": "dialer"},
    ),
    (
        "operator_leg_dies",
        ["Dialed", "Ringing", "Answered", "Queued", "Connected", "OperatorReleased", "Queued", "Ended"],
        {"operator": "1011", "hung_up_by": "switch", "unattended": False},
    ),
    (
        "operator_comes_back",
        [
            "Dialed",
            "Ringing",
            "Answered",
            "Queued",
            "Connected",
            "OperatorReleased",
            "Queued",
            "Connected",
            "Ended",
        ],
        {"operator": "1011", "hung_up_by": "dialer", "unattended": False},
    ),
    (
        "ringing_hung_up",
        ["Dialed", "Ringing", "Ended"],
        {"cause": 0, "tech_cause": "", "hung_up_by": "dialer", "ring_timeout": False},
    ),
    (
        "direct",
        ["Dialed", "Ringing", "Answered", "Connected", "Ended"],
        {"operator": "1011", "hung_up_by": "customer"},
    ),
    (
        "machine",
        ["Dialed", "Ringing", "Answered", "AmdVerdict", "Ended"],
        {"operator": "", "connected_us": 0, "unattended": False, "hung_up_by": "switch"},
    ),
]


ASKED_BY_US = {"dialer_hangs_up", "ringing_hung_up", "operator_comes_back"}
"""Whoever hangs up by a command of ours knows it; the wire doesn't tell it from the dialplan's own."""


def replay(found: list[Headers], *, asked_by_us: bool = False) -> list[CallFact]:
    """Track one call through messages, then let the graces pass."""
    tracker = Tracker("n1")
    call = tracker.add(ORDER, NOW)
    call.asked_by = "dialer" if asked_by_us else ""
    facts: list[CallFact] = []
    for message in found:
        event = ami.parse(message)
        if event is not None:
            facts += tracker.apply(event, NOW)
    return facts + tracker.due(NOW + END_GRACE_US)


def names(facts: list[CallFact]) -> list[str]:
    return [type(fact).__name__.removeprefix("Call") for fact in facts]


@pytest.mark.parametrize(("transcript", "expected", "end"), OUTCOMES, ids=[row[0] for row in OUTCOMES])
def test_each_outcome_is_told_as_it_was_measured(transcript: str, expected: list[str], end: dict[str, Any]) -> None:
    facts = replay(messages(transcript), asked_by_us=transcript in ASKED_BY_US)

    assert names(facts) == expected
    ended = facts[-1]
    assert isinstance(ended, CallEnded)
    assert {key: getattr(ended, key) for key in end} == end
    assert (ended.schema, ended.campaign_id, ended.call_id, ended.source) == ("acme", 7, CALL_ID, "ami")


@pytest.mark.parametrize("transcript", [row[0] for row in OUTCOMES])
def test_the_instants_of_the_end_repeat_those_of_the_events_and_are_in_order(transcript: str) -> None:
    facts = replay(messages(transcript), asked_by_us=transcript in ASKED_BY_US)

    ended = facts[-1]
    assert isinstance(ended, CallEnded)
    told = {name: fact.at_us for name, fact in reversed(list(zip(names(facts), facts, strict=True)))}
    assert ended.dialed_us == told["Dialed"]
    assert ended.ringing_us == told.get("Ringing", 0)
    assert ended.answered_us == told.get("Answered", 0)
    assert ended.connected_us == told.get("Connected", 0)
    passed = [at_us for at_us in (ended.dialed_us, ended.ringing_us, ended.answered_us, ended.connected_us) if at_us]
    assert all(earlier <= later for earlier, later in pairwise([*passed, ended.at_us]))


FLOATING = {"OriginateResponse", "AgentComplete", "QueueCallerLeave", "DialEnd", "DialState", "Cdr"}
"""Events whose place among the others isn't stable; the rest keep theirs. None comes before what it is about."""
ABOUT = {"AgentComplete": "AgentConnect", "QueueCallerLeave": "QueueCallerJoin"}


@given(data=st.data())
@pytest.mark.parametrize("transcript", [row[0] for row in OUTCOMES if row[0] != "operator_comes_back"])
def test_the_end_is_the_same_in_whatever_order_the_switch_tells_it(transcript: str, data: st.DataObject) -> None:
    recorded = messages(transcript)
    shuffled = [message for message in recorded if message["event"] not in FLOATING]
    for message in recorded:
        if message["event"] in FLOATING:
            about = ABOUT.get(message["event"], "Newchannel")
            first = next(place for place, other in enumerate(shuffled) if other["event"] == about) + 1
            # That it rings is of no interest once it has ended.
            ends = [place for place, other in enumerate(shuffled) if other["event"] == "Hangup"]
            last = min(ends, default=len(shuffled)) if message["event"] == "DialState" else len(shuffled)
            shuffled.insert(data.draw(st.integers(min(first, last), last)), message)

    assert replay(shuffled)[-1] == replay(recorded)[-1]


@pytest.mark.parametrize("transcript", [row[0] for row in OUTCOMES])
@given(data=st.data())
def test_a_lost_event_never_leaves_a_call_without_its_end_as_long_as_the_hangup_comes(
    transcript: str, data: st.DataObject
) -> None:
    recorded = messages(transcript)
    keep = data.draw(st.lists(st.booleans(), min_size=len(recorded), max_size=len(recorded)))
    heard = [
        message
        for message, kept in zip(recorded, keep, strict=True)
        if kept or (message["event"] == "Hangup" and message["uniqueid"] == CALL_ID)
    ]

    facts = replay(heard)

    assert names(facts).count("Ended") == 1
    assert names(facts)[0] == "Dialed"


def test_an_unknown_trunk_makes_no_channel_and_the_call_is_given_back() -> None:
    (refused,) = replay(messages("unknown_trunk"))

    assert isinstance(refused, CallRefused)
    assert (refused.call_id, refused.reason) == (CALL_ID, "rejected")
    assert "reason 0" in refused.detail


def test_the_failure_of_a_second_originate_with_a_live_calls_uniqueid_does_not_touch_the_live_call() -> None:
    tracker = Tracker("n1")
    call = tracker.add(ORDER, NOW)
    tracker.apply(ami.ChannelMade(NOW, CALL_ID, "PJSIP/carrier-1"), NOW)

    stranger = {"event": "OriginateResponse", "actionid": "other-7", "response": "Failure", "reason": "0"}
    facts = tracker.apply(_parsed({**stranger, "uniqueid": CALL_ID}), NOW)

    assert facts == []
    assert call.originated is None
    assert tracker.due(NOW + 10 * END_GRACE_US) == []


def test_a_channel_that_comes_after_its_originates_failure_is_waited_for() -> None:
    tracker = Tracker("n1")
    tracker.add(ORDER, NOW)
    tracker.apply(ami.OriginateDone(NOW, action_id(CALL_ID), success=False, reason=0), NOW)
    tracker.apply(ami.ChannelMade(NOW + 5, CALL_ID, "PJSIP/carrier-1"), NOW)

    assert tracker.due(NOW + END_GRACE_US) == []
    (ended,) = tracker.apply(ami.ChannelGone(NOW + 9, CALL_ID, 34, "503"), NOW + 9)
    assert isinstance(ended, CallEnded)
    assert ended.cause == 34


def test_events_of_other_channels_say_nothing() -> None:
    tracker = Tracker("n1")
    tracker.add(ORDER, NOW)

    for event in (
        ami.ChannelMade(NOW, "op-1011-s1", "PJSIP/1011-1"),
        ami.ChannelGone(NOW, "1700000000.1", 16, ""),
        ami.OperatorDone(NOW, "", "1012", by_operator=True),
    ):
        assert tracker.apply(event, NOW) == []
    assert len(tracker) == 1


def test_a_call_taken_by_a_second_operator_is_connected_again_and_keeps_its_first_instant() -> None:
    tracker = Tracker("n1")
    tracker.add(ORDER, NOW)
    first = tracker.apply(ami.OperatorConnected(NOW, CALL_ID, "1011"), NOW)
    tracker.apply(ami.OperatorDone(NOW + 1, CALL_ID, "1011", by_operator=True), NOW)
    second = tracker.apply(ami.OperatorConnected(NOW + 2, CALL_ID, "1012"), NOW)
    tracker.apply(ami.HangupAsked(NOW + 3, CALL_ID), NOW)
    (ended,) = tracker.apply(ami.ChannelGone(NOW + 4, CALL_ID, 16, ""), NOW)

    assert names(first) == ["Dialed", "Answered", "Connected"]
    assert second == [CallConnected("n1", NOW + 2, "acme", 7, CALL_ID, "1012")]
    assert isinstance(ended, CallEnded)
    assert (ended.operator, ended.connected_us, ended.hung_up_by) == ("1012", NOW, "customer")


def test_only_those_who_wait_now_are_woken_for_a_free_operator() -> None:
    tracker = Tracker("n1")
    ids = ["a", "b", "c", "d"]
    for call_id in ids:
        tracker.add(dataclasses.replace(ORDER, call_id=call_id), NOW)
        tracker.apply(
            ami.CallerJoined(NOW, call_id, f"PJSIP/{call_id}", "q-acme-7" if call_id != "d" else "q-b-1"), NOW
        )
    tracker.apply(ami.CallerLeft(NOW + 1, "b"), NOW)
    tracker.apply(ami.OperatorConnected(NOW + 1, "c", "1011"), NOW)

    assert tracker.waiting_channels(["q-acme-7"]) == ["PJSIP/a"]


def test_silence_is_measured_by_the_ring_timeout_until_the_answer_and_by_a_fixed_time_after_it() -> None:
    tracker = Tracker("n1")
    ringing = tracker.add(dataclasses.replace(ORDER, call_id="a", ring_timeout_s=20), NOW)
    talking = tracker.add(dataclasses.replace(ORDER, call_id="b"), NOW)
    tracker.apply(ami.ChannelUp(NOW, "b", "PJSIP/b"), NOW)

    def silent(after_s: int) -> list[str]:
        at_us = NOW + after_s * 1_000_000
        found = tracker.silent(at_us, unanswered_grace_us=10_000_000, answered_us=60_000_000)
        return [call.order.call_id for call in found]

    assert silent(30) == []
    assert silent(31) == ["a"]
    assert silent(61) == ["a", "b"]
    assert {ringing.order.call_id, talking.order.call_id} == {"a", "b"}


def _parsed(message: dict[str, str]) -> ami.AmiEvent:
    event = ami.parse(message)
    assert event is not None
    return event


def test_a_call_that_comes_in_goes_by_an_id_of_ours_from_its_first_event() -> None:
    tracker = Tracker("n1")
    facts = [
        fact for message in messages("arrived") if (event := ami.parse(message)) for fact in tracker.apply(event, NOW)
    ]
    facts += tracker.due(NOW + END_GRACE_US)

    assert names(facts) == ["Arrived", "Answered", "Queued", "Connected", "Ended"]
    arrived, ended = facts[0], facts[-1]
    assert isinstance(arrived, CallArrived)
    assert isinstance(ended, CallEnded)
    assert (arrived.schema, arrived.campaign_id, arrived.dialed) == ("acme", 8, "+551140001111")
    assert {fact.call_id for fact in facts} == {arrived.call_id}
    assert UUID(arrived.call_id).version == 7
    assert (ended.hung_up_by, ended.operator, ended.campaign_id) == ("customer", "1011", 8)
    assert len(tracker) == 0


def test_a_verdict_is_told_with_its_time() -> None:
    (verdict,) = [fact for fact in replay(messages("machine")) if isinstance(fact, AmdVerdict)]

    assert verdict.status == "machine"
    assert verdict.cause.startswith("LONGGREETING")
    assert 1_000 < verdict.took_ms < 5_000


def test_every_connection_gives_the_handle_by_which_the_call_is_moved() -> None:
    for transcript in ("customer_hangs_up", "direct"):
        tracker = Tracker("n1")
        call = tracker.add(ORDER, NOW)
        for message in messages(transcript):
            if event := ami.parse(message):
                tracker.apply(event, NOW)
        assert re.fullmatch(r"Local/1011@op(-direct)?-[0-9a-f]{8};2", call.handle)
