"""Calls that an operator begins himself, by hand or from a preview: the dialer's checks hold for them too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from calls.models import Call
from calls.sweep import sweep_unsent
from campaigns.consistency import check_figures
from campaigns.models import Callback, Campaign
from common.clock import now
from contacts.models import Contact, ContactList
from contacts.suppression import suppress_number
from telephony.bus import keys
from telephony.bus.commands import SetOperatorFree
from telephony.bus.events import CallConnected, CallRefused
from tenants.models import Company
from tests.desk.api.conftest import Desk, Switch, fresh, last_dialed
from tests.factories.calls import ZONE
from tests.factories.world import World


@pytest.fixture
def by_hand(campaign: Campaign) -> Campaign:
    with schema_context("acme"):
        Campaign.objects.filter(pk=campaign.pk).update(allows_manual=True)
    return campaign


@pytest.fixture
def preview(campaign: Campaign) -> Campaign:
    with schema_context("acme"):
        Campaign.objects.filter(pk=campaign.pk).update(dialing="preview")
    return campaign


def call_of(world: World) -> Call:
    return fresh(last_dialed(world).call_id)


def nothing_contradicts() -> None:
    with schema_context("acme"):
        assert [check.examples for check in check_figures(str(ZONE)) if not check.holds] == []


def test_a_number_is_dialed_for_its_operator_who_is_offered_nobody_else(
    world: World, desk: Desk, by_hand: Campaign
) -> None:
    state = desk.do("manual/", campaign_id=by_hand.pk, number="(11) 3212-3456")
    assert (state["shift"]["state"], state["call"]["mode"], state["call"]["shown_number"]) == (
        "ringing",
        "manual",
        "(11) 3212-3456",
    )
    command = last_dialed(world)
    assert (command.context, command.operator, command.number) == ("direct", desk.operator.extension, "+551132123456")
    assert command.deadline_us - command.issued_us == 3_000_000
    assert "AMD" not in command.variables
    frees = [one for one in world.control_commands() if isinstance(one, SetOperatorFree)]
    assert [(one.free, one.reason) for one in frees] == [(False, "ringing")]
    assert desk.refused("manual/", campaign_id=by_hand.pk, number="1132123457") == "wrong_state"


def test_answered_he_talks_and_wraps_up_and_the_figures_add_up(
    world: World, desk: Desk, switch: Switch, by_hand: Campaign
) -> None:
    desk.do("manual/", campaign_id=by_hand.pk, number="1132123456")
    call = call_of(world)
    switch.connect(call, desk.operator)
    assert desk.state()["shift"]["state"] == "talking"
    switch.end(call, hung_up_by="customer")
    assert desk.state()["shift"]["state"] == "wrap_up"
    assert (fresh(call).outcome, fresh(call).price is not None) == ("connected", True)
    nothing_contradicts()


@pytest.mark.parametrize(
    ("causes", "outcome"), [((17, "486"), "busy"), ((19, "480"), "no_answer"), ((1, "404"), "invalid")]
)
def test_not_answered_he_is_free_again_and_nobody_calls_that_number_by_itself(
    desk: Desk, switch: Switch, by_hand: Campaign, causes: tuple[int, str], outcome: str
) -> None:
    desk.do("manual/", campaign_id=by_hand.pk, number="1132123456")
    call = call_of(desk.world)
    switch.end(call, cause=causes[0], tech_cause=causes[1], dialed_us=switch.instant())
    assert desk.state()["shift"]["state"] == "free"
    assert fresh(call).outcome == outcome
    with schema_context("acme"):
        assert Contact.objects.get(pk=call.contact_id).state == "done"
    nothing_contradicts()


def test_a_number_of_the_campaigns_lists_is_that_contact(world: World, desk: Desk, by_hand: Campaign) -> None:
    with schema_context("acme"):
        contact = Contact.objects.order_by("pk").first()
        assert contact is not None
        phone = contact.phones.last()
        assert phone is not None
    state = desk.do("manual/", campaign_id=by_hand.pk, number=phone.e164)
    assert state["call"]["contact"]["id"] == contact.pk
    with schema_context("acme"):
        assert not ContactList.objects.filter(name__startswith="Discagem manual").exists()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("190", "number_refused"),
        ("0800 777 1234", "number_refused"),
        ("0900 123 4567", "number_refused"),
        ("20 98765-4321", "number_refused"),
        ("", "invalid"),
        ("11 3212-3456\r\nAction: Originate", "number_refused"),
        ("+999 123", "number_refused"),
    ],
)
def test_numbers_that_cannot_or_may_not_be_dialed(
    world: World, desk: Desk, by_hand: Campaign, number: str, code: str
) -> None:
    assert desk.refused("manual/", campaign_id=by_hand.pk, number=number) == code
    assert world.dial_commands() == []
    assert desk.state()["shift"]["state"] == "free"


def test_the_dialers_rules_hold_for_calls_by_hand(world: World, desk: Desk, by_hand: Campaign) -> None:
    def refused(number: str = "1132123456") -> str:
        return desk.refused("manual/", campaign_id=by_hand.pk, number=number)

    with schema_context("acme"):
        suppress_number("+551132123456")
    assert refused() == "do_not_call"
    with schema_context("acme"):
        Campaign.objects.update(allows_manual=False)
    assert refused("1132123457") == "manual_not_allowed"
    with schema_context("acme"):
        Campaign.objects.update(allows_manual=True, state="paused")
    assert refused("1132123457") == "campaign_not_running"
    with schema_context("acme"):
        Campaign.objects.update(state="running")
    Company.objects.filter(schema_name="acme").update(max_cps=0)
    assert refused("1132123457") == "limit_reached"
    Company.objects.filter(schema_name="acme").update(max_cps=10, max_channels=0)
    assert refused("1132123457") == "limit_reached"
    Company.objects.filter(schema_name="acme").update(max_channels=100)
    world.redis.delete(keys.node_status("sim1"))
    assert refused("1132123457") == "no_node"
    assert world.dial_commands() == []
    world.node_up()
    assert desk.refused("manual/", campaign_id=by_hand.pk + 1000, number="1132123457") == "campaign_not_running"


def test_without_a_price_nobody_dials_by_hand(desk: Desk, by_hand: Campaign) -> None:
    from billing import decks
    from billing.models import Rate

    with schema_context("public"):
        Rate.objects.filter(kind="landline").delete()
    decks.forget()
    assert desk.refused("manual/", campaign_id=by_hand.pk, number="1132123456") == "no_rate"


def test_two_requests_at_once_dial_once(world: World, desk: Desk, by_hand: Campaign) -> None:
    browsers = [world.client_of(desk.operator.user) for _ in range(2)]
    answers: list[int] = []

    def dial(browser: Any, number: str) -> None:
        try:
            body = {"campaign_id": by_hand.pk, "number": number}
            answers.append(browser.post("/api/v1/desk/manual/", data=body, content_type="application/json").status_code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=dial, args=(browser, f"113212345{index}")) for index, browser in enumerate(browsers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409]
    assert len(world.dial_commands()) == 1


def test_a_command_that_never_went_out_frees_the_operator_and_the_contact(
    world: World, desk: Desk, by_hand: Campaign
) -> None:
    desk.do("manual/", campaign_id=by_hand.pk, number="1132123456")
    call = call_of(world)
    sweep_unsent("acme", now() + timedelta(seconds=30))
    assert fresh(call).outcome == "not_dialed"
    assert desk.state()["shift"]["state"] == "free"
    with schema_context("acme"):
        assert Contact.objects.get(pk=call.contact_id).state == "done"
    nothing_contradicts()


def test_a_refused_command_frees_the_operator(world: World, desk: Desk, switch: Switch, by_hand: Campaign) -> None:
    desk.do("manual/", campaign_id=by_hand.pk, number="1132123456")
    switch.of_call(CallRefused, call_of(world), reason="late")
    assert desk.state()["shift"]["state"] == "free"


def test_a_preview_campaign_dials_nobody_by_itself(world: World, desk: Desk, preview: Campaign) -> None:
    from campaigns import dialing, running
    from tenants.shards import shard_of

    running.reconcile(shard_of("acme"))
    dialing.dial(shard_of("acme"))
    assert world.dial_commands() == []


def test_the_operator_sees_a_contact_first_and_then_dials(
    world: World, desk: Desk, switch: Switch, preview: Campaign
) -> None:
    shown = desk.do("preview/next/", campaign_id=preview.pk)["preview"]
    assert len(shown["phones"]) == 2
    assert shown["until_us"] > now().timestamp() * 1e6
    second = shown["phones"][1]
    state = desk.do("preview/dial/", phone_id=second["id"])
    assert (state["shift"]["state"], state["preview"], state["call"]["mode"]) == ("ringing", None, "preview")
    assert last_dialed(world).number == second["e164"]
    call = call_of(world)
    switch.of_call(CallConnected, call, operator=desk.operator.extension)
    switch.end(call, hung_up_by="operator")
    assert desk.state()["shift"]["state"] == "wrap_up"
    nothing_contradicts()


def test_no_two_operators_look_at_one_contact(desk: Desk, preview: Campaign, sit_down: Callable[..., Desk]) -> None:
    desks = [desk, sit_down(), sit_down()]
    seen = [one.do("preview/next/", campaign_id=preview.pk)["preview"]["id"] for one in desks]
    assert len(set(seen)) == 3


def test_who_is_skipped_rests_and_the_reason_is_kept(desk: Desk, preview: Campaign) -> None:
    from accounts.models import AuditEntry

    first = desk.do("preview/next/", campaign_id=preview.pk)["preview"]["id"]
    assert desk.do("preview/skip/", reason="já pagou")["preview"] is None
    assert desk.refused("preview/skip/", reason="de novo") == "no_preview"
    assert desk.refused("preview/dial/") == "no_preview"
    with schema_context("acme"):
        assert Contact.objects.get(pk=first).next_attempt_at > now() + timedelta(minutes=50)
        assert AuditEntry.objects.get(action="preview.skipped").detail["reason"] == "já pagou"


def test_a_contact_rests_until_the_time_that_the_operator_names(desk: Desk, preview: Campaign) -> None:
    first = desk.do("preview/next/", campaign_id=preview.pk)["preview"]["id"]
    again_at = now() + timedelta(hours=5)
    assert desk.refused("preview/skip/", reason="x", again_at="2020-01-01T10:00:00Z") == "callback_time"
    desk.do("preview/skip/", reason="de tarde", again_at=again_at.isoformat())
    with schema_context("acme"):
        assert Contact.objects.get(pk=first).next_attempt_at == again_at


@pytest.fixture
def promised(preview: Campaign) -> Callback:
    """A call that is due now, to somebody whom the campaign's rules would let rest for a day."""
    with schema_context("acme"):
        contact = Contact.objects.order_by("-pk")[0]
        Contact.objects.filter(pk=contact.pk).update(next_attempt_at=now() + timedelta(days=1))
        return Callback.objects.create(campaign=preview, contact=contact, due_at=now() - timedelta(minutes=1))


