"""What becomes of an Originate, outcome by outcome, as measured on a real Asterisk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.telephony.simulated.conftest import Connect, Start
from tests.telephony.simulated.wire_client import WireClient


def number(last_digit: str) -> str:
    return f"551199999000{last_digit}"


async def settled(client: WireClient, call_id: str) -> None:
    """Wait for both the Hangup and the OriginateResponse, which come in either order."""
    await client.event("OriginateResponse", Uniqueid=call_id)
    await client.event("Hangup", Uniqueid=call_id)


@pytest.mark.parametrize(
    ("digit", "dial_status", "causes"),
    [
        ("2", "BUSY", ("17", "486")),
        ("4", "NOANSWER", ("1", "404")),
        ("8", "NOANSWER", ("19", "480")),
        ("5", "CONGESTION", ("34", "503")),
        ("6", "NOANSWER", ("21", "603")),
    ],
)
async def test_a_refused_call_has_the_measured_causes(
    start: Start, connect: Connect, digit: str, dial_status: str, causes: tuple[str, str]
) -> None:
    client = await connect(await start())
    assert (await client.originate("call", number(digit)))["Message"] == "Originate successfully queued"
    await settled(client, "call")
    [end] = client.events("DialEnd")
    assert (end["DialStatus"], end["DestUniqueid"]) == (dial_status, "call")
    [hangup] = client.events("Hangup")
    assert (hangup["Cause"], hangup["TechCause"]) == causes
    assert hangup["Linkedid"] == "call"
    [result] = client.events("OriginateResponse")
    assert (result["Response"], result["Reason"]) == ("Failure", "0")
    assert "QueueCallerJoin" not in client.names()


async def test_ringing_until_the_timeout_has_no_dial_end_and_reason_3(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.originate("call", number("3"), Timeout="300")
    await settled(client, "call")
    assert [event["ChannelStateDesc"] for event in client.events("Newstate")] == ["Ringing"]
    assert client.events("DialEnd") == []
    [hangup] = client.events("Hangup")
    assert (hangup["Cause"], hangup["TechCause"]) == ("19", "480")
    assert client.events("OriginateResponse")[0]["Reason"] == "3"


async def test_a_dead_trunk_never_rings_and_gives_up_after_the_whole_timeout(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.originate("call", number("1"), Channel=f"PJSIP/{number('1')}@deadtrunk", Timeout="300")
    await settled(client, "call")
    assert client.events("Newstate", "DialState", "DialEnd") == []
    created, hangup = client.events("Newchannel")[0], client.events("Hangup")[0]
    assert (hangup["Cause"], hangup["TechCause"]) == ("19", "480")
    assert float(hangup["Timestamp"]) - float(created["Timestamp"]) >= 0.3
    assert client.events("OriginateResponse")[0]["Reason"] == "3"


async def test_an_answered_call_is_up_and_reason_4(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.originate("call", number("1"))
    result = await client.event("OriginateResponse", Uniqueid="call")
    await client.event("QueueCallerJoin", Uniqueid="call")
    assert (result["Response"], result["Reason"]) == ("Success", "4")
    assert [event["ChannelStateDesc"] for event in client.events("Newstate")] == ["Ringing", "Up"]
    assert [event["DialStatus"] for event in client.events("DialEnd")] == ["ANSWER"]


async def test_a_callee_who_hangs_up_sends_hangup_request_first_and_cause_0(start: Start, connect: Connect) -> None:
    client = await connect(await start(speed=4.0))
    await client.originate("call", number("7"), ("Variable", "QTIMEOUT=60"))
    hangup = await client.event("Hangup", Uniqueid="call")
    assert (hangup["Cause"], "TechCause" in hangup) == ("0", False)
    names = client.names()
    assert names.index("HangupRequest") < names.index("Hangup")
    assert "SoftHangupRequest" not in names


async def test_our_own_hangup_is_a_soft_request_with_cause_16(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.originate("call", number("1"))
    await client.event("QueueCallerJoin")
    assert (await client.hang_up("call"))["Message"] == "Channel Hungup"
    hangup = await client.event("Hangup", Uniqueid="call")
    assert hangup["Cause"] == "16"
    assert "SoftHangupRequest" in client.names()
    assert "HangupRequest" not in client.names()


async def test_a_call_can_be_hung_up_while_it_rings(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.originate("call", number("3"))
    await client.event("DialState")
    await client.hang_up("call")
    await settled(client, "call")
    assert client.events("OriginateResponse")[0]["Response"] == "Failure"


async def test_hanging_up_what_is_not_there_is_an_error(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    assert (await client.hang_up("nobody"))["Message"] == "No such channel"


async def test_our_channel_id_is_uniqueid_and_linkedid_from_the_first_event(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.originate("0198c5d2-call", number("2"))
    await settled(client, "0198c5d2-call")
    about = client.events("Newchannel", "Hangup")
    assert {(event["Uniqueid"], event["Linkedid"]) for event in about} == {("0198c5d2-call", "0198c5d2-call")}
    assert about[0]["Channel"].startswith("PJSIP/trunk-")


async def test_the_first_newchannel_has_empty_variables_and_later_events_have_them(
    start: Start, connect: Connect
) -> None:
    client = await connect(await start())
    await client.originate("call", number("2"))
    await settled(client, "call")
    created, hangup = client.events("Newchannel")[0], client.events("Hangup")[0]
    assert created.all("ChanVariable") == ["CALL_ID=", "COMPANY=", "CAMPAIGN_ID="]
    assert hangup.all("ChanVariable") == ["CALL_ID=call", "COMPANY=acme", "CAMPAIGN_ID=1"]


async def test_the_response_spells_the_variables_with_the_channels_name(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.originate("call", number("1"))
    result = await client.event("OriginateResponse")
    assert f"ChanVariable({result['Channel']})" in result
    assert "ChanVariable" not in result


async def test_variables_may_be_repeated_or_between_commas(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.originate("call", number("1"), ("Variable", "__B=2"), ("Variable", "C=3,_D=4"), Variable="A=1")
    values = [(await client.act("Getvar", Channel="call", Variable=name))["Value"] for name in "ABCD"]
    assert values == ["1", "2", "3", "4"]


async def test_a_second_originate_with_a_live_id_fails_with_the_live_calls_uniqueid(
    start: Start, connect: Connect
) -> None:
    switch = await start()
    client = await connect(switch)
    await client.originate("call", number("1"))
    await client.event("OriginateResponse", Response="Success")
    again = await client.originate("call", number("1"))
    assert again["Response"] == "Success"
    failed = await client.event("OriginateResponse", ActionID=again["ActionID"])
    assert (failed["Response"], failed["Uniqueid"]) == ("Failure", "call")
    assert len(client.events("Newchannel")) == 1
    assert (switch.counts["dialed"], switch.counts["duplicate"]) == (1, 1)
    assert (await client.act("Status", Channel="call"))["EventList"] == "start"


async def test_an_id_is_accepted_again_after_the_call_has_ended(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    for _ in range(2):
        client.forget()
        await client.originate("call", number("2"))
        await settled(client, "call")
    assert switch.counts["dialed"] == 2


async def test_an_unknown_endpoint_gives_only_the_failed_response(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    answer = await client.originate("call", number("1"), Channel=f"PJSIP/{number('1')}@unknowntrunk")
    assert answer["Response"] == "Success"
    failed = await client.event("OriginateResponse", ActionID=answer["ActionID"])
    assert failed["Response"] == "Failure"
    await client.act("Ping")
    assert client.events("Newchannel", "Hangup") == []
    assert switch.counts["dialed"] == 0


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Exten": "nosuchqueue"}, "Extension does not exist."),
        ({"Context": "nowhere"}, "Extension does not exist."),
        ({"Channel": ""}, "Channel not specified"),
        ({"Channel": "SIP/1@trunk"}, "Invalid channel"),
        ({"Timeout": "soon"}, "Invalid timeout"),
        ({"Priority": "first"}, "Invalid priority"),
        ({"Application": "System", "Data": "id"}, "Originate Access Forbidden: app or data blacklisted"),
    ],
)
async def test_an_originate_that_cannot_be_is_refused_at_once(
    start: Start, connect: Connect, headers: dict[str, str], message: str
) -> None:
    switch = await start()
    client = await connect(switch)
    refused = await client.originate("call", number("1"), **headers)
    assert (refused["Response"], refused["Message"]) == ("Error", message)
    await client.act("Ping")
    assert client.events("OriginateResponse", "Newchannel") == []
    assert switch.counts["dialed"] == 0


@pytest.mark.parametrize(("digit", "kind"), [("1", "Success"), ("2", "Error")])
async def test_a_synchronous_originate_answers_with_the_result_and_holds_the_session(
    start: Start, connect: Connect, digit: str, kind: str
) -> None:
    client = await connect(await start())
    dialing = client.send(
        "Originate",
        [
            ("Channel", f"PJSIP/{number(digit)}@trunk"),
            ("ChannelId", "call"),
            ("Context", "dialer"),
            ("Exten", "q-acme-1"),
            ("Priority", "1"),
            ("Async", "false"),
        ],
    )
    await client.act("Ping")
    answers = [message for message in client.messages if "Response" in message and "Event" not in message]
    assert [answer["ActionID"] for answer in answers[-2:]] == [dialing, "t3"]
    assert answers[-2]["Response"] == kind
    assert client.events("OriginateResponse") == []


async def test_the_response_comes_before_or_after_the_hangup(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    orders = set()
    for index in range(40):
        client.forget()
        await client.originate(f"call-{index}", f"55119999{index:02d}002")
        await settled(client, f"call-{index}")
        names = client.names()
        orders.add(names.index("OriginateResponse") < names.index("Hangup"))
    assert orders == {True, False}


async def test_the_response_comes_before_or_after_the_queue_is_joined(start: Start, connect: Connect) -> None:
    client = await connect(await start(scenario="all-answer"))
    orders = set()
    for index in range(40):
        client.forget()
        await client.originate(f"call-{index}", f"551199999{index:04d}")
        await client.event("QueueCallerJoin")
        await client.event("OriginateResponse")
        names = client.names()
        orders.add(names.index("OriginateResponse") < names.index("QueueCallerJoin"))
        await client.hang_up(f"call-{index}")
    assert orders == {True, False}


async def test_a_full_trunk_answers_congestion(start: Start, connect: Connect) -> None:
    client = await connect(await start(max_channels=1))
    await client.originate("first", number("1"))
    await client.originate("second", number("1"))
    hangup = await client.event("Hangup", Uniqueid="second")
    assert (hangup["Cause"], hangup["TechCause"]) == ("34", "503")


async def test_above_its_limit_the_switch_takes_originates_late_and_in_order(start: Start, connect: Connect) -> None:
    switch = await start(max_cps=50.0)
    client = await connect(switch)
    loop = switch.core.loop
    began = loop.time()
    sent = [
        client.send(
            "Originate",
            [
                ("Channel", f"PJSIP/{number('2')}@trunk"),
                ("Context", "dialer"),
                ("Exten", "q-acme-1"),
                ("Priority", "1"),
                ("Async", "true"),
            ],
        )
        for _ in range(20)
    ]
    last = await client.act("Ping")
    acknowledged = [message["ActionID"] for message in client.messages if message["Message"].startswith("Originate")]
    assert acknowledged == sent
    assert last["Ping"] == "Pong"
    assert loop.time() - began >= 18 / 50


async def test_the_switch_keeps_its_own_record_of_what_it_dialed(
    start: Start, connect: Connect, tmp_path: Path
) -> None:
    client = await connect(await start(state_dir=tmp_path))
    await client.originate("busy", number("2"))
    await settled(client, "busy")
    await client.originate("none", number("1"), Channel=f"PJSIP/{number('1')}@unknowntrunk")
    lines = [json.loads(line) for line in (tmp_path / "dialed.jsonl").read_text().splitlines()]
    assert [(line["event"], line["call_id"]) for line in lines] == [
        ("dialed", "busy"),
        ("ended", "busy"),
        ("unknown_endpoint", "none"),
    ]
    assert (lines[0]["number"], lines[0]["company"], lines[0]["campaign"]) == (number("2"), "acme", "1")
    assert (lines[1]["outcome"], lines[1]["cause"], lines[1]["tech_cause"]) == ("busy", 17, "486")
