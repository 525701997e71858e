"""Operators' own callbacks, dialed by the tick once they are due and their operator is free."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import Error as DatabaseError
from django.db import connection, transaction
from django_tenants.utils import schema_context

from agents.live import OperatorLive
from agents.models import Operator
from calls.choices import DialingMode
from campaigns import callback_keys, callbacks
from campaigns.callback_claim import with_phones
from campaigns.callback_keys import Due
from campaigns.choices import CallbackState
from campaigns.direct import check_campaign, dial_for
from campaigns.models import Callback
from common.clock import to_us
from common.errors import DomainError
from contacts.models import Phone

log = logging.getLogger(__name__)


TRIES_AGAIN = timedelta(seconds=5)
"""One that can't be dialed now (its campaign rests, its customer is on the line) is left alone for so long."""
MOST_TRIES = 200
"""A tick: it has the campaigns to dial for as well."""


def dial_due(due: Sequence[Due], operators: Mapping[str, Sequence[OperatorLive]], now: datetime) -> int:
    """Dial the callbacks whose operators are free; give how many. ``operators``: at work, by schema.

    One that has to wait holds up none of its operator's others. Raises redis.RedisError.
    """
    free = {
        (schema, operator.id)
        for schema, at_work in operators.items()
        for operator in at_work
        if operator.state == "free" and not operator.pause_asked
    }
    tries = dialed = 0
    for one in due:
        if (one.schema, one.operator_id) not in free or tries >= MOST_TRIES:
            continue
        tries += 1
        if _try(one, now):
            free.discard((one.schema, one.operator_id))
            dialed += 1
        else:
            callback_keys.put_off(one, to_us(now + TRIES_AGAIN))
    return dialed


def _try(one: Due, now: datetime) -> bool:
    try:
        with schema_context(one.schema):
            return _dial(one.callback_id, now)
    except DomainError as refusal:
        log.info("%s: callback %s waits: %s", one.schema, one.callback_id, refusal.code)
    except DatabaseError:
        log.exception("%s: could not dial callback %s", one.schema, one.callback_id)
        connection.close()
    return False


def _dial(callback_id: int, now: datetime) -> bool:
    """Dial one; False where it isn't to be, any more. Raises as campaigns.direct.dial_for."""
    with transaction.atomic():
        waiting = Callback.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            pk=callback_id, state=CallbackState.PENDING, operator__isnull=False, due_at__lte=now
        )
        callback = waiting.first()
        if callback is None or callback.operator_id is None:
            return False
        operator = Operator.objects.select_related("user").get(pk=callback.operator_id)
        campaign = check_campaign(callback.campaign_id)
        promised = with_phones([callback])
        if not promised:
            return False
        phone = Phone.objects.get(pk=promised[0].phone.id)
        call = dial_for(operator, campaign, promised[0].contact, phone, mode=DialingMode.PREVIEW, now=now)
        callbacks.offer([callback], [call])
    return True