def test_a_promised_call_that_is_skipped_stays_due_and_goes_to_a_colleague(
    desk: Desk, preview: Campaign, promised: Callback, sit_down: Callable[..., Desk]
) -> None:
    colleague = sit_down()

    def shown_to(one: Desk) -> int:
        return int(one.do("preview/next/", campaign_id=preview.pk)["preview"]["id"])

    assert shown_to(desk) == promised.contact_id, "a promise waits for no rest"
    assert shown_to(colleague) != promised.contact_id, "one looks at it at a time"
    desk.do("preview/skip/", reason="ocupado")
    with schema_context("acme"):
        assert Callback.objects.get().due_at == promised.due_at
    assert shown_to(desk) != promised.contact_id, "not to the same operator at once"
    assert shown_to(colleague) == promised.contact_id


def test_a_promised_call_that_is_skipped_may_be_moved(desk: Desk, preview: Campaign, promised: Callback) -> None:
    desk.do("preview/next/", campaign_id=preview.pk)
    later = now() + timedelta(hours=2)
    desk.do("preview/skip/", reason="pediu mais tarde", again_at=later.isoformat())
    with schema_context("acme"):
        assert Callback.objects.get().due_at == later
        Callback.objects.update(due_at=now())
    shown = desk.do("preview/next/", campaign_id=preview.pk)["preview"]
    assert shown["id"] == promised.contact_id, "who has moved it may well be the one who calls"


