"""What the apps below tell becomes events. All run inside the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from accounts.models import User
from calls.models import Call, Disposition
from calls.tabulation import PromisedCall
from campaigns.models import Campaign
from contacts.models import Contact, Import, Phone
from integrations.choices import EventType
from integrations.webhooks import payloads
from integrations.webhooks.events import News, emit


def tell_calls_ended(sender: Any, *, calls: Sequence[Call], newly: Collection[UUID], **kwargs: Any) -> None:
    """Receiver of calls.signals.calls_ended. A call whose end is only corrected has been told of."""
    ended = [call for call in calls if call.pk in newly]
    if not ended:
        return
    codes = _contact_codes({call.contact_id for call in ended})
    disposed = {call.disposition_id for call in ended if call.disposition_id}
    dispositions = dict(Disposition.objects.filter(pk__in=disposed).values_list("pk", "code")) if disposed else {}
    emit(
        [
            News(
                EventType.CALL_ENDED,
                payloads.call_ended(
                    call,
                    contact_code=codes.get(call.contact_id, ""),
                    disposition_code=dispositions.get(call.disposition_id) if call.disposition_id else None,
                ),
            )
            for call in ended
        ]
    )


def tell_disposition(
    sender: Any,
    *,
    call: Call,
    disposition: Disposition,
    promise: PromisedCall | None,
    acting_user: User | None,
    **kwargs: Any,
) -> None:
    """Receiver of calls.signals.call_disposed: said for the first time, or corrected."""
    data = payloads.disposition_set(
        call,
        disposition,
        contact_code=_contact_codes({call.contact_id}).get(call.contact_id, ""),
        callback_at=promise.due_at if promise else None,
        user_id=acting_user.pk if acting_user else None,
    )
    emit([News(EventType.DISPOSITION_SET, data)])


def tell_contact(
    sender: Any, *, contact: Contact, changes: dict[str, Any], acting_user: User | None, **kwargs: Any
) -> None:
    """Receiver of contacts.signals.contact_changed."""
    phones = list(Phone.objects.filter(contact=contact).values_list("e164", flat=True))
    user_id = acting_user.pk if acting_user else None
    data = payloads.contact_changed(contact, phones=phones, changes=changes, user_id=user_id)
    emit([News(EventType.CONTACT_CHANGED, data)])


def tell_campaign(sender: Any, *, campaign: Campaign, former: str, acting_user: User | None, **kwargs: Any) -> None:
    """Receiver of campaigns.signals.campaign_state_changed."""
    user_id = acting_user.pk if acting_user else None
    data = payloads.campaign_state_changed(campaign, former=former, user_id=user_id)
    emit([News(EventType.CAMPAIGN_STATE_CHANGED, data)])


def tell_import(sender: Any, *, import_: Import, **kwargs: Any) -> None:
    """Receiver of contacts.signals.import_finished."""
    emit([News(EventType.IMPORT_FINISHED, payloads.import_finished(import_))])


def _contact_codes(contact_ids: set[int]) -> dict[int, str]:
    return dict(Contact.objects.filter(pk__in=contact_ids).exclude(external_id="").values_list("pk", "external_id"))
