"""Supervisors' phones that nobody uses any more, and listening that nobody heard the end of."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from redis import Redis

from accounts.models import User
from agents.choices import ListenMode, SupervisionEnd, SupervisionState
from agents.models import OperatorSession, Supervision
from agents.supervising import do_close_phone
from agents.supervision_reports import end_supervision
from agents.supervisor_phones import SupervisorPhoneLive, open_command, open_phones, secret_of
from common.clock import from_us
from telephony.bus import keys
from telephony.bus.commands import ClosePhone, ControlCommand
from telephony.bus.status import NodeStatus
from telephony.commands import send_controls
from tenants.active import active_schema

log = logging.getLogger(__name__)

SETTLED_AFTER = timedelta(seconds=5)
"""Younger phones and stretches may have their commands and reports still on the way."""
REGISTERS_WITHIN = timedelta(minutes=2)
COMES_BACK_WITHIN = timedelta(minutes=1)
"""A browser that lost its network has this long; then its page is taken for gone."""
ANSWERED_WITHIN = timedelta(seconds=30)


def heal_supervision(now: datetime, statuses: dict[str, NodeStatus], redis: Redis) -> None:
    """Heal the active company: phones, the nodes' wishes for them, stretches. Raises redis.RedisError."""
    for phone in open_phones(redis=redis):
        user = User.objects.get(pk=phone.user_id)
        if not (user.is_active and user.may_supervise) or _is_left(phone, now, statuses):
            log.info("%s: closing the phone %s: %s", active_schema(), phone.extension, phone.state)
            do_close_phone(acting_user=user, session=phone.session, reason=SupervisionEnd.PHONE_LOST)
    _end_unheard(now, {phone.session for phone in open_phones(redis=redis)})
    if commands := _missing_commands(now, open_phones(redis=redis), statuses, redis):
        send_controls(commands, redis=redis)


def _is_left(phone: SupervisorPhoneLive, now: datetime, statuses: dict[str, NodeStatus]) -> bool:
    """Whether the page that opened the phone is gone, as far as one can tell."""
    status, age = statuses.get(phone.node), now - from_us(phone.since_us)
    if secret_of(phone) is None:
        return True
    if status is None or not status.up:
        return False  # nobody could register, and nothing is known of those who were
    if phone.state in {"unregistered", "failed"}:
        return age > COMES_BACK_WITHIN
    return phone.state in {"opening", "ready"} and bool(status.phone_url) and age > REGISTERS_WITHIN


def _end_unheard(now: datetime, sessions: set[str]) -> None:
    with transaction.atomic():
        running = (
            Supervision.objects.filter(ended_at__isnull=True, mode_since__lt=now - SETTLED_AFTER)
            .select_related("operator__user", "user")
            .select_for_update(of=("self",), skip_locked=True)
        )
        for one in running:
            reason = _why_over(one, now, sessions)
            if reason is not None:
                end_supervision(one, reason, now)


def _why_over(one: Supervision, now: datetime, sessions: set[str]) -> SupervisionEnd | None:
    if one.phone_session not in sessions:
        return SupervisionEnd.PHONE_LOST
    if one.state == SupervisionState.ASKED:
        return SupervisionEnd.LOST if one.asked_at < now - ANSWERED_WITHIN else None
    if one.mode == ListenMode.TAKEN_OVER:
        return None  # his customer's call has an end of its own
    last = OperatorSession.objects.filter(operator=one.operator).first()
    over = last is None or (last.ended_at is not None and last.ended_at < now - SETTLED_AFTER)
    return SupervisionEnd.SWITCH if over else None


def _missing_commands(
    now: datetime, phones: list[SupervisorPhoneLive], statuses: dict[str, NodeStatus], redis: Redis
) -> list[tuple[str, ControlCommand]]:
    """Give what would make the nodes that are up want exactly the phones that are open."""
    schema = active_schema()
    commands: list[tuple[str, ControlCommand]] = []
    for node, status in statuses.items():
        if not status.up:
            continue
        wishes = _wishes(redis, node, schema)
        here = {phone.extension: phone for phone in phones if phone.node == node}
        for extension, phone in here.items():
            wished = wishes.get(extension, {}).get("session") == phone.session
            settled = from_us(phone.since_us) < now - SETTLED_AFTER
            secret = secret_of(phone, redis=redis)
            if not wished and settled and secret is not None:
                commands.append((node, open_command(phone, secret)))
        commands += [
            (node, ClosePhone(schema=schema, phone=extension, session=str(wish.get("session", ""))))
            for extension, wish in wishes.items()
            if extension not in here
        ]
    return commands


def _wishes(redis: Redis, node: str, schema: str) -> dict[str, dict[str, Any]]:
    texts: Any = redis.hgetall(keys.phones(node))
    wishes = {extension: json.loads(text) for extension, text in texts.items()}
    return {extension: wish for extension, wish in wishes.items() if wish.get("schema") == schema}
