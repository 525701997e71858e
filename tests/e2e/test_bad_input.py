"""What people and machines get wrong: a clear word to the one who can act, no call lost, nothing leaked."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from redis import Redis

from common.ids import uuid7
from telephony.bus import keys
from telephony.bus.codec import encode
from telephony.bus.commands import HangUpCall, Originate
from tests.asterisk.test_trunks import Carrier, carrier
from tests.e2e.customers import CUSTOMER_HZ, until
from tests.e2e.lines import another, change, comes_to, resting, trunk_id
from tests.e2e.product import PASSWORD, SUPERVISOR, Product
from tests.e2e.seed import COMPANY
from tests.e2e.team import ENV, PORT, PROFILE, at_work
from tools.phones import Behaviour, UserAgent
from tools.phones.agent import PhoneError

__all__ = ["ENV", "PORT", "PROFILE"]

TEAM = [1, 2]
SLOW_S = 120.0
OPERATOR = f"operador3@{COMPANY}.example"
"""Who never has a robot's phone here."""


@pytest.fixture(autouse=True)
def people(product: Product) -> Iterator[None]:
    product.customers.behaviours[""] = Behaviour(hertz=CUSTOMER_HZ, talk_s=2.0)
    yield
    product.rest()
    product.customers.behaviours.clear()


def only_call(product: Product, campaign: int) -> dict[str, Any]:
    """The campaign's one call that was dialed, once it is over."""

    def over() -> dict[str, Any] | None:
        dialed = [call for call in product.calls(campaign) if call["outcome"] != "not_dialed"]
        return dialed[0] if len(dialed) == 1 and dialed[0]["state"] == "ended" else None

    return until(over, "the call is over", SLOW_S)


# ── A wrong trunk password.


@contextmanager
def carrier_that_knows_another_password(product: Product) -> Iterator[Carrier]:
    """It refuses whoever registers or calls."""
    context = carrier("another one")
    registrar = product.customers.do(context.__aenter__())
    try:
        yield registrar
    finally:
        product.customers.do(context.__aexit__(None, None, None))


def test_a_wrong_trunk_password_is_said_in_words_and_calls_take_another_trunk(product: Product) -> None:
    account = {"username": "cadencia", "secret": "not-the-right-one", "registers": True}
    with (
        carrier_that_knows_another_password(product) as registrar,
        another(product, name="refused", port=registrar.port, qualify_s=5, **account) as trunk,
        at_work(product, TEAM),
    ):
        seen = comes_to(product, trunk, "rejected")
        assert "registration refused" in seen["detail"]
        with product.platform() as http:
            page = http.get(f"{product.stack.url}/trunks/", headers={"accept-language": "pt-br"})
            assert page.status_code == 200, page.text[:500]
            assert "registration refused" in page.text
            assert "the-right-one" not in page.text + http.get(f"trunks/{trunk}/").text

        campaign = product.campaign("Senha errada", ["+5511982100001"], TEAM, wrap_up_s=5)
        call = only_call(product, campaign)
        assert (call["trunk"], call["outcome"]) == ("customers", "connected")

        with resting(product, "customers"):
            alone = product.campaign("Sem tronco", ["+5511982100002"], TEAM, wrap_up_s=5)
            time.sleep(5)  # some rounds of dialing
            assert product.calls(alone) == []
        call = only_call(product, alone)
        assert (call["trunk"], call["outcome"]) == ("customers", "connected")
        registrar.secret = "right"
        change(product, trunk, secret="the-right-one")
        comes_to(product, trunk, "up")
    assert "the-right-one" not in logs(product)


def test_a_trunk_is_tried_again_when_its_password_is_typed_anew(product: Product) -> None:
    """One that doesn't register shows a wrong password only by a refused call."""
    account = {"username": "cadencia", "secret": "not-the-right-one", "registers": False}
    with (
        carrier_that_knows_another_password(product) as registrar,
        another(product, name="refused-call", port=registrar.port, qualify_s=5, **account) as trunk,
        at_work(product, TEAM),
    ):
        comes_to(product, trunk, "up")
        campaign = product.campaign("Senha recusada", ["+5511982110001"], TEAM, wrap_up_s=5)
        call = only_call(product, campaign)
        assert (call["trunk"], call["outcome"]) == ("refused-call", "failed")
        assert "user or password" in comes_to(product, trunk, "rejected")["detail"]

        change(product, trunk, secret="another-one")
        comes_to(product, trunk, "up")


