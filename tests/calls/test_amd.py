"""Verdicts of answering machine detection, corrections, and what becomes of contacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from calls import batch
from calls.amd import do_correct_amd
from calls.amd_counts import count_answers
from calls.amd_error import AmdCounts
from calls.exceptions import NotConnectedError, NotYoursError, UnknownVerdictError
from calls.models import Call, CallStep, DayFigures, Disposition
from telephony.bus.events import AmdVerdict
from tenants.models import Company
from tests.factories.calls import BORN, NODE, ZONE, Telling, at

pytestmark = pytest.mark.usefixtures("redis")


def verdict(call: Call, status: str, second: float = 8) -> AmdVerdict:
    return AmdVerdict(
        NODE, at(second), "acme", call.campaign_id, str(call.pk), status, "INITIALSILENCE-2500-2500", 2510
    )


def apply(*events: Any) -> None:
    with schema_context("acme"):
        batch.apply("acme", ZONE, list(events))


def fresh(call: Call) -> Call:
    with schema_context("acme"):
        return Call.objects.get(pk=call.pk)


def hung_up_on(call: Call) -> list[Any]:
    """A call that detection left: answered, never queued, hung up by us."""
    telling = Telling.of(call)
    end = telling.ended(8.6, 16, dialed_us=at(0.1), ringing_us=at(1), answered_us=at(6), hung_up_by="dialer")
    return [telling.dialed(), telling.ringing(), telling.answered(), verdict(call, "machine"), end]


def test_a_machine_that_was_left_is_no_abandoned_call(make_call: Callable[..., Call]) -> None:
    call = make_call()

    apply(*hung_up_on(call))

    left = fresh(call)
    assert (left.outcome, left.amd_status, left.amd_ms) == ("machine", "machine", 2510)
    assert left.amd_cause == "INITIALSILENCE-2500-2500"
    with schema_context("acme"):
        figures = DayFigures.objects.get(campaign_id=call.campaign_id)
        assert (figures.machine, figures.abandoned, figures.ended) == (1, 0, 1)
        assert CallStep.objects.filter(call_id=call.pk, kind="amd").count() == 1


def test_reports_that_come_in_batches_or_twice_say_the_same(make_call: Callable[..., Call]) -> None:
    call = make_call()
    for event in hung_up_on(call):
        apply(event)
    apply(*hung_up_on(call))

    assert fresh(call).outcome == "machine"
    with schema_context("acme"):
        assert CallStep.objects.filter(call_id=call.pk, kind="amd").count() == 1
        assert DayFigures.objects.get(campaign_id=call.campaign_id).machine == 1


@pytest.mark.parametrize(
    ("status", "outcome"), [("human", "abandoned"), ("notsure", "abandoned"), ("hangup", "abandoned")]
)
def test_a_person_whom_nobody_took_is_abandoned_whatever_detection_needed(
    make_call: Callable[..., Call], status: str, outcome: str
) -> None:
    call = make_call()
    events = hung_up_on(call)
    events[3] = verdict(call, status)

    apply(*events)

    assert fresh(call).outcome == "abandoned"


def test_a_verdict_that_nobody_knows_is_not_sure(make_call: Callable[..., Call]) -> None:
    call = make_call()
    apply(verdict(call, "alien"))

    assert fresh(call).amd_status == "notsure"


def test_an_operator_corrects_his_own_call_and_can_take_it_back(
    make_call: Callable[..., Call], make_operator: Callable[..., Any]
) -> None:
    operator = make_operator("acme", "10101")
    call = make_call(operator_id=operator.pk, connected_at=BORN, amd_status="human")
    with schema_context("acme"):
        user = operator.user
        assert do_correct_amd(call, "machine", acting_user=user).amd_corrected == "machine"
        assert do_correct_amd(call, "machine", acting_user=user).amd_corrected == "machine"
        assert do_correct_amd(call, "human", acting_user=user).amd_corrected == ""
        steps = CallStep.objects.filter(call_id=call.pk, kind="amd_corrected")
        assert [(step.detail["status"], step.operator_id) for step in steps] == [
            ("machine", operator.pk),
            ("human", operator.pk),
        ]
        assert not AuditEntry.objects.filter(action="call.amd_corrected").exists()


def test_a_supervisors_correction_is_audited(make_call: Callable[..., Call], supervisor: User) -> None:
    call = make_call(connected_at=BORN, amd_control=True)
    with schema_context("acme"):
        assert do_correct_amd(call, "human", acting_user=supervisor).amd_corrected == "human"
        assert AuditEntry.objects.get(action="call.amd_corrected").detail["status"] == "human"


def test_what_cannot_be_corrected_is_refused(
    make_call: Callable[..., Call], make_operator: Callable[..., Any], supervisor: User
) -> None:
    stranger = make_operator("acme", "10102").user
    with schema_context("acme"):
        with pytest.raises(UnknownVerdictError):
            do_correct_amd(make_call(connected_at=BORN), "notsure", acting_user=supervisor)
        with pytest.raises(NotConnectedError):
            do_correct_amd(make_call(), "machine", acting_user=supervisor)
        with pytest.raises(NotYoursError):
            do_correct_amd(make_call(connected_at=BORN), "machine", acting_user=stranger)


def test_answers_are_counted_by_what_people_said_of_them(make_call: Callable[..., Call], acme: Company) -> None:
    with schema_context("acme"):
        dispositions = {
            code: Disposition.objects.get_or_create(code=code, defaults={"name": code})[0]
            for code in ("caixa-postal", "venda")
        }
    answered = {"answered_at": BORN, "connected_at": BORN}
    make_call(answered_at=BORN, amd_status="machine")
    make_call(answered_at=BORN, amd_status="hangup")  # gone before a verdict
    make_call(**answered, amd_status="human")  # nobody said anything
    make_call(**answered, amd_status="human", disposition=dispositions["venda"])
    make_call(**answered, amd_status="human", disposition=dispositions["caixa-postal"])
    make_call(**answered, amd_status="notsure", amd_corrected="machine")
    make_call(**answered, amd_status="notsure", amd_corrected="human", disposition=dispositions["caixa-postal"])
    make_call(**answered, amd_control=True, amd_corrected="machine")
    make_call(**answered, amd_control=True, disposition=dispositions["venda"])
    make_call(answered_at=BORN, amd_control=True)  # abandoned: nobody heard it
    make_call(amd_status="", campaign_id=7)  # never answered
    make_call(answered_at=BORN, amd_status="machine", campaign_id=8)

    with schema_context("acme"):
        counted = count_answers(7)

    assert counted.counts == AmdCounts(6, 1, 4, 2, 2, 1)
    assert (counted.answers, counted.since) == (10, BORN)
