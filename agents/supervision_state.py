"""How supervisors' phones and listening stand, as pages and the API show them. All in the active schema."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from agents.browser_events import SuperviseChanged
from agents.choices import ListenMode
from agents.models import Supervision
from agents.supervisor_phones import SupervisorPhoneLive, open_phones, phone_of
from common.clock import to_us
from live.event import BrowserEvent
from live.publish import publish
from tenants.active import active_schema
from tenants.written import Written

TAKEN_SHOWN = timedelta(minutes=30)
"""For so long after its end a call taken over waits for its disposition on the supervisor's page."""

_RUNNING = Written(lambda: Supervision.objects.select_related("user").filter(ended_at__isnull=True))


def open_supervision(user_id: int) -> Supervision | None:
    """Give the stretch that runs, with its operator; not locked."""
    return Supervision.objects.select_related("operator__user").filter(user_id=user_id, ended_at__isnull=True).first()


def last_supervision(user_id: int) -> Supervision | None:
    return Supervision.objects.select_related("operator__user").filter(user_id=user_id).first()


def taken_over(user_id: int, at: datetime) -> Supervision | None:
    """Give the customer whom the supervisor has, or whose call he has not disposed of yet."""
    recent = Supervision.objects.select_related("operator__user").filter(
        user_id=user_id, mode=ListenMode.TAKEN_OVER, is_settled=False
    )
    last = recent.first()
    if last is None or (last.ended_at is not None and last.ended_at < at - TAKEN_SHOWN):
        return None
    return last


def state_of(user: User) -> SuperviseChanged:
    """Give one supervisor's state. Raises redis.RedisError."""
    return describe(user.pk, user.name, phone_of(user.pk), last_supervision(user.pk))


def states() -> list[SuperviseChanged]:
    """Give the states of all supervisors who hear somebody. Raises redis.RedisError."""
    phones = {phone.user_id: phone for phone in open_phones()}
    return [describe(one.user_id, one.user.name, phones.get(one.user_id), one) for one in _RUNNING()]


def describe(user_id: int, name: str, phone: SupervisorPhoneLive | None, last: Supervision | None) -> SuperviseChanged:
    running = last is not None and last.ended_at is None
    return SuperviseChanged(
        user_id=user_id,
        name=name,
        phone=phone.state if phone else "off",
        phone_session=phone.session if phone else "",
        operator=last.operator_id if last and running else None,
        mode=last.mode if last and running else "",
        state=last.state if last and running else "",
        since_us=to_us(last.began_at or last.asked_at) if last and running else 0,
        call_id=str(last.call_id) if last and running and last.mode == ListenMode.TAKEN_OVER else None,
        ended=last.end_reason if last and not running else "",
    )


def tell_on_commit(user: User, *others: BrowserEvent) -> None:
    """Tell the supervisor's own page, and every wallboard, how he stands after the commit; ``others`` before that."""
    schema = active_schema()
    transaction.on_commit(lambda: _tell(schema, user, others))


def _tell(schema: str, user: User, others: Iterable[BrowserEvent]) -> None:
    publish(schema, [*others, state_of(user)])
