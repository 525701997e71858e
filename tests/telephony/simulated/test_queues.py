"""Topology H: answered customers, members, operators' standing legs, and everything that ends a conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from telephony.simulated import acd, connections
from tests.telephony.simulated.conftest import Connect, Start
from tests.telephony.simulated.wire_client import ANSWERS, WireClient, connected, handle

AN_HOUR = 3600.0


def about(client: WireClient, *names: str) -> list[tuple[str, str]]:
    """Events in order as (name, channel without its serial number)."""
    return [(event["Event"], event["Channel"].rpartition("-")[0]) for event in client.events(*names)]


async def test_an_operator_leg_comes_up_by_itself_and_waits(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.open_leg("1001")
    assert client.names()[:9] == [
        "FullyBooted",
        "Newchannel",
        "Newstate",
        "DialState",
        "Newstate",
        "DialEnd",
        "OriginateResponse",
        "UserEvent",
        "BridgeEnter",
    ]
    [up] = client.events("UserEvent")
    assert (up["UserEvent"], up["Operator"], up["Uniqueid"]) == ("OperatorUp", "1001", "op-1001-1")
    assert client.events("BridgeEnter")[0]["BridgeTechnology"] == "holding_bridge"
    leg = (await client.act("Getvar", Variable="OPCH_1001"))["Value"]
    assert (await client.act("Getvar", Variable=f"CHANNEL_EXISTS({leg})"))["Value"] == "1"


@pytest.mark.parametrize(
    ("failure", "cause", "reason"), [("unanswered", "19", "3"), ("busy", "17", "0"), ("unregistered", None, "0")]
)
async def test_an_operator_leg_may_fail_to_open(
    start: Start, connect: Connect, failure: str, cause: str | None, reason: str
) -> None:
    client = await connect(await start(changes={"operator_failures": {"1001": failure}}))
    await client.act(
        "Originate",
        Channel="PJSIP/1001",
        ChannelId="op-1001-1",
        Context="op-login",
        Exten="1001",
        Priority="1",
        Timeout="200",
        Async="true",
    )
    failed = await client.event("OriginateResponse", Uniqueid="op-1001-1")
    assert (failed["Response"], failed["Reason"]) == ("Failure", reason)
    hangups = [event["Cause"] for event in client.events("Hangup")]
    assert hangups == ([cause] if cause else [])
    assert client.events("UserEvent") == []


async def test_an_answered_customer_is_connected_in_the_measured_order(start: Start, connect: Connect) -> None:
    client = await connect(await start(changes={"late_response_share": 0.0}))
    await client.open_leg("1001")
    client.forget()
    await connected(client)
    local = "Local/1001@op"
    assert about(client) == [
        ("Newchannel", "PJSIP/trunk"),
        ("Newstate", "PJSIP/trunk"),
        ("DialState", ""),
        ("Newstate", "PJSIP/trunk"),
        ("DialEnd", ""),
        ("OriginateResponse", "PJSIP/trunk"),
        ("QueueCallerJoin", "PJSIP/trunk"),
        ("Newchannel", local),
        ("Newchannel", local),
        ("AgentCalled", "PJSIP/trunk"),
        ("BridgeLeave", "PJSIP/1001"),
        ("BridgeEnter", "PJSIP/1001"),
        ("BridgeEnter", local),
        ("DialEnd", "PJSIP/trunk"),
        ("QueueMemberStatus", ""),
        ("QueueCallerLeave", "PJSIP/trunk"),
        ("AgentConnect", "PJSIP/trunk"),
        ("BridgeEnter", local),
        ("BridgeEnter", "PJSIP/trunk"),
    ]
    assert client.events("QueueMemberStatus")[0]["Status"] == "2"
    [connect_event] = client.events("AgentConnect")
    assert (connect_event["MemberName"], connect_event["Uniqueid"]) == ("1001", "call")
    assert connect_event["DestChannel"].endswith(";1")
    assert {event["Linkedid"] for event in client.events("Newchannel")} == {"call"}


async def test_a_customer_who_hangs_up_ends_the_conversation_as_caller(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    await client.open_leg("1001")
    await connected(client)
    client.forget()
    assert switch.hang_up_customer("call")
    await client.event("Hangup", Uniqueid="call")
    names = client.names()
    assert names[0] == "HangupRequest"
    assert names.index("AgentComplete") < names.index("Hangup")
    assert "SoftHangupRequest" not in names
    [complete] = client.events("AgentComplete")
    assert (complete["Reason"], complete["MemberName"]) == ("caller", "1001")
    assert (await client.event("Hangup", Uniqueid="call"))["Cause"] == "0"
    back = client.events("BridgeEnter")[-1]
    assert (back["Uniqueid"], back["BridgeTechnology"]) == ("op-1001-1", "holding_bridge")


async def test_our_hangup_of_the_customer_is_soft_and_counts_as_caller(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.open_leg("1001")
    await connected(client)
    client.forget()
    await client.hang_up("call")
    hangup = await client.event("Hangup", Uniqueid="call")
    assert hangup["Cause"] == "16"
    assert about(client, "SoftHangupRequest", "HangupRequest") == [("SoftHangupRequest", "PJSIP/trunk")]
    assert client.events("AgentComplete")[0]["Reason"] == "caller"


async def test_hanging_up_the_handle_ends_the_operators_side_and_then_the_call(
    start: Start, connect: Connect, tmp_path: Path
) -> None:
    client = await connect(await start(state_dir=tmp_path))
    await client.open_leg("1001")
    await connected(client)
    local = handle(client)
    client.forget()
    await client.hang_up(local)
    await client.event("Hangup", Uniqueid="call")
    assert client.events("AgentComplete")[0]["Reason"] == "agent"
    hangups = [channel for _, channel in about(client, "Hangup")]
    assert hangups == ["Local/1001@op", "Local/1001@op", "PJSIP/trunk"]
    last = (tmp_path / "cel.csv").read_text().splitlines()[-1].split(",")
    assert (last[0], last[2], last[6], last[8]) == ("HANGUP", "call", "16", "operator")


async def test_without_an_operator_the_queue_gives_up_after_two_seconds(
    start: Start, connect: Connect, tmp_path: Path
) -> None:
    client = await connect(await start(changes={"message_s": 0.1}, state_dir=tmp_path))
    await client.originate("call", ANSWERS)
    await client.event("Hangup", Uniqueid="call")
    names = client.names()
    assert names[names.index("QueueCallerAbandon") :] == [
        "QueueCallerAbandon",
        "QueueCallerLeave",
        "UserEvent",
        "Hangup",
    ]
    joined, left = client.events("QueueCallerJoin")[0], client.events("QueueCallerAbandon")[0]
    assert float(left["Timestamp"]) - float(joined["Timestamp"]) >= 1.99
    assert left["HoldTime"] in ("2", "3")
    user = client.events("UserEvent")[0]
    assert (user["UserEvent"], user["CallId"], user["QueueStatus"]) == ("NoOperator", "call", "TIMEOUT")
    assert client.events("Hangup")[0]["Cause"] == "16"
    kinds = [line.split(",")[0] for line in (tmp_path / "cel.csv").read_text().splitlines()]
    assert kinds == ["CHAN_START", "ANSWER", "UNATTENDED", "HANGUP"]


async def test_a_customer_who_hangs_up_while_waiting_abandons(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    await client.originate("call", ANSWERS)
    await client.event("QueueCallerJoin")
    client.forget()
    switch.hang_up_customer("call")
    await client.event("Hangup", Uniqueid="call")
    assert client.names() == ["HangupRequest", "QueueCallerAbandon", "QueueCallerLeave", "Hangup"]


async def test_an_operator_is_never_offered_a_second_call_until_he_is_set_free(
    start: Start, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await connect(await start())
    await client.open_leg("1001")
    await connected(client)
    await client.hang_up("call")
    await client.event("Hangup", Uniqueid="call")
    client.forget()
    await client.originate("next", "5511999990011", ("Variable", "QTIMEOUT=60"))
    await client.event("QueueCallerJoin", Uniqueid="next")
    await client.act("QueuePause", Interface="Local/1001@op/n", Paused="false")
    await client.act("Ping")
    assert client.events("AgentCalled") == []
    monkeypatch.setattr(acd, "RECHECK_S", 0.05)
    await client.set_free("1001", free=True)
    await client.event("AgentConnect", Uniqueid="next")


async def test_freeing_wakes_nobody_and_a_digit_wakes_the_first_who_waits(
    start: Start, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acd, "RECHECK_S", AN_HOUR)
    client = await connect(await start())
    await client.open_leg("1001", free=False)
    for call_id, number in (("first", ANSWERS), ("second", "5511999990011")):
        await client.originate(call_id, number, ("Variable", "QTIMEOUT=60"))
        await client.event("QueueCallerJoin", Uniqueid=call_id)
    await client.set_free("1001", free=True)
    for call_id in ("second", "first"):
        assert client.events("AgentCalled") == []
        response = await client.act("PlayDTMF", Channel=call_id, Digit="D", Receive="true")
        assert response["Message"] == "DTMF successfully queued"
    await client.event("AgentConnect", Uniqueid="first")
    digit = client.events("DTMFEnd")[0]
    assert (digit["Digit"], digit["Direction"]) == ("D", "Received")
    assert [event["Uniqueid"] for event in client.events("AgentCalled")] == ["first"]


async def test_a_waiting_caller_is_looked_at_again_by_himself(
    start: Start, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acd, "RECHECK_S", 0.05)
    client = await connect(await start())
    await client.open_leg("1001", free=False)
    await client.originate("call", ANSWERS, ("Variable", "QTIMEOUT=60"))
    await client.event("QueueCallerJoin")
    await client.set_free("1001", free=True)
    await client.event("AgentConnect", Uniqueid="call")


async def test_calls_go_to_the_lowest_penalty_and_then_to_the_longest_idle(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    await client.open_leg("1001", penalty="5")
    await client.open_leg("1002")
    await client.open_leg("1003")
    queue = switch.core.acd.queues["q-acme-1"]
    queue.members["Local/1002@op/n"].last_call = 2000.0
    queue.members["Local/1003@op/n"].last_call = 1000.0
    for index in range(3):
        await connected(client, f"call-{index}", f"551199999000{index}1")
    assert [event["MemberName"] for event in client.events("AgentConnect")] == ["1003", "1002", "1001"]


async def test_several_waiting_callers_are_served_at_once(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    for operator in ("1001", "1002", "1003"):
        await client.open_leg(operator)
    for index in range(3):
        await client.originate(f"call-{index}", f"551199999000{index}1")
    for index in range(3):
        await client.event("AgentConnect", Uniqueid=f"call-{index}")
    assert {event["MemberName"] for event in client.events("AgentConnect")} == {"1001", "1002", "1003"}


async def test_a_paused_member_is_not_called(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.open_leg("1001")
    await client.open_leg("1002")
    paused = await client.act("QueuePause", Interface="Local/1001@op/n", Paused="true", Reason="lunch")
    assert paused["Message"] == "Interface paused successfully"
    event = await client.event("QueueMemberPause")
    assert (event["MemberName"], event["Paused"], event["PausedReason"]) == ("1001", "1", "lunch")
    await connected(client)
    assert client.events("AgentConnect")[0]["MemberName"] == "1002"


async def test_a_member_without_a_leg_refuses_and_the_next_is_called_at_once(start: Start, connect: Connect) -> None:
    """His device was never set, and an unknown state is offered calls: the dialplan's guard must refuse."""
    client = await connect(await start())
    await client.act(
        "QueueAdd",
        Queue="q-acme-1",
        Interface="Local/1001@op/n",
        MemberName="1001",
        StateInterface="Custom:op-1001",
    )
    await client.open_leg("1002")
    await connected(client)
    members = [(event["Event"], event["MemberName"]) for event in client.events("AgentCalled", "AgentRingNoAnswer")]
    assert members == [("AgentCalled", "1001"), ("AgentRingNoAnswer", "1001"), ("AgentCalled", "1002")]
    refused = await client.event("UserEvent", UserEvent="MemberRefused")
    assert refused["Operator"] == "1001"
    assert {event["Cause"] for event in client.events("Hangup")} == {"17"}
    assert client.events("AgentConnect")[0]["MemberName"] == "1002"


