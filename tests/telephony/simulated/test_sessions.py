"""The wire: login, refusals, malformed packets, filters and rights."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from telephony.simulated.config import SwitchConfig
from tests.telephony.simulated.conftest import REPORTING, Connect, Start


async def test_the_banner_names_the_protocol(start: Start, connect: Connect) -> None:
    client = await connect(await start(), log_in=False)
    assert client.banner == "Asterisk Call Manager/9.0.0\r\n"


async def test_a_right_password_logs_in_and_fully_booted_follows(start: Start, connect: Connect) -> None:
    client = await connect(await start(), log_in=False)
    accepted = await client.act("Login", Username="cadencia", Secret="cadencia")
    assert accepted.headers == (
        ("Response", "Success"),
        ("ActionID", "t1"),
        ("Message", "Authentication accepted"),
    )
    booted = await client.event("FullyBooted")
    assert booted["Status"] == "Fully Booted"
    assert booted["Privilege"] == "system,all"


async def test_an_md5_challenge_logs_in_without_the_secret_on_the_wire(start: Start, connect: Connect) -> None:
    client = await connect(await start(), log_in=False)
    challenge = (await client.act("Challenge", AuthType="MD5"))["Challenge"]
    key = hashlib.md5(f"{challenge}cadencia".encode(), usedforsecurity=False).hexdigest()
    accepted = await client.act("Login", Username="cadencia", AuthType="MD5", Key=key)
    assert accepted["Response"] == "Success"


@pytest.mark.parametrize(
    "credentials",
    [
        {"Username": "cadencia", "Secret": "wrong"},
        {"Username": "nobody", "Secret": "cadencia"},
        {"Username": "cadencia"},
        {"Username": "cadencia", "AuthType": "MD5", "Key": "0" * 32},
    ],
)
async def test_wrong_credentials_get_the_error_and_are_disconnected(
    start: Start, connect: Connect, credentials: dict[str, str]
) -> None:
    client = await connect(await start(speed=10.0), log_in=False)
    refused = await client.act("Login", **credentials)
    assert (refused["Response"], refused["Message"]) == ("Error", "Authentication failed")
    await client.until_closed()
    assert client.events() == []


async def test_nothing_is_done_before_login(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch, log_in=False)
    refused = await client.originate("call-1", "5511999990001")
    assert (refused["Response"], refused["Message"]) == ("Error", "Permission denied")
    assert switch.counts["dialed"] == 0


async def test_a_second_login_is_already_authenticated(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    again = await client.act("Login", Username="cadencia", Secret="whatever")
    assert (again["Response"], again["Message"]) == ("Success", "Already authenticated")


async def test_logoff_says_goodbye_and_closes(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    client.send("Logoff", [])
    goodbye = await client.until(lambda message: message["Response"] == "Goodbye")
    assert goodbye["Message"] == "Thanks for all the fish."
    await client.until_closed()


async def test_ping_is_answered_with_the_time(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    pong = await client.act("Ping")
    assert pong["Ping"] == "Pong"
    assert float(pong["Timestamp"]) > 1_700_000_000


async def test_events_off_silences_a_session_and_only_that_one(start: Start, connect: Connect) -> None:
    switch = await start()
    quiet, other = await connect(switch), await connect(switch)
    assert (await quiet.act("Events", EventMask="off"))["Events"] == "Off"
    await other.originate("call-2", "5511999990002")
    await other.event("OriginateResponse")
    await quiet.act("Ping")
    assert quiet.names() == ["FullyBooted"]


async def test_an_event_mask_of_classes_lets_only_those_through(start: Start, connect: Connect) -> None:
    switch = await start()
    client = await connect(switch)
    await client.act("Events", EventMask="agent,user")
    await client.open_leg("1001")
    assert "Newchannel" not in client.names()
    assert "QueueMemberAdded" in client.names()


async def test_the_accounts_filter_hides_what_it_does_not_list(start: Start, connect: Connect) -> None:
    filtered = await connect(await start())
    await filtered.open_leg("1001")
    assert "DeviceStateChange" not in filtered.names()
    everything = await connect(await start(event_filter=None))
    await everything.open_leg("1001")
    assert "DeviceStateChange" in everything.names()


async def test_events_that_answer_an_action_pass_the_filter(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.set_free("1001", free=True)
    await client.act("DeviceStateList")
    assert (await client.event("DeviceStateChange", Device="Custom:op-1001"))["State"] == "NOT_INUSE"
    assert (await client.event("DeviceStateListComplete"))["ListItems"] == "1"


async def test_every_event_has_its_privilege_and_a_timestamp(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    await client.originate("call-2", "5511999990002")
    created = await client.event("Newchannel")
    assert created["Privilege"] == "call,all"
    seconds, _, micros = created["Timestamp"].partition(".")
    assert seconds.isdigit()
    assert len(micros) == 6


async def test_an_unknown_action_is_named_in_the_error(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    refused = await client.act("Frobnicate")
    assert refused["Message"].startswith("Invalid/unknown command: Frobnicate.")


@pytest.mark.parametrize(
    "action", ["Command", "DBPut", "Reload", "UpdateConfig", "UserEvent", "MixMonitor", "MuteAudio"]
)
async def test_what_the_account_may_not_do_is_denied(start: Start, connect: Connect, action: str) -> None:
    client = await connect(await start())
    refused = await client.act(action, Command="core stop now")
    assert (refused["Response"], refused["Message"]) == ("Error", "Permission denied")


async def test_least_rights_deny_core_show_channels_and_allow_status(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    for action in ("CoreShowChannels", "CoreStatus", "CoreSettings"):
        assert (await client.act(action))["Message"] == "Permission denied"
    assert (await client.act("Status"))["EventList"] == "start"


async def test_core_status_and_settings_describe_the_switch(start: Start, connect: Connect) -> None:
    client = await connect(await start(write_classes=REPORTING))
    await client.originate("call-1", "5511999990001")
    assert (await client.act("CoreStatus"))["CoreCurrentCalls"] == "1"
    assert (await client.act("CoreSettings"))["AsteriskVersion"].startswith("20.")
    assert (await client.act("Getvar", Variable="VERSION(ASTERISK_VERSION)"))["Value"].startswith("20.")


async def test_a_packet_without_an_action_is_an_error(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    client.write(b"ActionID: lost\r\nFoo: bar\r\n\r\n")
    refused = await client.until(lambda message: message["ActionID"] == "lost")
    assert refused["Message"] == "Missing action in request"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"Action: Ping\r\nX: " + b"a" * 3000 + b"\r\n\r\n", "Failed to parse message: line too long"),
        (b"Action: Ping\r\n" + b"X: a\r\n" * 200 + b"\r\n", "Too many lines in message"),
    ],
)
async def test_malformed_packets_are_refused_and_the_session_goes_on(
    start: Start, connect: Connect, raw: bytes, message: str
) -> None:
    client = await connect(await start())
    client.forget()
    client.write(raw)
    refused = await client.until(lambda answer: answer["Response"] == "Error")
    assert refused["Message"] == message
    assert (await client.act("Ping"))["Ping"] == "Pong"


async def test_packets_come_in_any_chunks_and_with_bare_line_feeds(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    client.forget()
    for byte in b"Action: Ping\r\nActionID: slow\r\n\r\nAction: Ping\nActionID: unix\n\n":
        client.write(bytes([byte]))
        await asyncio.sleep(0)
    await client.until(lambda message: message["ActionID"] == "slow")
    assert (await client.until(lambda message: message["ActionID"] == "unix"))["Ping"] == "Pong"


async def test_line_ends_inside_a_value_become_headers_of_their_own(start: Start, connect: Connect) -> None:
    """As on a real switch: whoever lets CR or LF into a value lets a stranger write headers."""
    switch = await start()
    client = await connect(switch)
    await client.originate("call-1\r\nVariable: INJECTED=1", "5511999990001")
    await client.event("Newchannel", Uniqueid="call-1")
    assert (await client.act("Getvar", Channel="call-1", Variable="INJECTED"))["Value"] == "1"


async def test_bytes_that_are_no_utf8_come_back_as_they_went(start: Start, connect: Connect) -> None:
    client = await connect(await start())
    name = "João".encode("latin-1").decode("utf-8", "surrogateescape")
    client.write(b"Action: Setvar\r\nActionID: set\r\nVariable: NAME\r\nValue: Jo\xe3o\r\n\r\n")
    await client.until(lambda message: message["ActionID"] == "set")
    assert (await client.act("Getvar", Variable="NAME"))["Value"] == name


async def test_a_reader_that_lets_output_pile_up_is_cut_off_without_a_word(start: Start, connect: Connect) -> None:
    switch = await start(output_limit_bytes=200_000)
    slow, other = await connect(switch), await connect(switch)
    slow.stop_reading()
    rounds = 0
    while len(switch.server.sessions) == 2:
        rounds += 1
        assert rounds < 20_000
        for _ in range(100):
            slow.send("Status", [])
        await asyncio.sleep(0.001)
    assert (await other.act("Ping"))["Ping"] == "Pong"


def test_the_default_account_reads_the_five_classes_of_the_product() -> None:
    assert SwitchConfig().read_classes == {"call", "agent", "user", "dtmf", "system"}
