"""Shifts follow their campaigns while the `calls` process writes what happens to them."""

from __future__ import annotations

import logging
import threading
import time

import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context

from agents.following import follow_queue
from agents.models import OperatorSession
from tests.factories.world import World


def test_a_deadlock_over_shifts_is_tried_again_and_both_sides_get_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    campaign = world.campaign(world.contact_list())
    world.start(campaign)
    first, second = sorted(session.pk for session in world.at_work(campaign, 2))
    has_second = threading.Event()
    errors: list[BaseException] = []

    def calls_process() -> None:
        """What happened to the second comes before what happened to the first."""
        try:
            with schema_context("acme"), transaction.atomic():
                OperatorSession.objects.select_for_update().get(pk=second)
                has_second.set()
                time.sleep(0.5)  # by then the other side has the first and waits for the second
                OperatorSession.objects.select_for_update().get(pk=first)
        except BaseException as error:  # noqa: BLE001 - told by the test
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=calls_process)
    thread.start()
    assert has_second.wait(10)
    with caplog.at_level(logging.INFO), schema_context("acme"), transaction.atomic():
        follow_queue(campaign.pk)
    thread.join()

    assert errors == []
    assert "a deadlock over shifts, tried again" in caplog.text
