"""One connection, against a scripted switch: the guards against panoramisk's faults.

By the numbers of telephony/ami/client.py. Each guard was taken out once, and these tests failed without it:

1   every action ends at its Response, events are events      an_originate_is_answered_at_once…, …that_overtakes…
2   no answer needs a key of the action                       an_originate_without_async_leaves_the_connection_alive
3   QueueAdd is answered                                      a_queue_add_is_answered
4   an unusable message costs only itself                     a_message_that_cannot_be_handled_costs_neither…
5   nothing is sent a second time, every wait ends            an_unanswered_originate_fails…, every_wait_for_an_answer…
6   silence is found, slowness is not taken for it            a_peer_that_says_nothing…, a_switch_that_is_slow…
7   a closed connection stays closed                          a_closed_connection_stays_closed, and in test_link:
                                                              stopping_while_the_switch_is_away_stops_reconnecting
8   a wrong password is told apart, and not hammered          a_wrong_secret_is_told_apart, and in test_link:
                                                              a_wrong_secret_is_said_in_the_status…
9   sending while away is an error of its own                 sending_on_a_closed_connection…
10  characters cut in two arrive whole                        a_character_cut_in_two_by_the_network_arrives_whole
11  control characters are never sent                         a_value_that_could_begin_another_header_is_never_sent
12  a login resynchronises before anything is sent            in test_link: a_cut_connection_is_made_anew…
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from telephony.ami import client as client_module
from telephony.ami.client import Connection, Headers
from telephony.ami.errors import (
    AuthenticationError,
    RejectedError,
    SwitchAwayError,
    SwitchFrozenError,
    SwitchTimeoutError,
    UnsafeValueError,
)
from tests.fakes.ami import FakeAmi, block, error, event, listing, success, until

ORIGINATE = {"Action": "Originate", "ActionID": "dial-1", "Channel": "PJSIP/1@t", "Async": "true"}


@pytest.fixture
def heard() -> list[Headers]:
    return []


@pytest.fixture
async def connection(fake: FakeAmi, heard: list[Headers]) -> AsyncIterator[Connection]:
    connection = await connect(fake, heard)
    yield connection
    connection.close()


async def connect(fake: FakeAmi, heard: list[Headers], **changes: Any) -> Connection:
    values = {"host": "127.0.0.1", "port": fake.port, "user": "u", "secret": "s", "sink": heard.append, **changes}
    return await Connection.open(**values)


async def test_an_originate_is_answered_at_once_and_its_originate_response_is_an_event(
    connection: Connection, fake: FakeAmi, heard: list[Headers]
) -> None:
    # 1: by default the future waited for OriginateResponse and swallowed it.
    response = await connection.request(ORIGINATE, timeout_s=2)
    await fake.say(event("OriginateResponse", ActionID="dial-1", Response="Failure", Reason=3))

    assert response["message"] == "Originate successfully queued"
    await until(lambda: any(message["event"] == "OriginateResponse" for message in heard), "the event")


async def test_an_originate_response_that_overtakes_the_answer_is_not_taken_for_it(
    connection: Connection, fake: FakeAmi, heard: list[Headers]
) -> None:
    # 1
    fake.answers["originate"] = lambda _, action: (
        event("OriginateResponse", ActionID=action["actionid"], Response="Failure", Reason=0)
        + success(action, "queued")
    )

    response = await connection.request(ORIGINATE, timeout_s=2)

    assert response["message"] == "queued"
    assert [message["event"] for message in heard] == ["FullyBooted", "OriginateResponse"]


async def test_an_originate_without_async_leaves_the_connection_alive(connection: Connection, fake: FakeAmi) -> None:
    # 2: KeyError, connection dropped, futures hanging.
    bare = {key: value for key, value in ORIGINATE.items() if key != "Async"}

    assert (await connection.request(bare, timeout_s=2))["response"] == "Success"
    assert not connection.closed


async def test_a_queue_add_is_answered(connection: Connection, fake: FakeAmi) -> None:
    # 3: never resolved, and leaked.
    fake.answers["queueadd"] = lambda _, action: success(action, "Added interface to queue")

    response = await connection.request({"Action": "QueueAdd", "Queue": "q", "Interface": "Local/1@op/n"}, timeout_s=2)

    assert response["message"] == "Added interface to queue"
    assert connection._wire.responses == {}


async def test_a_message_that_cannot_be_handled_costs_neither_the_connection_nor_the_rest_of_the_chunk(
    fake: FakeAmi, caplog: pytest.LogCaptureFixture
) -> None:
    # 4: an exception in a callback killed the connection, and the chunk was lost.
    good: list[Headers] = []

    def sink(message: Headers) -> None:
        if message["event"] == "Bad":
            raise ValueError("a broken message")
        good.append(message)

    connection = await connect(fake, good, sink=sink)
    with caplog.at_level(logging.CRITICAL, "telephony.ami.client"):
        await fake.say(event("Bad") + event("Good"))
        await until(lambda: any(message["event"] == "Good" for message in good), "the event behind the bad one")

    assert not connection.closed
    assert connection.unreadable == 1
    connection.close()


async def test_an_unanswered_originate_fails_with_the_connection_and_is_not_sent_on_the_next(
    connection: Connection, fake: FakeAmi, heard: list[Headers]
) -> None:
    # 5: it was sent again after the reconnect, and a number was dialed twice.
    fake.answers["originate"] = lambda *_: None
    pending = connection.send(ORIGINATE)
    await fake.heard("originate")
    fake.cut()

    with pytest.raises(SwitchAwayError):
        await connection.answer(pending)
    again = await connect(fake, heard)
    await again.request({"Action": "Ping"})
    assert len(fake.sent("originate")) == 1
    again.close()


async def test_every_wait_for_an_answer_ends_and_leaves_nothing_behind(connection: Connection, fake: FakeAmi) -> None:
    # 5: a forgotten action's future never resolved.
    fake.answers["originate"] = lambda *_: None

    with pytest.raises(SwitchTimeoutError):
        await connection.request(ORIGINATE, timeout_s=0.05)

    assert connection._wire.responses == {}


async def test_a_peer_that_says_nothing_any_more_is_found_frozen(
    connection: Connection, fake: FakeAmi, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 6
    monkeypatch.setattr(client_module, "PING_INTERVAL_S", 0.05)
    monkeypatch.setattr(client_module, "FROZEN_AFTER_S", 0.2)
    fake.deaf = True

    with pytest.raises(SwitchFrozenError):
        async with asyncio.timeout(10):
            await connection.watch()


async def test_a_switch_that_is_slow_to_answer_pings_but_speaks_is_not_frozen(
    connection: Connection, fake: FakeAmi, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 6
    monkeypatch.setattr(client_module, "PING_INTERVAL_S", 0.05)
    monkeypatch.setattr(client_module, "FROZEN_AFTER_S", 0.2)
    fake.answers["ping"] = lambda *_: event("Newstate", ChannelState=5)
    watching = asyncio.create_task(connection.watch())

    await fake.heard("ping", 4)

    assert not watching.done()
    connection.close()
    assert await watching == "closed by this side"


async def test_a_wrong_secret_is_told_apart(fake: FakeAmi, heard: list[Headers]) -> None:
    # 8: retried for ever, silently.
    fake.answers["login"] = lambda _, action: error(action, "Authentication failed")

    with pytest.raises(AuthenticationError, match="Authentication failed"):
        await connect(fake, heard)


async def test_sending_on_a_closed_connection_says_that_the_switch_is_away(connection: Connection) -> None:
    # 7, 9: AttributeError, or a connection that comes back by itself.
    connection.close()

    with pytest.raises(SwitchAwayError, match="closed by this side"):
        connection.send({"Action": "Ping"})


async def test_a_closed_connection_stays_closed(connection: Connection, fake: FakeAmi) -> None:
    # 7
    fake.cut()
    await until(lambda: connection.closed, "the cut is seen")
    connection.close()
    await asyncio.sleep(0.3)

    assert fake.connections == 1


@pytest.mark.parametrize("cut_at", range(1, 8))
async def test_a_character_cut_in_two_by_the_network_arrives_whole(
    connection: Connection, fake: FakeAmi, heard: list[Headers], cut_at: int
) -> None:
    # 10: "João" became "Joo".
    data = event("UserEvent", Name="João Ítalo").encode()
    middle = data.index("ão".encode()) + cut_at - 3

    await fake.say(data[:middle])
    await asyncio.sleep(0.02)
    await fake.say(data[middle:])

    await until(lambda: len(heard) == 2, "the event")
    assert heard[1]["name"] == "João Ítalo"


@pytest.mark.parametrize("value", ["1\r\nAction: Originate", "1\n2", "1\r2", "1\x002", "\x1b", "\ud800"])
async def test_a_value_that_could_begin_another_header_is_never_sent(
    connection: Connection, fake: FakeAmi, value: str
) -> None:
    # 11
    for fields in ({"CallerID": value}, {"Variable": ["A=1", value]}, {value: "x"}):
        with pytest.raises(UnsafeValueError):
            connection.send({**ORIGINATE, **fields})

    assert fake.sent("originate") == []


async def test_a_list_answer_gives_its_rows_and_no_event(
    connection: Connection, fake: FakeAmi, heard: list[Headers]
) -> None:
    rows = [event("Status", Uniqueid=one) for one in ("a", "b")]
    fake.answers["status"] = lambda _, action: listing(action, "StatusComplete", *rows)

    found = await connection.request_list({"Action": "Status"})

    assert [row["uniqueid"] for row in found] == ["a", "b"]
    assert [message["event"] for message in heard] == ["FullyBooted"]


async def test_a_list_that_is_refused_or_cut_ends(connection: Connection, fake: FakeAmi) -> None:
    fake.answers["status"] = lambda _, action: error(action, "Permission denied")
    with pytest.raises(RejectedError, match="Permission denied"):
        await connection.request_list({"Action": "Status"})

    fake.answers["status"] = lambda _, action: success(action, "will follow")
    waiting = asyncio.create_task(connection.request_list({"Action": "Status"}))
    await fake.heard("status", 2)
    fake.cut()
    with pytest.raises(SwitchAwayError):
        await waiting


async def test_nobody_listening_is_an_os_error(fake: FakeAmi, heard: list[Headers]) -> None:
    await fake.close()

    with pytest.raises(OSError, match=str(fake.port)):
        await connect(fake, heard)


async def test_a_peer_that_never_speaks_ends_the_login_with_a_timeout(
    fake: FakeAmi, heard: list[Headers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LOGIN_TIMEOUT_S", 0.1)
    fake.deaf = True

    with pytest.raises(SwitchTimeoutError):
        await connect(fake, heard)


async def test_a_flood_that_is_no_ami_closes_the_connection(connection: Connection, fake: FakeAmi) -> None:
    await fake.say("x" * (client_module.LONGEST_MESSAGE + 1))

    await until(lambda: connection.closed, "closed")


async def test_an_event_is_read_whatever_the_case_and_order_of_its_headers(
    connection: Connection, fake: FakeAmi, heard: list[Headers]
) -> None:
    await fake.say(block("Uniqueid: 1", "event: Newchannel", "CHANNEL: PJSIP/a: b"))
    await fake.say(block("Event: Newchannel", "Channel: PJSIP/a: b", "UniqueID: 1"))

    await until(lambda: len(heard) >= 2, "the event")
    assert heard[-1]["channel"] == "PJSIP/a: b"
    assert heard[-1]["uniqueid"] == "1"


async def test_events_that_say_nothing_to_us_are_counted_and_not_read(fake: FakeAmi, heard: list[Headers]) -> None:
    connection = await connect(fake, heard, wanted=["Hangup"])
    await fake.say(event("VarSet", Variable="X") + event("VarSet", Variable="Y") + event("Hangup", Uniqueid="a"))

    await until(lambda: len(heard) == 2, "the event that is wanted")
    assert [message["event"] for message in heard] == ["FullyBooted", "Hangup"]
    assert connection.ignored == {"VarSet": 2}
    connection.close()


async def test_the_secret_stays_out_of_the_log_where_writing_fails(
    connection: Connection, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: bytes) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(connection._wire.transport, "write", broken, raising=False)
    with pytest.raises(RuntimeError):
        connection.send({"Action": "Login", "Secret": "open sesame"})

    assert "open sesame" not in caplog.text
