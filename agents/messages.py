"""Messages from supervisors to operators: to some of them, or to everybody on shift. Confirmed one by one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.audit import record as audit
from accounts.models import User
from agents.actions import check_own
from agents.browser_events import DeskMessage, MessageRead
from agents.exceptions import EmptyMessageError, NobodyOnShiftError
from agents.models import Message, MessageReceipt, Operator
from agents.supervising import check_supervising
from common.clock import now, to_us
from live.publish import publish
from tenants.active import active_schema
from tenants.written import Given

MOST_CHARACTERS = 500


def do_send_message(text: str, operators: Sequence[Operator] | None, *, acting_user: User) -> list[Message]:
    """Write to these operators, on shift or not, or to everybody who is on shift now (None).

    One message each where they are named, one for all otherwise.
    Raises NotAllowedError, EmptyMessageError, NobodyOnShiftError.
    """
    check_supervising(acting_user)
    text = _clean(text)
    if not text:
        raise EmptyMessageError
    readers = list(operators) if operators is not None else list(_on_shift())
    if not readers:
        raise NobodyOnShiftError
    with transaction.atomic():
        sent_at = now()
        targets: Sequence[Operator | None] = [None] if operators is None else readers
        sent = [
            Message.objects.create(sender=acting_user, to_operator=target, text=text, sent_at=sent_at)
            for target in targets
        ]
        receipts = [
            MessageReceipt(message=message, operator=reader)
            for message in sent
            for reader in ([message.to_operator] if message.to_operator else readers)
        ]
        MessageReceipt.objects.bulk_create(receipts)
        for message in sent:
            to = message.to_operator_id or "all"
            audit("message.sent", message, acting_user=acting_user, to=to, text=text)
        _tell(receipts, acting_user)
    return sent


def do_confirm_message(message_id: int, operator: Operator, *, acting_user: User) -> bool:
    """The operator has read a message; give whether there is such a message of his. May be repeated.

    Raises NotAllowedError.
    """
    check_own(operator, acting_user)
    at = now()
    with transaction.atomic():
        unread = MessageReceipt.objects.filter(message_id=message_id, operator=operator, read_at__isnull=True)
        if not unread.update(read_at=at):
            return MessageReceipt.objects.filter(message_id=message_id, operator=operator).exists()
        sender_id = Message.objects.values_list("sender_id", flat=True).get(pk=message_id)
        if sender_id is not None:
            event = MessageRead(id=message_id, sender_id=sender_id, operator_id=operator.pk, read_us=to_us(at))
            schema = active_schema()
            transaction.on_commit(lambda: publish(schema, [event]))
    return True


def unread_messages(operator: Operator) -> QuerySet[Message]:
    """What was written to an operator and he hasn't confirmed, the oldest first, with their senders."""
    unread = Q(receipts__operator=operator, receipts__read_at__isnull=True)
    return Message.objects.filter(unread).select_related("sender").order_by("id")


def messages_to(operator: Operator | Given, count: int) -> QuerySet[MessageReceipt]:
    """The last messages to an operator, the newest first, each with whether he has confirmed it."""
    return (
        MessageReceipt.objects.filter(operator=operator)
        .select_related("message__sender")
        .order_by("-message_id")[:count]
    )


def _clean(text: str) -> str:
    """Without what neither PostgreSQL nor a page can show."""
    kept = "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
    return kept.strip()[:MOST_CHARACTERS].strip()


def _on_shift() -> QuerySet[Operator]:
    return Operator.objects.filter(sessions__ended_at__isnull=True, sessions__isnull=False).distinct()


def _tell(receipts: Sequence[MessageReceipt], sender: User) -> None:
    people = dict(
        Operator.objects.filter(pk__in=[receipt.operator_id for receipt in receipts]).values_list("pk", "user_id")
    )
    events = [
        DeskMessage(
            user_id=people[receipt.operator_id],
            id=receipt.message_id,
            text=receipt.message.text,
            sender=sender.name,
            sent_us=to_us(receipt.message.sent_at),
        )
        for receipt in receipts
    ]
    schema = active_schema()
    transaction.on_commit(lambda: publish(schema, events))
