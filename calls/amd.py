"""What answering machine detection said of calls, and what operators say against it. All in the active schema."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.audit import record as audit
from accounts.models import User
from calls.actions import check_own_or_supervising
from calls.choices import AmdStatus, StepKind
from calls.exceptions import NotConnectedError, UnknownVerdictError
from calls.models import Call, CallStep
from calls.signals import call_amd_corrected
from common.clock import from_us, now
from telephony.bus.events import AmdVerdict
from tenants.active import active_schema

log = logging.getLogger(__name__)

CORRECTIONS = (AmdStatus.HUMAN, AmdStatus.MACHINE)
_MOST_CAUSE = 60


def apply_verdicts(verdicts: Iterable[AmdVerdict]) -> None:
    """Write verdicts to their calls, inside the caller's transaction, which has locked them.

    May be repeated. A status that the product doesn't know is logged and taken as "not sure".
    """
    steps = []
    for verdict in verdicts:
        status = _status(verdict)
        Call.objects.filter(pk=UUID(verdict.call_id)).update(
            amd_status=status, amd_cause=verdict.cause[:_MOST_CAUSE], amd_ms=max(verdict.took_ms, 0)
        )
        detail = {"status": status, "cause": verdict.cause, "took_ms": verdict.took_ms}
        steps.append(
            CallStep(call_id=UUID(verdict.call_id), at=from_us(verdict.at_us), kind=StepKind.AMD, detail=detail)
        )
    CallStep.objects.bulk_create(steps, ignore_conflicts=True)


def do_correct_amd(call: Call, status: str, *, acting_user: User | None) -> Call:
    """Say what the answer really was: "human" or "machine". May be said anew; saying what was detected takes it back.

    Of a call of the control sample, which was not detected, it is what the error is measured by. Effects on the
    contact: signal ``call_amd_corrected``.
    Raises NotAllowedError, NotYoursError, NotConnectedError (nobody heard it), UnknownVerdictError.
    """
    if status not in CORRECTIONS:
        raise UnknownVerdictError
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call.pk)
        check_own_or_supervising(call, acting_user)
        if call.connected_at is None:
            raise NotConnectedError
        corrected = "" if status == call.amd_status else status
        if corrected == call.amd_corrected:
            return call
        was, call.amd_corrected = call.amd_corrected, corrected
        call.save(update_fields=["amd_corrected"])
        detail = {"status": status, "detected": call.amd_status, "was": was}
        CallStep.objects.create(
            call_id=call.pk, at=now(), kind=StepKind.AMD_CORRECTED, operator_id=call.operator_id, detail=detail
        )
        if acting_user is None or acting_user.may_supervise:
            audit("call.amd_corrected", call, acting_user=acting_user, **detail)
        call_amd_corrected.send(sender=Call, schema=active_schema(), call=call)
    return call


def _status(verdict: AmdVerdict) -> str:
    if verdict.status in AmdStatus.values:
        return verdict.status
    log.error("%s: call %s has the unknown verdict %r", verdict.schema, verdict.call_id, verdict.status)
    return AmdStatus.NOT_SURE
