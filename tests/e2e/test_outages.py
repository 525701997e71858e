"""The switch and its AMI process in trouble in the middle of a campaign: every call is accounted for, none twice."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.customers import CUSTOMER_HZ, until
from tests.e2e.product import Product
from tests.e2e.team import ENV, PORT, PROFILE, at_work, states
from tools.phones import Behaviour

__all__ = ["ENV", "PORT", "PROFILE"]
TEAM = [1, 2, 3, 4]
FROZEN_S = 10.0
SLOW_S = 120.0
TALKS = Behaviour(hertz=CUSTOMER_HZ, talk_s=3.0)
RINGS_FIRST = Behaviour(hertz=CUSTOMER_HZ, ring_s=2.0, talk_s=3.0)
BY_LAST_DIGIT = {"2": Behaviour(status=486), "8": Behaviour(status=404), "5": RINGS_FIRST, "6": RINGS_FIRST}
UNSEEN_BY_THE_CARRIER = {"resync", "cel", "watchdog"}
"""How a call may have ended that the switch had taken and not yet sent to the carrier."""


@pytest.fixture(autouse=True)
def people(product: Product) -> Iterator[None]:
    product.customers.behaviours |= {str(digit): BY_LAST_DIGIT.get(str(digit), TALKS) for digit in range(10)}
    yield
    product.rest()
    product.customers.behaviours.clear()


@contextmanager
def in_mid_campaign(product: Product, name: str, block: int) -> Iterator[int]:
    """A team talks with customers of a campaign; in the block comes the trouble. Operators must be back after it.

    Afterwards everything is held against the carrier's and the switch's own records.
    """
    before = product.calls_in_cdr() if product.switch.cdr.exists() else set()
    numbers = [f"+551198{block:04d}{at:03d}" for at in range(150)]
    campaign = product.campaign(name, numbers, TEAM, wrap_up_s=5)
    with at_work(product, TEAM):
        until(lambda: connected(product, campaign) >= 6, "six conversations", SLOW_S)
        yield campaign
        since = product.rows("SELECT now() AS at")[0]["at"]
        until(lambda: talked_since(product, campaign, since) == len(TEAM), "each operator talks again", SLOW_S)
        product.move(campaign, "pause")
        until(lambda: not open_calls(product, campaign), "every call is closed", SLOW_S)
        until(lambda: set(states(product, TEAM)) <= {"free", "paused", "wrap_up"}, "operators are free", SLOW_S)
    account(product, campaign, before)


def account(product: Product, campaign: int, before: set[str]) -> None:
    calls = product.calls(campaign)
    dialed = {str(call["id"]): call for call in calls if call["outcome"] != "not_dialed"}
    invited = Counter(call["number"] for call in calls for _ in product.customers.calls_to(call["number"]))
    assert max(invited.values()) == 1, f"called twice: {[number for number, times in invited.items() if times > 1]}"
    assert len({call["number"] for call in dialed.values()}) == len(dialed), "two calls to one number"
    assert invited.keys() <= {call["number"] for call in dialed.values()}, "the carrier was asked for more"
    unseen = [call for call in dialed.values() if call["number"] not in invited]
    assert {call["end_source"] for call in unseen} <= UNSEEN_BY_THE_CARRIER, unseen
    assert product.calls_in_cdr() - before == dialed.keys(), "our records and the switch's"
    settled(product)
    product.check_figures()


def settled(product: Product) -> None:
    assert product.rows("SELECT * FROM contacts_contact WHERE state = 'dialing' OR current_call_id IS NOT NULL") == []
    assert product.rows("SELECT * FROM calls_call WHERE state = 'ended' AND (outcome = '' OR ended_at IS NULL)") == []


def connected(product: Product, campaign: int) -> int:
    return sum(call["connected_at"] is not None for call in product.calls(campaign))


def talked_since(product: Product, campaign: int, since: Any) -> int:
    """How many operators have been given a customer since."""
    return len(
        {
            call["operator_id"]
            for call in product.calls(campaign)
            if call["connected_at"] and call["connected_at"] > since
        }
    )


def open_calls(product: Product, campaign: int) -> list[dict[str, Any]]:
    return [call for call in product.calls(campaign) if call["state"] != "ended"]


def freeze(pids: Callable[[], set[int]]) -> None:
    """Stop processes for a while; they go on where they were."""
    stopped = pids()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(FROZEN_S)
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)


def test_a_switch_that_is_restarted_loses_and_repeats_nothing(product: Product) -> None:
    with in_mid_campaign(product, "Reinício", 1):
        product.switch.rx("core restart now")


def test_a_frozen_ami_process_loses_and_repeats_nothing(product: Product) -> None:
    with in_mid_campaign(product, "AMI parado", 2):
        freeze(lambda: product.stack.pids("ami"))


def test_a_frozen_switch_loses_and_repeats_nothing(product: Product) -> None:
    with in_mid_campaign(product, "Asterisk parado", 3):
        freeze(lambda: product.stack.pids("switch"))
