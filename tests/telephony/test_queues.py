"""The pool of queues: each campaign one, none twice, freed ones last."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from telephony import queues
from telephony.exceptions import QueuesExhaustedError
from telephony.models import QueueSlot


@pytest.fixture(autouse=True)
def _empty_pool(committed: None) -> None:
    QueueSlot.objects.all().delete()


def test_a_campaign_keeps_the_queue_that_it_got_and_another_gets_another() -> None:
    first = queues.allot("acme", 1)
    assert (first, queues.allot("acme", 1), queues.queue_of("acme", 1)) == ("q0001", "q0001", "q0001")
    assert queues.allot("beta", 1) == "q0002", "the same id in another company is another campaign"
    assert queues.queues_of("acme", [1, 2]) == {1: "q0001"}
    assert queues.queue_of("acme", 2) == ""


def test_a_freed_queue_is_given_again_only_when_all_others_were_used(settings: Any) -> None:
    settings.SWITCH_QUEUES = 3
    for campaign_id in (1, 2):
        queues.allot("acme", campaign_id)
    assert queues.free("acme", [1]) == 1
    assert queues.queue_of("acme", 1) == ""
    assert queues.allot("beta", 9) == "q0003"
    queues.free("acme", [2])
    assert [queues.allot("beta", 10), queues.allot("beta", 11)] == ["q0001", "q0002"], "the one that rested longest"


def test_an_exhausted_pool_says_so_and_what_to_do(settings: Any) -> None:
    settings.SWITCH_QUEUES = 1
    queues.allot("acme", 1)
    with pytest.raises(QueuesExhaustedError) as caught:
        queues.allot("acme", 2)
    assert "1" in str(caught.value)
    assert "ASTERISK_QUEUES" in str(caught.value)


def test_nobody_frees_the_queue_of_another_company() -> None:
    queues.allot("acme", 1)
    assert queues.free("beta", [1]) == 0
    assert queues.queue_of("acme", 1) == "q0001"


def test_campaigns_that_start_at_once_get_queues_of_their_own() -> None:
    barrier, taken = threading.Barrier(6), []

    def work(campaign_id: int) -> None:
        try:
            barrier.wait(10)
            taken.append(queues.allot("acme", campaign_id))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(pk % 3,)) for pk in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(taken) == 6
    assert sorted(set(taken)) == ["q0001", "q0002", "q0003"], "two starts of one campaign get one queue"
