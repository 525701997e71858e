"""What becomes of a dialed number, through the whole product: the carrier's answer as it stands in the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from telephony.bus import keys
from telephony.lineup import LINEUP, Lineup, OfferedTrunk
from tests.e2e.customers import CUSTOMER_HZ, until
from tests.e2e.lines import another, comes_to, in_use
from tests.e2e.product import Product
from tests.e2e.team import ENV, PORT, PROFILE, at_work, states
from tools.phones import Behaviour

__all__ = ["ENV", "PORT", "PROFILE"]

TEAM = [1, 2]
RING_TIMEOUT_S = 15
SETTLED_WITHIN_S = 150.0
BY_END = {
    "81": ("busy", 17, "486"),
    "90": ("invalid", 1, "404"),
    "99": ("no_answer", 19, "480"),
    "96": ("congestion", 34, "503"),
    "98": ("rejected", 21, "603"),
    "01": ("connected", None, None),
}
"""What SIPp (tools/carrier) answers by the last two digits, and what has to come of it."""
RINGS_FOR_EVER = "60"


@pytest.fixture(autouse=True)
def people(product: Product) -> Iterator[None]:
    product.customers.behaviours[""] = Behaviour(hertz=CUSTOMER_HZ, talk_s=2.0)
    yield
    product.rest()
    product.customers.behaviours.clear()


def outcomes(product: Product, campaign: int, count: int) -> dict[str, dict[str, Any]]:
    """The calls by number, once so many are over."""

    def over() -> list[dict[str, Any]]:
        calls = [call for call in product.calls(campaign) if call["outcome"] != "not_dialed"]
        return calls if len(calls) == count and all(call["state"] == "ended" for call in calls) else []

    try:
        return {call["number"]: call for call in until(over, f"{count} calls are over", SETTLED_WITHIN_S)}
    except AssertionError as error:
        seen = [(call["number"], call["state"], call["outcome"], call["refusal"]) for call in product.calls(campaign)]
        raise AssertionError(f"{error}; there are {seen}") from error


def _may_become(product: Product, campaign: int) -> set[str]:
    """States of the talked-to contact after the disposition that its operator, a robot, gave by chance.

    A phone never to be called again leaves a contact without another one exhausted, but only when its turn comes.
    """
    (given,) = product.rows(
        "SELECT d.is_final, d.suppresses_phone FROM calls_call c"
        " LEFT JOIN calls_disposition d ON d.id = c.disposition_id"
        " WHERE c.campaign_id = %s AND c.outcome = 'connected'", campaign,
    )  # fmt: skip
    if given["is_final"] is not False:
        return {"done"}
    return {"ready", "exhausted"} if given["suppresses_phone"] else {"ready"}


def test_the_carriers_answers_stand_in_the_database(product: Product) -> None:
    ends = [*BY_END, RINGS_FOR_EVER]
    numbers = [f"+551198200{end}{end}" for end in ends]
    with in_use(product, "sipp") as trunk, at_work(product, TEAM):
        comes_to(product, trunk, "up")
        campaign = product.campaign("Respostas", numbers, TEAM, wrap_up_s=5, ring_timeout_s=RING_TIMEOUT_S)

        calls = outcomes(product, campaign, len(numbers))

        for end, number in zip(ends, numbers, strict=True):
            call = calls[number]
            assert call["trunk"] == "sipp"
            if end == RINGS_FOR_EVER:
                assert (call["outcome"], call["hung_up_by"], call["ringing_at"] is None) == (
                    "no_answer",
                    "switch",
                    False,
                )
                continue
            outcome, cause, tech_cause = BY_END[end]
            assert call["outcome"] == outcome, number
            assert outcome == "connected" or (call["cause"], call["tech_cause"]) == (cause, tech_cause), number
        assert {str(call["id"]) for call in calls.values()} <= product.calls_in_cdr("sipp")
        contacts = product.rows(
            "SELECT p.e164, t.state, t.attempts FROM contacts_contact t JOIN contacts_phone p ON p.contact_id = t.id"
            " WHERE p.e164 = ANY(%s)", numbers,
        )  # fmt: skip
        became = {row["e164"][-2:]: row["state"] for row in contacts}
        assert (became["90"], became["81"]) == ("exhausted", "ready")
        assert became["01"] in _may_become(product, campaign)
        assert {row["attempts"] for row in contacts} == {1}
    product.check_figures()


def test_a_dead_trunk_fails_without_ringing_and_is_left_once_it_is_known(product: Product) -> None:
    numbers = ["+5511982010001", "+5511982010002"]
    with at_work(product, TEAM):
        with another(product, name="dead", port=9, qualify_s=0) as trunk:
            campaign = product.campaign("Tronco morto", numbers, TEAM, wrap_up_s=5, ring_timeout_s=RING_TIMEOUT_S)
            for call in outcomes(product, campaign, len(numbers)).values():
                assert (call["trunk"], call["outcome"], call["ringing_at"]) == ("dead", "failed", None)
        with another(product, name="dead-asked", port=9, qualify_s=1) as trunk:
            comes_to(product, trunk, "unreachable")
            later = product.campaign("Tronco conhecido", ["+5511982010003"], TEAM, wrap_up_s=5)
            (call,) = outcomes(product, later, 1).values()
            assert (call["trunk"], call["outcome"]) == ("customers", "connected")
    product.check_figures()


def test_a_trunk_that_the_switch_doesnt_know_gives_the_call_back_to_be_dialed_over_another(product: Product) -> None:
    redis = Redis.from_url(product.stack.own_env["REDIS_URL"], decode_responses=True)
    number = "+5511982020001"

    def refusals() -> list[dict[str, Any]]:
        return [call for call in product.calls(campaign) if call["outcome"] == "not_dialed"]

    campaign = product.campaign("Tronco desconhecido", [number], TEAM, wrap_up_s=5, start=False)
    with at_work(product, TEAM):
        until(lambda: "free" in states(product, TEAM), "somebody is free")
        # The product compares each ten seconds: what is written right after that is what it takes for the trunks
        # in use until the next time.
        redis.delete(LINEUP)
        until(lambda: redis.exists(LINEUP), "the product has compared")
        redis.set(LINEUP, Lineup([OfferedTrunk("nosuch", priority=1)], is_configured=True).to_json())
        product.move(campaign, "start")
        first = until(refusals, "the switch refuses it")[0]
        assert (first["trunk"], first["refusal"], first["dialed_at"]) == ("nosuch", "rejected", None)

        (call,) = outcomes(product, campaign, 1).values()

    assert (call["trunk"], call["outcome"], call["attempt"]) == ("customers", "connected", 1)
    assert len(product.customers.calls_to(number)) == 1
    assert not redis.exists(keys.inflight("sim1"))
    product.check_figures()
