"""Conversations at the desk, on the real switch: who hears whom is measured by everybody's tone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.e2e.conversations import (
    OUTSIDE,
    OUTSIDE_HZ,
    Talk,
    call_page,
    confer,
    consult,
    conversation,
    end_consultation,
    falls_silent,
    hand_over_button,
    hears_music,
    is_held,
    silent_to,
    stops_hearing,
    transfer,
    two_desks,
)
from tests.e2e.customers import CUSTOMER_HZ, hears, until
from tests.e2e.product import Product
from tests.e2e.station import Station

PROFILE, PORT = "e2e2", 19_200
SECOND = timedelta(seconds=1)
FREE_S = 3.5
"""Longer than what costs nothing."""


@pytest.fixture(scope="module")
def desks(
    playwright: Playwright, product: Product, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Station]]:
    with two_desks(playwright, product, tmp_path_factory.mktemp("desks"), prefix="+55119810010") as made:
        yield made


@pytest.fixture
def talk(product: Product, desks: list[Station]) -> Iterator[Talk]:
    patricia, rafael = desks
    with conversation(product, patricia, rafael) as made:
        yield made


def test_a_customer_on_hold_hears_music_and_keys_when_he_is_back(talk: Talk) -> None:
    page = talk.operator.page
    page.keyboard.press("F4")
    is_held(talk.operator, held=True)
    assert hears_music(talk.customer, talk.operator.hertz)
    assert falls_silent(talk.customer, talk.operator.hertz)
    assert stops_hearing(talk.operator, CUSTOMER_HZ)

    page.locator("[data-do=hold]").click()
    is_held(talk.operator, held=False)
    assert hears(talk.customer, talk.operator.hertz)
    assert talk.operator.hears(CUSTOMER_HZ)

    page.keyboard.press("F7")
    page.keyboard.type("12#")
    page.locator("[data-panel=keypad] [data-do='tone:5']").click()
    until(lambda: talk.customer.keys == ["1", "2", "#", "5"], f"the keys, of which came {talk.customer.keys}")
    page.keyboard.press("Escape")
    page.keyboard.press("F10")
    talk.operator.wait("wrap_up")
    row = until(lambda: row if (row := talk.row)["state"] == "ended" else None, "the call's end")
    assert row["hung_up_by"] == "operator"
    assert 1_500 < row["hold_ms"] < (row["ended_at"] - row["connected_at"]) / SECOND * 1_000
    assert [kind for kind in talk.kinds() if kind in {"held", "resumed"}] == ["held", "resumed"]


def test_a_transfer_without_a_word_gives_the_customer_to_a_colleague(talk: Talk) -> None:
    transfer(talk.operator, "Rafael")
    talk.colleague.wait("talking")
    talk.operator.wait("wrap_up")
    assert hears(talk.customer, talk.colleague.hertz)
    assert talk.colleague.hears(CUSTOMER_HZ)
    assert stops_hearing(talk.operator, CUSTOMER_HZ)
    assert falls_silent(talk.customer, talk.operator.hertz)

    row = talk.ended()
    talk.colleague.wait("wrap_up")
    handed_over = {"transfer:started", "released", "reconnected"}
    assert handed_over <= set(talk.kinds())
    assert_priced(talk.product, row)
    page = call_page(talk.product, str(row["id"]))
    assert "Patrícia Lima" in page
    assert "Rafael Lima" in page
    talked = states(talk, 1), states(talk, 2)
    assert all(spent[-2:] == ["talking", "wrap_up"] for spent in talked)
    talk.product.check_figures()


def test_a_transfer_to_an_outside_number_lets_the_operator_go(talk: Talk) -> None:
    transfer(talk.operator, OUTSIDE)
    talk.operator.wait("wrap_up")
    assert hears(talk.customer, OUTSIDE_HZ)
    assert hears(talk.outside, CUSTOMER_HZ)
    assert falls_silent(talk.customer, talk.operator.hertz)
    assert silent_to(talk.customer, talk.operator.hertz, FREE_S)

    row = talk.ended()
    until(lambda: not talk.product.customers.talking(), "the outside party's end")
    assert {"transfer:started", "transfer:answered", "released"} <= set(talk.kinds())
    assert_priced(talk.product, row)
    [leg] = legs(talk, row)
    assert (leg["number"], leg["mode"], leg["outcome"]) == (f"+55{OUTSIDE}", "transfer", "connected")
    assert_priced(talk.product, leg)
    assert leg["price"] > 0
    assert f"/calls/{leg['id']}/" in call_page(talk.product, str(row["id"]))
    assert f"/calls/{row['id']}/" in call_page(talk.product, str(leg["id"]))
    talk.product.check_figures()


def test_a_colleague_is_asked_first_sent_back_and_then_given_the_customer(talk: Talk) -> None:
    consult(talk.operator, "Rafael")
    talk.colleague.wait("talking")
    assert talk.operator.hears(talk.colleague.hertz)
    assert talk.colleague.hears(talk.operator.hertz)
    assert hears_music(talk.customer, talk.operator.hertz, talk.colleague.hertz)
    assert stops_hearing(talk.colleague, CUSTOMER_HZ)

    end_consultation(talk.operator)
    talk.colleague.wait("free")
    assert hears(talk.customer, talk.operator.hertz)
    assert talk.operator.hears(CUSTOMER_HZ)

    consult(talk.operator, "Rafael")
    hand_over_button(talk.operator).click()
    talk.operator.wait("wrap_up")
    talk.colleague.wait("talking")
    assert hears(talk.customer, talk.colleague.hertz)
    assert talk.colleague.hears(CUSTOMER_HZ)
    assert falls_silent(talk.customer, talk.operator.hertz)

    row = talk.ended()
    talk.colleague.wait("wrap_up")
    states_told = [kind for kind in talk.kinds() if kind.startswith("consult")]
    assert "consult:ended" in states_told
    assert states_told[-1] == "consult:completed"
    assert_priced(talk.product, row)
    assert row["hold_ms"] > 0


def test_somebody_outside_is_asked_first_and_then_given_the_customer(talk: Talk) -> None:
    consult(talk.operator, OUTSIDE)
    assert talk.operator.hears(OUTSIDE_HZ)
    assert hears(talk.outside, talk.operator.hertz)
    assert hears_music(talk.customer, talk.operator.hertz, OUTSIDE_HZ)
    assert silent_to(talk.customer, talk.operator.hertz, FREE_S)

    end_consultation(talk.operator)
    assert hears(talk.customer, talk.operator.hertz)
    until(lambda: len(talk.product.customers.talking()) == 1, "the outside party's end")

    consult(talk.operator, OUTSIDE)
    talk.operator.page.keyboard.press("F8")
    talk.operator.wait("wrap_up")
    assert hears(talk.customer, OUTSIDE_HZ)
    assert hears(talk.outside, CUSTOMER_HZ)
    assert falls_silent(talk.customer, talk.operator.hertz)
    assert silent_to(talk.customer, talk.operator.hertz, FREE_S)
    row = talk.ended()
    until(lambda: not talk.product.customers.talking(), "the outside party's end")
    assert [kind for kind in talk.kinds() if kind.startswith("consult")][-1] == "consult:completed"
    assert_priced(talk.product, row)
    asked, given = legs(talk, row)
    assert asked["hung_up_by"] == "operator"
    assert given["ended_at"] - row["ended_at"] < SECOND
    for leg in (asked, given):
        assert_priced(talk.product, leg)


@pytest.mark.parametrize("third", ["outside", "colleague"])
def test_three_hear_each_other_in_a_conference_and_the_operator_goes_on_alone(talk: Talk, third: str) -> None:
    consult(talk.operator, OUTSIDE if third == "outside" else "Rafael", key="F9")
    confer(talk.operator)
    third_hz = OUTSIDE_HZ if third == "outside" else talk.colleague.hertz
    assert hears(talk.customer, third_hz)
    assert hears(talk.customer, talk.operator.hertz)
    assert talk.operator.hears(CUSTOMER_HZ)
    assert talk.operator.hears(third_hz)
    if third == "outside":
        assert hears(talk.outside, CUSTOMER_HZ)
        assert hears(talk.outside, talk.operator.hertz)
    else:
        assert talk.colleague.hears(CUSTOMER_HZ)
        assert talk.colleague.hears(talk.operator.hertz)

    end_consultation(talk.operator)
    assert stops_hearing(talk.operator, third_hz)
    assert hears(talk.customer, talk.operator.hertz)
    assert falls_silent(talk.customer, third_hz)
    row = talk.ended()
    talk.operator.wait("wrap_up")
    assert "conference:conference" in talk.kinds()
    assert_priced(talk.product, row)
    talk.product.check_figures()


def legs(talk: Talk, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The calls to numbers outside that were made in a call, in their order, once all have ended."""
    query = "SELECT * FROM calls_call WHERE parent_id = %s ORDER BY id"

    def ended() -> list[dict[str, Any]]:
        rows = talk.product.rows(query, row["id"])
        return rows if all(one["state"] == "ended" for one in rows) else []

    return until(ended, "the legs' ends")


def assert_priced(product: Product, row: dict[str, Any]) -> None:
    """What it cost is by the time from answer to end, whoever talked."""
    seconds = (row["ended_at"] - row["answered_at"]) / SECOND
    assert seconds <= row["billed_s"] <= max(30, seconds + 6), "3/30/6: at least 30 s, then by 6"
    assert row["price"] == (row["rate_per_min"] * row["billed_s"] / 60).quantize(Decimal("0.000001"))


def states(talk: Talk, operator: int) -> list[str]:
    """The states in which an operator was with this call, in order."""
    rows = talk.product.rows(
        "SELECT state FROM agents_stateinterval WHERE call_id = %s AND session_id IN"
        " (SELECT id FROM agents_operatorsession WHERE operator_id = %s) ORDER BY id",
        talk.row["id"], operator,
    )  # fmt: skip
    return [row["state"] for row in rows]
