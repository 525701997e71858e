"""Hold, transfer, consultation: the handle is the second half of the Local channel."""

from __future__ import annotations

from tests.telephony.simulated.conftest import Connect, Start
from tests.telephony.simulated.wire_client import ANSWERS, connected, handle


async def test_hold_and_back(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.open_leg("1001")
    await connected(client)
    local = handle(client)
    client.forget()
    moved = await client.act("Redirect", Channel=local, Context="lhold", Exten="s", Priority="1")
    assert moved["Message"] == "Redirect successful"
    await client.event("MusicOnHoldStart", Channel=local)
    held = await client.event("UserEvent", UserEvent="Held")
    assert held["CallId"] == "call"
    waits = await client.event("BridgeEnter", Uniqueid="op-1001-1")
    assert waits["BridgeTechnology"] == "holding_bridge"
    client.forget()
    await client.act("Redirect", Channel=local, Context="lbr", Exten="1001", Priority="1")
    back = await client.event("BridgeEnter", Channel=local)
    assert back["BridgeTechnology"] == "simple_bridge"
    assert client.events("AgentComplete", "Hangup") == []


async def test_an_operator_lost_during_hold_is_found_out_when_the_customer_comes_back(
    start: Start, connect: Connect
) -> None:
    switch = await start()
    client = await connect(switch)
    await client.open_leg("1001")
    await connected(client)
    local = handle(client)
    await client.act("Redirect", Channel=local, Context="lhold", Exten="s", Priority="1")
    client.forget()
    switch.kill_operator_leg("1001")
    await client.event("Hangup", Uniqueid="op-1001-1")
    assert client.events("AgentComplete") == []
    await client.act("Redirect", Channel=local, Context="lbr", Exten="1001", Priority="1")
    await client.event("UserEvent", UserEvent="OperatorLost")


async def test_a_call_moves_to_another_operator_and_completes_in_the_firsts_name(
    start: Start, connect: Connect
) -> None:
    client = await connect(await start())
    await client.open_leg("1001")
    await connected(client)
    await client.open_leg("1002", free=False)
    local = handle(client)
    client.forget()
    await client.act("Redirect", Channel=local, Context="lbr", Exten="1002", Priority="1")
    entered = await client.event("BridgeEnter", Uniqueid="op-1002-1")
    assert entered["BridgeTechnology"] == "simple_bridge"
    await client.hang_up("call")
    complete = await client.event("AgentComplete")
    assert complete["MemberName"] == "1001"


async def test_next_sends_the_customer_to_another_queue(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.open_leg("1001")
    await connected(client)
    await client.act("Setvar", Channel="call", Variable="NEXT", Value="dialer,q-acme-2,1")
    await client.hang_up(handle(client))
    joined = await client.event("QueueCallerJoin", Queue="q-acme-2")
    assert joined["Uniqueid"] == "call"


async def test_redirecting_the_customer_out_of_the_queue_completes_nothing(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    await client.open_leg("1001")
    await connected(client)
    await client.act("Redirect", Channel="call", Context="dialer", Exten="q-acme-2", Priority="1")
    await client.event("QueueCallerJoin", Queue="q-acme-2")
    assert client.events("AgentComplete") == []
    member = switch.core.acd.queues["q-acme-1"].members["Local/1001@op/n"]
    assert (member.calls_taken, member.last_call) == (0, 0.0)


async def test_redirecting_a_waiting_customer_to_his_queue_abandons_and_joins_again(
    start: Start, connect: Connect
) -> None:
    client = await connect(await start())
    await client.originate("call", ANSWERS)
    await client.event("QueueCallerJoin")
    client.forget()
    await client.act("Redirect", Channel="call", Context="dialer", Exten="q-acme-1", Priority="1")
    await client.event("QueueCallerJoin")
    assert client.names() == ["QueueCallerAbandon", "QueueCallerLeave", "QueueCallerJoin"]


async def test_a_redirect_to_nowhere_ends_the_channel(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    assert (await client.act("Redirect", Channel="nobody", Context="lhold", Exten="s"))["Message"] == (
        "Channel does not exist: nobody"
    )
    await client.originate("call", ANSWERS)
    await client.event("QueueCallerJoin")
    await client.act("Redirect", Channel="call", Context="nowhere", Exten="1", Priority="1")
    await client.event("Hangup", Uniqueid="call")


async def test_two_waiting_operators_can_be_bridged(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.open_leg("1001")
    await client.open_leg("1002")
    client.forget()
    bridged = await client.act("Bridge", Channel1="op-1001-1", Channel2="op-1002-1")
    assert bridged["Message"] == "Channels have been bridged"
    together = await client.event("BridgeEnter", Uniqueid="op-1002-1")
    assert together["BridgeTechnology"] == "simple_bridge"
    await connected(client)
    refused = await client.act("Bridge", Channel1="op-1001-1", Channel2="op-1002-1")
    assert refused["Message"] == "Unable to add Channel2 to bridge"
    missing = await client.act("Bridge", Channel1="op-1001-1", Channel2="op-9-9")
    assert missing["Message"] == "Channel2 does not exists"
