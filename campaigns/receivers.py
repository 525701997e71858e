"""What campaigns do when calls are over. Inside the transaction of the consumer of calls; set-based."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from accounts.models import User
from agents.actions import begin_wrap_ups
from agents.selectors import ids_by_extension
from agents.switch_reports import WrapUpStart
from calls.choices import AmdStatus, CallState, DialingMode, Direction, Outcome
from calls.models import Call, Disposition
from calls.recordings import has_file, note_unrecorded
from calls.tabulation import PromisedCall
from campaigns import callbacks, extra_lists
from campaigns.attempts import Attempted, RetryPolicy, Verdict, after_attempt
from campaigns.call_variables import should_be_recorded
from campaigns.choices import RecordingMode
from campaigns.models import Campaign
from common.clock import from_us
from contacts.attempts import AttemptResult, apply_attempts
from contacts.choices import ContactState, PhoneState
from contacts.models import Contact, Phone
from telephony.bus.events import OperatorReleased

_BY_HAND = frozenset({DialingMode.MANUAL, DialingMode.INBOUND})
_FALLBACK = RetryPolicy(max_attempts=1, retry_minutes={})
"""Of a campaign that has been deleted meanwhile: its contacts rest."""


def settle_ended(sender: Any, *, schema: str, calls: Sequence[Call], **kwargs: Any) -> None:
    """Receiver of calls.signals.calls_ended: contacts go on, operators wrap up."""
    campaigns = Campaign.objects.in_bulk({call.campaign_id for call in calls})
    apply_attempts(_results(calls, campaigns))
    callbacks.settle(calls)
    begin_wrap_ups(
        [
            WrapUpStart(
                operator_id=call.operator_id,
                call_id=call.id,
                connected_at=call.connected_at,
                ended_at=call.ended_at,
                wrap_up=_wrap_up(campaigns.get(call.campaign_id)),
            )
            for call in calls
            if call.operator_id is not None and call.connected_at is not None and call.ended_at is not None
        ]
    )


def settle_released(sender: Any, *, schema: str, call: Call, event: OperatorReleased, **kwargs: Any) -> None:
    """Receiver of calls.signals.operator_released: his wrap-up begins while the call goes on without him."""
    operator_id = ids_by_extension({event.operator}).get(event.operator)
    campaign = Campaign.objects.filter(pk=call.campaign_id).first()
    if operator_id is not None:
        at = from_us(event.at_us)
        begin_wrap_ups([WrapUpStart(operator_id, call.id, call.connected_at or at, at, _wrap_up(campaign))])


def settle_returned(sender: Any, *, schema: str, calls: Sequence[Call], **kwargs: Any) -> None:
    """Receiver of calls.signals.calls_returned: contacts go back, no attempt spent."""
    campaigns = Campaign.objects.in_bulk({call.campaign_id for call in calls})
    apply_attempts(_results(calls, campaigns))
    callbacks.settle(calls)


def settle_disposed(
    sender: Any,
    *,
    schema: str,
    call: Call,
    disposition: Disposition,
    promise: PromisedCall | None,
    acting_user: User | None,
    **kwargs: Any,
) -> None:
    """Receiver of calls.signals.call_disposed: a word said after the call revises what the call made of its contact.

    During the call nothing: its end will look at the disposition. A contact that has been called since stays as it is.
    A call that was promised is scheduled. Raises what campaigns.callbacks.promise raises.
    """
    _revise(call, is_final=disposition.is_final)
    if promise is not None:
        callbacks.promise(call, promise, acting_user=acting_user)


def settle_corrected(sender: Any, *, schema: str, call: Call, **kwargs: Any) -> None:
    """Receiver of calls.signals.call_amd_corrected: without a disposition the answer's kind decides, as said now."""
    if call.disposition_id is None:
        _revise(call, is_final=None)