async def test_when_the_operators_leg_dies_the_customer_comes_first_in_the_queue_again(
    start: Start, connect: Connect
) -> None:
    switch = await start(changes={"message_s": 0.1})
    client = await connect(switch)
    await client.open_leg("1001")
    await connected(client)
    await client.originate("other", "5511999990011", ("Variable", "QTIMEOUT=60"))
    await client.event("QueueCallerJoin", Uniqueid="other")
    client.forget()
    assert switch.kill_operator_leg("1001")
    await client.event("UserEvent", UserEvent="OperatorLost", CallId="call", Operator="1001")
    assert about(client, "Hangup", "AgentComplete", "UserEvent") == [
        ("Hangup", "PJSIP/1001"),
        ("AgentComplete", "PJSIP/trunk"),
        ("Hangup", "Local/1001@op"),
        ("Hangup", "Local/1001@op"),
        ("UserEvent", "PJSIP/trunk"),
    ]
    assert client.events("AgentComplete")[0]["Reason"] == "agent"
    again = await client.event("QueueCallerJoin", Uniqueid="call")
    assert (again["Position"], again["Count"]) == ("1", "2")
    client.forget()
    await client.open_leg("1002")
    await client.event("AgentConnect", Uniqueid="call", MemberName="1002")


async def test_a_leg_that_dies_between_the_call_and_the_bridge_costs_the_customer_nothing(
    start: Start, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = await start()
    client = await connect(switch)
    await client.open_leg("1001")
    monkeypatch.setattr(connections, "BRIDGE_S", AN_HOUR)
    await client.originate("call", ANSWERS)
    await client.event("AgentCalled", MemberName="1001")
    monkeypatch.undo()
    await client.open_leg("1002")
    switch.kill_operator_leg("1001")
    await client.event("AgentConnect", Uniqueid="call", MemberName="1002")
    assert client.events("QueueCallerAbandon", "AgentComplete") == []


async def test_a_customer_who_hangs_up_between_the_call_and_the_bridge_leaves_the_operator_inuse(
    start: Start, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on the real switch: the Local channel has taken him, only the product makes him free again."""
    switch = await start()
    client = await connect(switch)
    await client.open_leg("1001")
    monkeypatch.setattr(connections, "BRIDGE_S", AN_HOUR)
    await client.originate("call", ANSWERS)
    await client.event("AgentCalled", MemberName="1001")
    monkeypatch.undo()
    client.forget()
    switch.hang_up_customer("call")
    await client.event("Hangup", Uniqueid="call")
    assert client.names() == [
        "HangupRequest",
        "QueueMemberStatus",
        "Hangup",
        "Hangup",
        "QueueCallerAbandon",
        "QueueCallerLeave",
        "Hangup",
    ]
    assert client.events("QueueMemberStatus")[0]["Status"] == "2"
    await client.set_free("1001", free=True)
    await connected(client, "next")


async def test_scenarios_can_let_operators_legs_die_in_the_middle(start: Start, connect: Connect) -> None:
    client = await connect(await start(changes={"operator_death_rate": 1.0}, speed=20.0))
    await client.open_leg("1001")
    await client.originate("call", ANSWERS)
    lost = await client.event("UserEvent", UserEvent="OperatorLost")
    assert lost["Operator"] == "1001"


@pytest.mark.parametrize(("share", "named"), [(1.0, False), (0.0, True)])
async def test_agent_complete_may_come_without_the_customers_channel(
    start: Start, connect: Connect, share: float, named: bool
) -> None:
    client = await connect(await start(changes={"anonymous_complete_share": share}))
    await client.open_leg("1001")
    await connected(client)
    await client.hang_up("call")
    complete = await client.event("AgentComplete")
    assert ("Uniqueid" in complete, "Channel" in complete) == (named, named)
    assert complete["MemberName"] == "1001"
