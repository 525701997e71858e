"""What the `ami` process's account may do, and what nobody may do who got hold of it."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from telephony.ami.client import Connection
from telephony.ami.errors import AuthenticationError, RejectedError
from tests.asterisk.lab import Lab
from tools.asterisk.instance import USER
from tools.phones import UserAgent
from tools.phones.agent import PhoneError


@pytest.mark.parametrize(
    "fields",
    [
        {"Action": "Setvar", "Variable": "DID_551140001111", "Value": "q0001|acme|1"},
        {"Action": "Setvar", "Variable": "DEVICE_STATE(Custom:op-1)", "Value": "INUSE"},
        {"Action": "Getvar", "Variable": "DEVICE_STATE(Custom:op-1)"},
        {"Action": "Getvar", "Variable": "VERSION()"},
        {"Action": "Status"},
        {"Action": "QueueStatus", "Queue": "q0001"},
        {"Action": "QueueSummary", "Queue": "q0001"},
        {"Action": "DeviceStateList"},
        {"Action": "QueueAdd", "Queue": "q0001", "Interface": "Local/1@op/n", "Penalty": 3},
        {"Action": "QueuePause", "Queue": "q0001", "Interface": "Local/1@op/n", "Paused": "true", "Reason": "lunch"},
        {"Action": "QueuePenalty", "Queue": "q0001", "Interface": "Local/1@op/n", "Penalty": 1},
        {"Action": "QueueRemove", "Queue": "q0001", "Interface": "Local/1@op/n"},
        {"Action": "Ping"},
    ],
    ids=lambda fields: f"{fields['Action']} {fields.get('Variable', '')}".strip(),
)
async def test_what_the_product_needs_is_allowed(here: Lab, fields: dict[str, Any]) -> None:
    if fields["Action"] in {"QueuePause", "QueuePenalty", "QueueRemove"}:
        await here.act("QueueAdd", Queue="q0001", Interface="Local/1@op/n")

    await here.ami.request(fields)

    if fields["Action"] in {"QueueAdd", "QueuePause", "QueuePenalty"}:
        await here.act("QueueRemove", Queue="q0001", Interface="Local/1@op/n")


@pytest.mark.parametrize(
    "fields",
    [
        {"Action": "Command", "Command": "core stop now"},
        {"Action": "Reload"},
        {"Action": "ModuleLoad", "Module": "func_shell.so", "LoadType": "load"},
        {"Action": "UpdateConfig", "SrcFilename": "manager.conf", "DstFilename": "manager.conf"},
        {"Action": "GetConfig", "Filename": "manager.conf"},
        {"Action": "CreateConfig", "Filename": "x.conf"},
        {"Action": "DBPut", "Family": "x", "Key": "y", "Val": "z"},
        {"Action": "DBGet", "Family": "registrar", "Key": "contact"},
        {"Action": "UserEvent", "UserEvent": "OperatorUp"},
        {"Action": "MixMonitor", "Channel": "x", "File": "/tmp/x", "Command": "id"},
        {"Action": "DialplanExtensionAdd", "Context": "phones", "Extension": "9", "Priority": 1, "Application": "NoOp"},
        {"Action": "PJSIPShowAuths"},
        {"Action": "Filter", "Operation": "Add", "Filter": "Event: .*"},
        {"Action": "Originate", "Channel": "Local/s@tap", "Application": "System", "Data": "id", "Async": "true"},
        {"Action": "Setvar", "Variable": "FILE(/tmp/x)", "Value": "x"},
        {"Action": "Setvar", "Variable": "DB(cidname/1)", "Value": "x"},
        {"Action": "Setvar", "Variable": "SHELL(id)", "Value": "x"},
    ],
    ids=lambda fields: " ".join(str(value) for value in list(fields.values())[:2]),
)
async def test_what_the_product_does_not_need_is_refused(here: Lab, fields: dict[str, Any]) -> None:
    with pytest.raises(RejectedError):
        await here.ami.request(fields)


@pytest.mark.parametrize(
    "name", ["SHELL(id)", "ENV(PATH)", "FILE(/etc/passwd)", "AST_CONFIG(manager.conf,cadencia,secret)", "CURL(x)"]
)
async def test_no_function_gives_what_lies_outside_the_dialplan(here: Lab, name: str) -> None:
    try:
        value = (await here.act("Getvar", Variable=name)).get("value", "")
    except RejectedError:
        return
    assert value == ""


async def test_a_wrong_secret_is_refused(here: Lab) -> None:
    with pytest.raises(AuthenticationError):
        await Connection.open(
            host="127.0.0.1", port=here.switch.addresses.ami, user=USER, secret="wrong", sink=lambda _: None
        )


async def test_only_events_that_the_product_reads_are_sent(here: Lab) -> None:
    ana = await here.operator(hertz=700)
    call_id = await here.dial()
    customer, _ = await here.talking(call_id, ana)
    await here.customers.hang_up(customer)
    await here.event("Hangup", uniqueid=call_id)

    names = {str(event["event"]) for event in here.events}
    assert not names & {
        "VarSet",
        "Newexten",
        "RTCPSent",
        "RTCPReceived",
        "Cdr",
        "CEL",
        "TestEvent",
        "DeviceStateChange",
    }
    mine = [event for event in here.events if event.get("linkedid") == call_id or event.get("uniqueid") == call_id]
    assert len(mine) < 60


async def test_arbitrary_http_is_not_served(here: Lab) -> None:
    base = f"http://127.0.0.1:{here.switch.addresses.http}"
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{base}/ari/asterisk/info")).status_code == 401
        assert (await client.get(f"{base}/httpstatus")).status_code == 404
        assert (await client.get(f"{base}/static/")).status_code == 404
        assert (await client.get(f"{base}/manager")).status_code == 404
    async with httpx.AsyncClient(auth=(USER, here.switch.ari_secret)) as client:
        assert (await client.get(f"{base}/ari/asterisk/info")).status_code == 200
        # It makes phones, it makes no calls.
        assert (await client.post(f"{base}/ari/channels", params={"endpoint": "PJSIP/x@carrier"})).status_code == 404


@pytest.mark.parametrize("dialed", ["11988887777", "1001", "q0001", "s", "op-login", "*8", "outside"])
async def test_an_operators_phone_calls_nobody_by_itself(here: Lab, dialed: str) -> None:
    phone = await here.phone("9101", 700)

    # 403 is what Asterisk has for its code to pick up another's call, which nobody may here.
    with pytest.raises(PhoneError, match=r"40[34]"):
        await phone.call(dialed)

    assert not here.seen("DialState")
    assert here.customers.arrived.empty()


async def test_a_stranger_learns_nothing(here: Lab) -> None:
    """From an address that is no trunk's: unknown and known names are asked for a password alike."""
    server = ("127.0.0.1", here.switch.addresses.sip)
    await here.phone("9102", 700)
    answers = []
    for name in ("9102", "nobody"):
        async with UserAgent(server, username=name, secret="wrong", host="127.0.0.2") as stranger:
            with pytest.raises(PhoneError) as refused:
                await stranger.register()
            answers.append(str(refused.value))
            with pytest.raises(PhoneError) as refused:
                await stranger.call("551140004321")
            answers.append(str(refused.value).replace("551140004321", "x"))

    assert answers[:2] == answers[2:]
    assert "401" in answers[0]
    assert "401" in answers[1]


async def test_a_phones_secret_ends_with_its_change(here: Lab) -> None:
    phone = await here.phone("9103", 700)
    await here.provision("9103", "another-secret-altogether")

    with pytest.raises(PhoneError, match="401"):
        await phone.register()


async def test_a_second_browser_of_the_same_operator_takes_the_first_ones_place(here: Lab) -> None:
    first = await here.phone("9104", 700)
    second = await here.phone("9104", 1_000)

    await here.act(
        "Originate", Channel="PJSIP/9104", ChannelId="op-9104-s", Context="op-login", Exten="9104", Priority=1,
        Timeout=5000, Async="true",
    )  # fmt: skip
    await here.event("OperatorUp", operator="9104")

    assert first.arrived.empty()
    leg = await second.arrived.get()
    assert leg.up


async def test_the_switch_says_which_version_it_is(here: Lab) -> None:
    assert re.match(r"2\d\.\d+\.\d+", (await here.act("Getvar", Variable="VERSION()"))["value"])