def note_unrecorded_calls(sender: Any, *, schema: str, calls: Sequence[Call], **kwargs: Any) -> None:
    """Receiver of calls.signals.calls_ended: conversations that should have been recorded and were not.

    Besides, whatever the switch has recorded without anybody hearing of it: no file may stay without its row.
    """
    campaigns = Campaign.objects.exclude(recording=RecordingMode.NONE).in_bulk({call.campaign_id for call in calls})
    recorded = [call for call in calls if call.answered_at and call.campaign_id in campaigns]
    note_unrecorded(
        call
        for call in recorded
        if (call.connected_at and should_be_recorded(campaigns[call.campaign_id], call)) or has_file(call)
    )


def _revise(call: Call, *, is_final: bool | None) -> None:
    if call.state != CallState.ENDED or call.ended_at is None:
        return
    contact = Contact.objects.select_for_update(no_key=True).filter(pk=call.contact_id).first()
    if contact is None or contact.current_call_id is not None:
        return
    if Call.objects.filter(contact_id=contact.pk, id__gt=call.id).exclude(outcome=Outcome.NOT_DIALED).exists():
        return
    attempted = Attempted(
        outcome=_outcome(call),
        at=call.ended_at,
        attempts=contact.attempts - 1,
        usable_phones=_usable_phones({contact.pk})[contact.pk],
        is_final=is_final,
    )
    verdict = after_attempt(policy_of(Campaign.objects.filter(pk=call.campaign_id).first()), attempted)
    contact.state, contact.next_attempt_at = verdict.state, verdict.next_attempt_at
    contact.save(update_fields=["state", "next_attempt_at"])


def _results(calls: Sequence[Call], campaigns: dict[int, Campaign]) -> list[AttemptResult]:
    contact_ids = {call.contact_id for call in calls}
    attempts = dict(Contact.objects.filter(pk__in=contact_ids).values_list("pk", "attempts"))
    usable = _usable_phones(contact_ids)
    final = dict(Disposition.objects.values_list("pk", "is_final")) if any(c.disposition_id for c in calls) else {}
    at_rest = extra_lists.at_rest({call.contact_id for call in calls if call.mode in _BY_HAND})
    results = []
    for call in calls:
        if call.ended_at is None or call.contact_id not in attempts:
            continue
        campaign = campaigns.get(call.campaign_id)
        attempted = Attempted(
            outcome=_outcome(call),
            at=call.ended_at,
            attempts=attempts[call.contact_id],
            usable_phones=usable[call.contact_id],
            is_final=final.get(call.disposition_id) if call.disposition_id else None,
        )
        verdict = after_attempt(policy_of(campaign), attempted)
        if call.contact_id in at_rest and call.outcome != Outcome.CONNECTED:
            verdict = dataclasses.replace(verdict, state=ContactState.DONE)
        results.append(_result(call, verdict))
    return results


def _outcome(call: Call) -> str:
    """What the call was to its contact: talking to what the operator calls a machine was no conversation.

    A disposition says more than that, and is looked at instead.
    """
    machine = call.amd_corrected == AmdStatus.MACHINE and call.disposition_id is None
    return Outcome.MACHINE if machine and call.outcome == Outcome.CONNECTED else call.outcome


def policy_of(campaign: Campaign | None) -> RetryPolicy:
    """Give a campaign's retry rules."""
    return RetryPolicy(campaign.max_attempts, campaign.retry_minutes) if campaign else _FALLBACK


def _usable_phones(contact_ids: set[int]) -> Counter[int]:
    rows = Phone.objects.filter(contact_id__in=contact_ids, state=PhoneState.USABLE)
    return Counter(rows.values_list("contact_id", flat=True))


def _result(call: Call, verdict: Verdict) -> AttemptResult:
    assert call.ended_at is not None
    return AttemptResult(
        contact_id=call.contact_id,
        phone_id=call.phone_id,
        call_id=call.id,
        outcome=call.outcome,
        at=call.ended_at,
        next_state=verdict.state,
        next_attempt_at=verdict.next_attempt_at,
        counts=verdict.counts and call.direction == Direction.OUT,
    )


def _wrap_up(campaign: Campaign | None) -> timedelta:
    return timedelta(seconds=campaign.wrap_up_s if campaign else 0)