def test_an_own_promise_that_is_skipped_is_anyones(desk: Desk, preview: Campaign, promised: Callback) -> None:
    with schema_context("acme"):
        Callback.objects.update(operator=desk.operator)
    desk.do("preview/next/", campaign_id=preview.pk)
    assert desk.do("preview/skip/", reason="x")["callbacks"] == []
    with schema_context("acme"):
        assert Callback.objects.get().operator is None


def test_when_his_time_is_over_the_contact_is_there_for_others(world: World, desk: Desk, preview: Campaign) -> None:
    shown = desk.do("preview/next/", campaign_id=preview.pk)["preview"]
    for key in world.redis.scan_iter("desk:acme:preview:*"):
        world.redis.delete(key)  # its expiry
    assert desk.state()["preview"] is None
    assert desk.refused("preview/dial/") == "no_preview"
    with schema_context("acme"):
        assert Contact.objects.get(pk=shown["id"]).state == "ready"


def test_the_last_contact_seen_leaves_nobody(desk: Desk, preview: Campaign) -> None:
    for _contact in range(5):
        desk.do("preview/next/", campaign_id=preview.pk)
        desk.do("preview/skip/", reason="x")
    assert desk.refused("preview/next/", campaign_id=preview.pk) == "nobody_left"


def test_in_other_campaigns_there_is_no_preview(desk: Desk, campaign: Campaign) -> None:
    assert desk.refused("preview/next/", campaign_id=campaign.pk) == "not_preview"


def test_a_phone_of_somebody_else_is_refused(desk: Desk, preview: Campaign) -> None:
    shown = desk.do("preview/next/", campaign_id=preview.pk)["preview"]
    own = {phone["id"] for phone in shown["phones"]}
    with schema_context("acme"):
        other = next(
            pk for pk in Contact.objects.values_list("phones__pk", flat=True) if pk is not None and pk not in own
        )
    assert desk.refused("preview/dial/", phone_id=other) == "unknown_phone"
