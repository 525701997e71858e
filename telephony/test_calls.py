"""Test calls: an admin dials a number over a trunk and is told in words what came of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django_tenants.utils import get_public_schema_name, schema_context
from redis import Redis

from accounts.audit import record as audit
from accounts.models import User
from common import clock
from common.clock import from_us, to_us
from common.ids import uuid7
from live.publish import publish
from live.redis import client
from telephony.actions import check_may_manage
from telephony.browser_events import TestCallChanged
from telephony.bus.commands import PlaceTestCall
from telephony.bus.events import TestCallEnded
from telephony.choices import TestCallState
from telephony.commands import send_control
from telephony.exceptions import (
    NodeAwayError,
    SecretUnreadableError,
    TestCallRunningError,
    TrunkNotInUseError,
    UnknownNodeError,
)
from telephony.models import TestCall, Trunk
from telephony.nodes import nodes_up, read_statuses
from telephony.number_actions import clean_number
from telephony.test_results import result_of

log = logging.getLogger(__name__)

RING_TIMEOUT_S = 30
DIALED_WITHIN = timedelta(seconds=5)
TALKS_AT_MOST = timedelta(seconds=75)
"""The greeting, and what a slow carrier adds to it."""
KEPT = 200
"""Of each trunk."""


def do_place_test_call(
    trunk: Trunk, number: str, *, acting_user: User | None, caller_id: str = "", node: str = ""
) -> TestCall:
    """Dial a number over a trunk and play a greeting; the result comes by itself (`apply`).

    ``node`` "": the one with the most room. Raises NotAllowedError, NumberRefusedError, TrunkNotInUseError,
    SecretUnreadableError, UnknownNodeError, NodeAwayError, TestCallRunningError, redis.RedisError.
    """
    check_may_manage(acting_user)
    dialed, shown = clean_number(number), clean_number(caller_id) if caller_id.strip() else ""
    if not trunk.is_active:
        raise TrunkNotInUseError(trunk=trunk.label)
    if not trunk.secret_is_readable:
        raise SecretUnreadableError(trunk=trunk.label)
    chosen, placed = _choose_node(node), clock.now()
    deadline = placed + DIALED_WITHIN
    with schema_context(get_public_schema_name()), transaction.atomic():
        locked = Trunk.objects.select_for_update().get(pk=trunk.pk)
        expire(placed)
        if locked.test_calls.filter(state=TestCallState.PLACED).exists():
            raise TestCallRunningError(trunk=trunk.label)
        call = TestCall.objects.create(
            id=uuid7(),
            trunk=locked,
            node=chosen,
            number=dialed,
            caller_id=shown,
            placed_by=acting_user,
            placed_at=placed,
            deadline_at=deadline + timedelta(seconds=RING_TIMEOUT_S) + TALKS_AT_MOST,
        )
        audit("trunk.tested", locked, acting_user=acting_user, name=locked.name, number=dialed, node=chosen)
        command = PlaceTestCall(
            test_id=str(call.pk),
            trunk=locked.name,
            number=dialed,
            caller_id=shown,
            ring_timeout_s=RING_TIMEOUT_S,
            deadline_us=to_us(deadline),
        )
        transaction.on_commit(lambda: send_control(chosen, command))
        _forget_old(locked)
    return call


def apply(events: Iterable[TestCallEnded], *, redis: Redis | None = None) -> None:
    """Take in what the switch reports; a repetition changes nothing. Raises what database and Redis raise."""
    for event in events:
        if (call_id := _id_of(event)) is None:
            log.error("a test call without a sound id has ended: %r", event.test_id)
            continue
        with schema_context(get_public_schema_name()), transaction.atomic():
            call = TestCall.objects.select_for_update().filter(pk=call_id, ended_at__isnull=True).first()
            if call is None:
                log.info("test call %s is unknown, or has its result already", call_id)
                continue
            call.cause, call.tech_cause, call.detail = event.cause, event.tech_cause, event.detail[:300]
            call.ringing_at = from_us(event.ringing_us) if event.ringing_us else None
            call.answered_at = from_us(event.answered_us) if event.answered_us else None
            call.ended_at = from_us(event.at_us)
            call.state = result_of(event)
            call.save()
        publish(get_public_schema_name(), [TestCallChanged(id=str(call.pk), trunk_id=call.trunk_id)], redis=redis)


def expire(now: datetime) -> int:
    """Give up on those of which nothing was heard in time; give how many. In the public schema."""
    overdue = TestCall.objects.filter(state=TestCallState.PLACED, deadline_at__lt=now)
    return overdue.update(state=TestCallState.SILENT, ended_at=now)


def _id_of(event: TestCallEnded) -> UUID | None:
    try:
        return UUID(event.test_id)
    except ValueError:
        return None


def _choose_node(node: str) -> str:
    if node and node not in settings.TELEPHONY_NODES:
        raise UnknownNodeError(node=node[:40])
    statuses = read_statuses(redis=client())
    up = [name for name in nodes_up(statuses) if node in ("", name)]
    if not up:
        raise NodeAwayError
    return max(up, key=lambda name: statuses[name].channel_limit - statuses[name].channels)


def _forget_old(trunk: Trunk) -> None:
    kept = trunk.test_calls.order_by("-placed_at").values_list("pk", flat=True)[:KEPT]
    trunk.test_calls.exclude(pk__in=list(kept)).delete()
