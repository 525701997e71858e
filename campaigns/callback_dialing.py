"""Operators' own callbacks, dialed by the tick once they are due and their operator is free."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import connection, transaction
from django_tenants.utils import schema_context

from agents.live import OperatorLive
from agents.models import Operator
from calls.choices import DialingMode
from campaigns import callbacks
from campaigns.callback_claim import with_phones
from campaigns.callback_keys import Due
from campaigns.choices import CallbackState
from campaigns.direct import check_campaign, dial_for
from campaigns.models import Callback
from common.errors import DomainError
from contacts.models import Phone

log = logging.getLogger(__name__)


def dial_due(due: Sequence[Due], operators: Mapping[str, Sequence[OperatorLive]], now: datetime) -> int:
    """Dial the callbacks whose operators are free; give how many. ``operators``: at work, by schema.

    Raises redis.RedisError.
    """
    free = {
        (schema, operator.id)
        for schema, at_work in operators.items()
        for operator in at_work
        if operator.state == "free" and not operator.pause_asked
    }
    dialed = 0
    for one in due:
        if (one.schema, one.operator_id) not in free:
            continue
        free.discard((one.schema, one.operator_id))
        try:
            with schema_context(one.schema):
                dialed += _dial(one.callback_id, now)
        except DomainError as refusal:
            log.info("%s: callback %s waits: %s", one.schema, one.callback_id, refusal.code)
        except DatabaseError:
            log.exception("%s: could not dial callback %s", one.schema, one.callback_id)
            connection.close()
    return dialed


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
