"""Queue actions, variables and lists of what is up."""

from __future__ import annotations

import pytest

from tests.telephony.simulated.conftest import REPORTING, Connect, Start
from tests.telephony.simulated.wire_client import ANSWERS, connected


async def test_queue_status_lists_queues_members_and_callers_with_markers(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.open_leg("1001", free=False, penalty="3")
    await client.originate("call", ANSWERS)
    await client.event("QueueCallerJoin")
    client.forget()
    opening = await client.act("QueueStatus")
    assert (opening["EventList"], opening["Message"]) == ("start", "Queue status will follow")
    end = await client.event("QueueStatusComplete")
    assert (end["EventList"], end["ListItems"]) == ("Complete", "3")
    listed = [message for message in client.messages if message["ActionID"] == opening["ActionID"]]
    assert [message["Event"] for message in listed[1:]] == [
        "QueueParams",
        "QueueMember",
        "QueueEntry",
        "QueueStatusComplete",
    ]
    member, entry = listed[2], listed[3]
    assert (member["Name"], member["Location"], member["Penalty"], member["Status"]) == (
        "1001",
        "Local/1001@op/n",
        "3",
        "2",
    )
    assert (entry["Uniqueid"], entry["Position"]) == ("call", "1")
    summary_start = await client.act("QueueSummary", Queue="q-acme-1")
    summary = await client.event("QueueSummary", ActionID=summary_start["ActionID"])
    assert (summary["LoggedIn"], summary["Available"], summary["Callers"]) == ("1", "0", "1")


@pytest.mark.parametrize(
    ("action", "headers", "message"),
    [
        (
            "QueueAdd",
            {"Queue": "sales", "Interface": "Local/1@op/n"},
            "Unable to add interface to queue: No such queue",
        ),
        ("QueueAdd", {"Interface": "Local/1@op/n"}, "'Queue' not specified."),
        ("QueueAdd", {"Queue": "q-acme-1"}, "'Interface' not specified."),
        ("QueueAdd", {"Queue": "q-acme-1", "Interface": "Local/1001@op/n"}, "Unable to add interface: Already there"),
        ("QueueRemove", {"Queue": "q-acme-1", "Interface": "Local/9@op/n"}, "Unable to remove interface: Not there"),
        ("QueuePause", {"Interface": "Local/9@op/n", "Paused": "true"}, "Interface not found"),
        ("QueuePause", {"Interface": "Local/9@op/n"}, "Need 'Interface' and 'Paused' parameters."),
        (
            "QueuePenalty",
            {"Interface": "Local/9@op/n", "Penalty": "1"},
            "Invalid interface, queuename or penalty",
        ),
    ],
)
async def test_queue_actions_say_what_is_wrong(
    start: Start, connect: Connect, action: str, headers: dict[str, str], message: str
) -> None:
    client = await connect(await start())
    await client.open_leg("1001")
    refused = await client.act(action, **headers)
    assert (refused["Response"], refused["Message"]) == ("Error", message)


async def test_a_member_leaves_his_queue_and_his_penalty_changes(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    await client.open_leg("1001")
    interface = "Local/1001@op/n"
    changed = await client.act("QueuePenalty", Interface=interface, Penalty="7", Queue="q-acme-1")
    assert changed["Message"] == "Interface penalty set successfully"
    assert switch.core.acd.queues["q-acme-1"].members[interface].penalty == 7
    removed = await client.act("QueueRemove", Queue="q-acme-1", Interface=interface)
    assert removed["Message"] == "Removed interface from queue"
    assert (await client.event("QueueMemberRemoved"))["MemberName"] == "1001"
    assert switch.core.acd.queues["q-acme-1"].members == {}


async def test_setvar_refuses_what_it_does_not_know(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    assert (await client.act("Setvar", Value="1"))["Message"] == "No variable specified"
    assert (await client.act("Setvar", Variable="A", Value="1", Channel="nobody"))["Message"] == "No such channel"
    assert (await client.act("Setvar", Variable="DEVICE_STATE(SIP/1)", Value="INUSE"))["Response"] == "Error"
    assert (await client.act("Setvar", Variable="SHELL(id)", Value="1"))["Response"] == "Error"
    await client.act("Setvar", Variable="COLOUR", Value="blue")
    assert (await client.act("Getvar", Variable="COLOUR"))["Value"] == "blue"


async def test_what_is_up_is_listed_with_its_bridge_and_application(start: Start, connect: Connect) -> None:
    client = await connect(await start(write_classes=REPORTING))
    await client.open_leg("1001")
    await connected(client)
    client.forget()
    await client.act("CoreShowChannels")
    assert (await client.event("CoreShowChannelsComplete"))["ListItems"] == "4"
    shown = {event["Uniqueid"]: event for event in client.events("CoreShowChannel")}
    assert shown["call"]["Application"] == "Queue"
    assert shown["call"]["BridgeId"] != ""
    assert len(shown["call"]["Duration"]) == len("00:00:00")
    opening = await client.act("Status", Variables="CALL_ID")
    end = await client.event("StatusComplete", ActionID=opening["ActionID"])
    assert (end["ListItems"], end["Items"]) == ("4", "4")
    customer = await client.event("Status", Uniqueid="call")
    assert customer["Variable"] == "CALL_ID=call"