# ── An extension that nobody registers.


def test_a_shift_without_a_phone_waits_says_so_and_ends_at_once(product: Product) -> None:
    campaign = product.campaign("Sem telefone", ["+5511982200001"], [3], wrap_up_s=5)
    with product.session(OPERATOR) as http:
        begun = http.post("desk/shift/start/", json={"campaign_ids": [campaign]}).raise_for_status().json()
        until(lambda: http.get("desk/").json()["shift"]["phone"] == "expected", "the phone is waited for")
        time.sleep(4)
        state = http.get("desk/").json()
        assert (state["shift"]["state"], state["shift"]["phone"], state["call"]) == ("connecting", "expected", None)
        assert product.calls(campaign) == []

        product.customers.do(refused(product, begun["phone"]["username"], "a-wrong-secret"))
        assert http.get("desk/").json()["shift"]["phone"] == "expected"

        http.post("desk/shift/end/").raise_for_status()
        assert http.get("desk/").json()["shift"] is None
        until(lambda: begun["phone"]["username"] not in product.switch.rx("pjsip show endpoints"), "the phone is gone")

        with at_work(product, [3]):
            assert only_call(product, campaign)["outcome"] == "connected"
    assert begun["phone"]["password"] not in logs(product)


async def refused(product: Product, username: str, secret: str) -> None:
    async with UserAgent(("127.0.0.1", product.stack.ports.sip), username=username, secret=secret) as agent:
        with pytest.raises(PhoneError):
            await agent.register()


# ── A full disk for recordings.


@contextmanager
def disk(product: Product, kilobytes: int) -> Iterator[None]:
    """A small disk in the place of the recordings."""
    folder = product.switch.recordings
    owner = folder.stat()
    options = f"size={kilobytes}k,mode=2770,uid={owner.st_uid},gid={owner.st_gid}"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"can't mount here: {done.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def recording(product: Product, call: dict[str, Any], is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The call's recording as the API tells it."""
    with product.session(SUPERVISOR) as http:

        def there() -> dict[str, Any] | None:
            answer = http.get(f"calls/{call['id']}/recording/")
            return answer.json() if answer.status_code == 200 and is_so(answer.json()) else None

        return until(there, "the recording is judged", SLOW_S)


def test_a_full_disk_loses_recordings_and_no_calls(product: Product) -> None:
    with disk(product, 64), at_work(product, TEAM):
        campaign = product.campaign("Disco cheio", ["+5511982300001"], TEAM, wrap_up_s=5, recording="all")
        call = only_call(product, campaign)
        assert call["outcome"] == "connected"

        told = recording(product, call, lambda row: row["state"] == "failed")
        assert told["detail"] == "disk_full", told
        with product.platform() as http:
            assert http.get("switch/").json()["recordings"]["state"] == "full"


def test_a_disk_that_fills_up_in_mid_call_leaves_the_call_and_what_was_written(product: Product) -> None:
    product.customers.behaviours[""] = Behaviour(hertz=CUSTOMER_HZ, talk_s=25.0)
    with disk(product, 160), at_work(product, TEAM):
        campaign = product.campaign("Disco enchendo", ["+5511982310001"], TEAM, wrap_up_s=5, recording="all")
        call = only_call(product, campaign)
        assert (call["outcome"], call["hung_up_by"]) == ("connected", "customer")

        told = recording(product, call, lambda row: row["state"] != "recording")
        assert told["detail"] in {"short", "cut_off"}, told


# ── A number with a line break.


def test_a_line_break_in_a_number_never_reaches_the_switch(product: Product) -> None:
    redis = Redis.from_url(product.stack.own_env["REDIS_URL"], decode_responses=True)
    evil = "+5511982400001\r\nAction: Originate\r\nApplication: System\r\nData: touch /tmp/owned"
    at_us = time.time_ns() // 1_000
    before = product.cdr() if product.switch.cdr.exists() else []
    order = Originate(
        str(uuid7()), COMPANY, 1, evil, "customers", "", "q0001", 20, at_us, at_us + 60_000_000,
    )  # fmt: skip
    redis.xadd(keys.dial_stream("sim1"), encode(order))  # type: ignore[arg-type]
    redis.xadd(keys.control_stream("sim1"), encode(HangUpCall(evil, COMPANY, evil)))  # type: ignore[arg-type]
    until(lambda: redis.xlen(keys.dial_stream("sim1")) == 0, "the order is taken")

    # Whoever types it gets a clear word.
    campaign = product.campaign("À mão", ["+5511982400009"], [3], wrap_up_s=5, allows_manual=True, start=False)
    with product.platform() as http:
        answer = http.post(f"trunks/{trunk_id(product, 'customers')}/test-calls/", json={"number": evil})
        assert 400 <= answer.status_code < 500, answer.text
    with product.session(OPERATOR) as http:
        answer = http.post("desk/manual/", json={"campaign_id": campaign, "number": evil})
        assert 400 <= answer.status_code < 500
        assert answer.json()["detail"]

    # The node works on.
    with at_work(product, TEAM):
        after = product.campaign("Depois", ["+5511982400002"], TEAM, wrap_up_s=5)
        assert only_call(product, after)["outcome"] == "connected"
    assert len({row["uniqueid"] for row in product.cdr() if row["channel"].startswith("PJSIP/customers-")}) == 1 + len(
        {row["uniqueid"] for row in before if row["channel"].startswith("PJSIP/customers-")}
    )
    assert redis.hlen(keys.inflight("sim1")) == 0


# ── A node that isn't there.


def test_an_unknown_node_is_shown_as_silent_and_does_no_harm(product: Product) -> None:
    with product.platform() as http:
        switch = http.get("switch/").raise_for_status().json()
        assert {node["node"]: node["state"] for node in switch["nodes"]} == {"sim1": "up", "nowhere": "silent"}
        assert switch["state"] == "limited"
        assert http.get("nodes/no-such-node/").status_code == 404
        assert http.patch("nodes/no-such-node/", json={"takes_calls": False}).status_code == 404
        page = http.get(f"{product.stack.url}/nodes/", headers={"accept-language": "pt-br"})
        assert page.status_code == 200
        assert "nowhere" in page.text
    assert {row["node"] for row in product.rows("SELECT DISTINCT node FROM agents_operatorsession")} <= {"sim1"}
    assert {row["node"] for row in product.rows("SELECT DISTINCT node FROM calls_call")} <= {"sim1"}


# ── Somebody of another company.


def test_a_supervisor_of_another_company_sees_and_does_nothing_here(product: Product) -> None:
    stack = product.stack
    with at_work(product, [1]):
        campaign = product.campaign("Só nossa", ["+5511982500001"], [1], wrap_up_s=5, recording="all")
        call = only_call(product, campaign)
        operator = product.rows("SELECT id FROM agents_operator ORDER BY id")[0]["id"]
        done = stack.python(
            "manage.py", "create_company", "beta", "--name", "Beta Vendas S.A.", "--cnpj", "12ABC34501DE35",
            "--master-email", "master@beta.example", "--master-name", "Ana Beta",
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0 or "master@beta.example" in done.stdout + done.stderr, done.stderr
        with beta(product) as http:
            assert http.get("operators/").json()["results"] == []
            for path in (
                f"operators/{operator}/end-shift/", f"supervision/operators/{operator}/listen/",
                f"supervision/operators/{operator}/take-over/", f"supervision/operators/{operator}/pause/",
                f"calls/{call['id']}/recording/play/", f"campaigns/{campaign}/pause/",
            ):  # fmt: skip
                assert http.post(path, json={}).status_code == 404, path
            for path in (f"calls/{call['id']}/", f"calls/{call['id']}/recording/file/", f"operators/{operator}/"):
                assert http.get(path).status_code == 404, path
            # With his own session at our address he is nobody.
            assert http.get("operators/", headers={"host": f"{COMPANY}.localhost"}).status_code in {401, 403, 404}
        assert product.rows("SELECT state FROM campaigns_campaign WHERE id = %s", campaign)[0]["state"] == "running"


@contextmanager
def beta(product: Product) -> Iterator[httpx.Client]:
    address = f"http://127.0.0.1:{product.stack.ports.web}/api/v1/"
    with httpx.Client(base_url=address, headers={"host": "beta.localhost"}, timeout=60) as http:
        http.headers["X-CSRFToken"] = http.get("session/").json()["csrf_token"]
        account = {"email": "master@beta.example", "password": PASSWORD}
        answer = http.post("session/", json=account).raise_for_status()
        http.headers["X-CSRFToken"] = answer.json()["csrf_token"]
        yield http


def logs(product: Product) -> str:
    """All that the parts have written by now."""
    return "".join(path.read_text(encoding="utf-8", errors="replace") for path in product.stack.layout.logs.iterdir())
