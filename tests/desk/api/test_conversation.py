"""Within a conversation: what the operator asks for, what the switch is told, and what its reports make of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from agents.models import StateInterval
from calls.models import Call, CallStep
from campaigns.consistency import check_figures
from campaigns.models import Campaign
from telephony.bus.commands import (
    CompleteTransfer,
    ControlRecording,
    EndConsult,
    HangUpCall,
    HoldCall,
    ResumeCall,
    SendDigits,
    SetOperatorFree,
    StartConference,
    StartConsult,
    TransferCall,
)
from telephony.bus.events import (
    CallConnected,
    CallHeld,
    CallResumed,
    CallTransferred,
    CommandFailed,
    ConsultChanged,
    OperatorReleased,
    RecordingChanged,
)
from telephony.queues import queue_of
from tests.desk.api.conftest import Desk, Switch, fresh
from tests.factories.calls import ZONE
from tests.factories.world import World


@pytest.fixture
def recordings_room(settings: Any, tmp_path: Any) -> None:
    """A folder for recordings, on a disk that has room."""
    settings.RECORDINGS_DIR, settings.RECORDINGS_FULL_BYTES = tmp_path, 0


def last(world: World) -> Any:
    return world.control_commands()[-1]


def steps(call: Call) -> list[str]:
    with schema_context("acme"):
        return list(CallStep.objects.filter(call_id=call.pk).values_list("kind", flat=True))


def figures_hold() -> None:
    with schema_context("acme"):
        assert [check.examples for check in check_figures(str(ZONE)) if not check.holds] == []


def test_the_customers_card_is_on_the_desk_while_they_talk(desk: Desk, talking: Call) -> None:
    state = desk.state()
    assert state["shift"]["state"] == "talking"
    card = state["call"]
    assert (card["id"], card["state"], card["is_mine"]) == (str(talking.pk), "talking", True)
    assert card["contact"]["name"].startswith("Contact")
    assert card["contact"]["phones"][0]["e164"] == talking.number
    assert card["campaign"]["name"] == "Cobrança"


def test_hold_and_resume_are_commands_first_and_facts_once_the_switch_says_so(
    world: World, desk: Desk, switch: Switch, talking: Call
) -> None:
    extension = desk.operator.extension
    assert desk.do("call/hold/")["shift"]["held_since_us"] is None
    assert last(world) == HoldCall("acme", str(talking.pk), extension)
    at = switch.instant()
    switch.of_call(CallHeld, talking, at_us=at, operator=extension)
    assert desk.state()["shift"]["held_since_us"] == at
    desk.do("call/resume/")
    assert last(world) == ResumeCall("acme", str(talking.pk), extension)
    switch.of_call(CallResumed, talking, at_us=at + 4_000_000, operator=extension)
    assert desk.state()["shift"]["held_since_us"] is None
    assert fresh(talking).hold_ms == 4000
    assert steps(talking) == ["held", "resumed"]


def test_a_hold_that_lasts_to_the_end_counts_up_to_it(desk: Desk, switch: Switch, talking: Call) -> None:
    at = switch.instant()
    switch.of_call(CallHeld, talking, at_us=at, operator=desk.operator.extension)
    switch.end(talking, at_us=at + 3_000_000, hung_up_by="customer")
    assert fresh(talking).hold_ms == 3000
    assert desk.state()["shift"]["held_since_us"] is None


def test_reports_seen_twice_change_nothing(desk: Desk, switch: Switch, talking: Call) -> None:
    at = switch.instant()
    for _again in range(2):
        switch.of_call(CallHeld, talking, at_us=at, operator=desk.operator.extension)
        switch.of_call(CallResumed, talking, at_us=at + 1_000_000, operator=desk.operator.extension)
    assert fresh(talking).hold_ms == 1000
    assert steps(talking) == ["held", "resumed"]
    assert desk.state()["shift"]["held_since_us"] is None


def test_tones_and_hanging_up(world: World, desk: Desk, talking: Call) -> None:
    desk.do("call/digits/", digits="12*#")
    assert last(world) == SendDigits("acme", str(talking.pk), desk.operator.extension, "12*#")
    assert desk.refused("call/digits/", digits="12;DROP") == "invalid"
    desk.do("call/hang-up/")
    assert last(world) == HangUpCall(str(talking.pk), "acme", reason="operator")


@pytest.mark.parametrize("path", ["hold/", "resume/", "hang-up/", "consult/end/", "consult/complete/"])
def test_nothing_of_it_without_a_conversation(desk: Desk, path: str) -> None:
    assert desk.refused(f"call/{path}") == "wrong_state"


def test_a_blind_transfer_to_a_colleague_leaves_wrap_up_here_and_the_customer_there(
    world: World, desk: Desk, switch: Switch, talking: Call, sit_down: Callable[..., Desk]
) -> None:
    colleague = sit_down()
    to = colleague.operator.extension
    desk.do("call/transfer/", kind="operator", target=to)
    assert last(world) == TransferCall("acme", str(talking.pk), desk.operator.extension, "operator", to)
    released = {"operator": desk.operator.extension, "reason": "transferred"}
    switch.of_call(
        CallTransferred, talking, operator=desk.operator.extension, kind="operator", target=to, state="started"
    )
    switch.of_call(OperatorReleased, talking, **released)
    switch.of_call(CallConnected, talking, operator=to)

    mine = desk.state()
    assert (mine["shift"]["state"], mine["call"]["id"], mine["call"]["is_mine"]) == ("wrap_up", str(talking.pk), False)
    theirs = colleague.state()
    assert (theirs["shift"]["state"], theirs["call"]["id"]) == ("talking", str(talking.pk))
    assert fresh(talking).operator_id == colleague.operator.pk
    assert steps(talking) == ["transfer", "released", "reconnected"]
    desk.do("call/disposition/", disposition="recado", note="passei adiante")

    switch.end(talking, hung_up_by="customer")
    assert colleague.state()["shift"]["state"] == "wrap_up"
    assert desk.do("shift/wrap-up/finish/")["shift"]["state"] == "free"
    switch.end(talking, hung_up_by="customer")
    assert desk.state()["shift"]["state"] == "free", "the end of a call that he has left doesn't bring him back to it"
    figures_hold()


def test_who_is_free_already_when_his_transferred_call_ends_stays_free(
    world: World, desk: Desk, switch: Switch, talking: Call
) -> None:
    switch.of_call(OperatorReleased, talking, operator=desk.operator.extension, reason="transferred")
    desk.do("shift/wrap-up/finish/")
    switch.end(talking, hung_up_by="customer")
    assert desk.state()["shift"]["state"] == "free"
    with schema_context("acme"):
        assert StateInterval.objects.filter(operator=desk.operator, state="wrap_up").count() == 1


def test_a_customer_may_come_back_to_the_one_who_had_him(
    desk: Desk, switch: Switch, talking: Call, sit_down: Callable[..., Desk]
) -> None:
    colleague = sit_down()
    switch.of_call(OperatorReleased, talking, operator=desk.operator.extension, reason="transferred")
    switch.of_call(CallConnected, talking, operator=colleague.operator.extension)
    switch.of_call(OperatorReleased, talking, operator=colleague.operator.extension, reason="transferred")
    switch.of_call(CallConnected, talking, operator=desk.operator.extension)
    assert desk.state()["shift"]["state"] == "talking"
    assert colleague.state()["shift"]["state"] == "wrap_up"
    assert fresh(talking).operator_id == desk.operator.pk


def test_a_transfer_to_a_campaigns_queue_names_the_queue(
    world: World, desk: Desk, talking: Call, campaign: Campaign
) -> None:
    desk.do("call/transfer/", kind="queue", target=str(campaign.pk))
    with schema_context("acme"):
        assert last(world).target == queue_of("acme", campaign.pk)
    assert last(world).kind == "queue"


def test_a_transfer_outside_is_checked_as_a_call_of_the_dialer(world: World, desk: Desk, talking: Call) -> None:
    desk.do("call/transfer/", kind="outside", target="(11) 98765-4321")
    command = last(world)
    assert (command.kind, command.target, command.trunk) == ("outside", "+5511987654321", "trunk")
    for refused, code in (
        ("190", "number_refused"),
        ("0900 123 4567", "number_refused"),
        ("11 98765", "number_refused"),
        ("1\r\nHangup", "number_refused"),
    ):
        assert desk.refused("call/transfer/", kind="outside", target=refused) == code, refused
    with schema_context("acme"):
        from contacts.suppression import suppress_number

        suppress_number("+5511987654321")
    assert desk.refused("call/transfer/", kind="outside", target="(11) 98765-4321") == "do_not_call"


def test_who_is_not_there_or_not_free_cannot_be_transferred_to(
    world: World, desk: Desk, talking: Call, sit_down: Callable[..., Desk]
) -> None:
    colleague = sit_down()
    colleague.do("shift/pause/", reason="rest")
    assert desk.refused("call/transfer/", kind="operator", target=colleague.operator.extension) == "target_busy"
    assert desk.refused("call/transfer/", kind="operator", target="999999") == "unknown_target"
    assert desk.refused("call/transfer/", kind="operator", target=desk.operator.extension) == "unknown_target"
    assert desk.refused("call/transfer/", kind="queue", target="123456") == "unknown_target"
    assert not [one for one in world.control_commands() if isinstance(one, TransferCall)]


def test_an_attended_transfer_to_a_colleague(
    world: World, desk: Desk, switch: Switch, talking: Call, sit_down: Callable[..., Desk]
) -> None:
    colleague = sit_down()
    to, own = colleague.operator.extension, desk.operator.extension
    consult = desk.do("call/consult/", kind="operator", target=to)["shift"]["consult"]
    assert (consult["state"], consult["name"]) == ("ringing", colleague.operator.user.name)
    assert isinstance(last(world), StartConsult)
    about = {"operator": own, "consult_id": consult["id"], "kind": "operator", "target": to}
    switch.of_call(ConsultChanged, talking, **about, state="up")
    assert desk.state()["shift"]["consult"]["state"] == "up"
    asked = colleague.state()["shift"]
    assert (asked["state"], asked["consult"]["kind"], asked["consult"]["name"]) == (
        "talking",
        "asked",
        desk.operator.user.name,
    )
    assert colleague.refused("call/hold/") == "wrong_state", "the customer isn't his yet"

    desk.do("call/consult/complete/")
    assert last(world) == CompleteTransfer("acme", str(talking.pk), own, consult["id"])
    switch.of_call(ConsultChanged, talking, **about, state="completed")
    switch.of_call(OperatorReleased, talking, operator=own, reason="transferred")
    switch.of_call(CallConnected, talking, operator=to)
    assert (desk.state()["shift"]["state"], desk.state()["shift"]["consult"]) == ("wrap_up", None)
    assert (colleague.state()["shift"]["state"], colleague.state()["shift"]["consult"]) == ("talking", None)
    assert colleague.state()["call"]["is_mine"] is True
    colleague.do("call/hold/")
    switch.end(talking, hung_up_by="customer")
    assert colleague.state()["shift"]["state"] == "wrap_up"
    figures_hold()


def test_a_consultation_that_leads_nowhere_frees_the_colleague_and_gives_the_customer_back(
    world: World, desk: Desk, switch: Switch, talking: Call, sit_down: Callable[..., Desk]
) -> None:
    colleague = sit_down()
    to, own = colleague.operator.extension, desk.operator.extension
    consult = desk.do("call/consult/", kind="operator", target=to)["shift"]["consult"]
    about = {"operator": own, "consult_id": consult["id"], "kind": "operator", "target": to}
    switch.of_call(ConsultChanged, talking, **about, state="up")
    desk.do("call/consult/end/")
    assert last(world) == EndConsult("acme", str(talking.pk), own, consult["id"])
    switch.of_call(ConsultChanged, talking, **about, state="ended")
    assert (desk.state()["shift"]["state"], desk.state()["shift"]["consult"]) == ("talking", None)
    assert colleague.state()["shift"]["state"] == "free"
    assert last(world) == SetOperatorFree("acme", to, str(colleague.session.pk), free=True)


def test_a_customer_who_hangs_up_during_a_consultation_frees_both(
    desk: Desk, switch: Switch, talking: Call, sit_down: Callable[..., Desk]
) -> None:
    colleague = sit_down()
    consult = desk.do("call/consult/", kind="operator", target=colleague.operator.extension)["shift"]["consult"]
    switch.of_call(
        ConsultChanged,
        talking,
        operator=desk.operator.extension,
        consult_id=consult["id"],
        kind="operator",
        target=colleague.operator.extension,
        state="up",
    )
    switch.end(talking, hung_up_by="customer")
    assert desk.state()["shift"]["state"] == "wrap_up"
    assert colleague.state()["shift"]["state"] == "free"


def test_a_conference_with_an_outside_number(world: World, desk: Desk, switch: Switch, talking: Call) -> None:
    consult = desk.do("call/consult/", kind="outside", target="11987654321")["shift"]["consult"]
    assert consult["name"] == "(11) 98765-4321"
    about = {
        "operator": desk.operator.extension,
        "consult_id": consult["id"],
        "kind": "outside",
        "target": "+5511987654321",
    }
    assert desk.refused("call/consult/conference/") == "no_consult", "nobody has answered yet"
    switch.of_call(ConsultChanged, talking, **about, state="ringing")
    switch.of_call(ConsultChanged, talking, **about, state="up")
    desk.do("call/consult/conference/")
    assert last(world) == StartConference("acme", str(talking.pk), desk.operator.extension, consult["id"])
    switch.of_call(ConsultChanged, talking, **about, state="conference")
    shift = desk.state()["shift"]
    assert (shift["consult"]["state"], shift["held_since_us"]) == ("conference", None)
    assert desk.refused("call/transfer/", kind="outside", target="11987654321") == "consult_running"
    assert steps(talking) == ["consult", "consult", "conference"]


def test_what_the_switch_could_not_do_is_said_in_the_operators_language(
    world: World, desk: Desk, switch: Switch, talking: Call
) -> None:
    heard = world.redis.pubsub()
    heard.psubscribe("*")
    consult = desk.do("call/consult/", kind="outside", target="11987654321")["shift"]["consult"]
    assert consult["state"] == "ringing"
    switch.say(
        CommandFailed,
        command="StartConsult",
        code="rejected",
        operator=desk.operator.extension,
        session=str(desk.session.pk),
        call_id=str(talking.pk),
        detail="Status: 404",
    )
    assert desk.state()["shift"]["consult"] is None
    texts = []
    while message := heard.get_message(timeout=0.2):
        texts.append(str(message["data"]))
    failed = [text for text in texts if "desk.failed" in text]
    assert failed
    assert '"command":"consult"' in failed[0]
    assert '"code":"rejected"' in failed[0]
    assert "404" not in failed[0]
    assert steps(talking) == ["failed"]


def test_two_requests_at_once_make_one_consultation(world: World, desk: Desk, talking: Call) -> None:
    browsers = [world.client_of(desk.operator.user) for _ in range(2)]
    answers: list[int] = []

    def ask(browser: Any) -> None:
        try:
            answer = browser.post(
                "/api/v1/desk/call/consult/",
                data={"kind": "outside", "target": "11987654321"},
                content_type="application/json",
            )
            answers.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409]
    assert len([one for one in world.control_commands() if isinstance(one, StartConsult)]) == 1


def test_recordings_are_begun_by_the_operator_only_where_the_campaign_says_so(
    desk: Desk, switch: Switch, talking: Call, campaign: Campaign, recordings_room: None
) -> None:
    world = desk.world
    assert desk.refused("call/recording/", action="start") == "not_recordable"
    with schema_context("acme"):
        Campaign.objects.filter(pk=campaign.pk).update(recording="on_demand")
    desk.do("call/recording/", action="start")
    command = last(world)
    assert isinstance(command, ControlRecording)
    assert command.path.startswith("acme/")
    assert command.path.endswith(f"{talking.pk}.wav")
    switch.of_call(RecordingChanged, talking, state="started", path=command.path)
    assert desk.state()["shift"]["recording"] == {"mode": "on_demand", "state": "recording", "on_demand": True}
    desk.do("call/recording/", action="pause")
    switch.of_call(RecordingChanged, talking, state="paused", path=command.path)
    assert desk.state()["shift"]["recording"]["state"] == "paused"


def test_destinations_are_found_by_name_extension_and_number(
    desk: Desk, sit_down: Callable[..., Desk], campaign: Campaign
) -> None:
    colleague = sit_down()
    found = desk.browser.get("/api/v1/desk/targets/", {"q": colleague.operator.user.name}).json()["targets"]
    assert [(one["kind"], one["target"], one["is_available"]) for one in found] == [
        ("operator", colleague.operator.extension, True)
    ]
    queues = desk.browser.get("/api/v1/desk/targets/", {"q": "cobr"}).json()["targets"]
    assert [(one["kind"], one["target"], one["state"]) for one in queues] == [("queue", str(campaign.pk), "2")]
    outside = desk.browser.get("/api/v1/desk/targets/", {"q": "11 98765-4321"}).json()["targets"]
    assert [(one["kind"], one["target"]) for one in outside] == [("outside", "+5511987654321")]
    assert len(desk.browser.get("/api/v1/desk/targets/").json()["targets"]) == 2


def test_another_companys_colleagues_and_queues_are_unknown(desk: Desk, talking: Call, beta_world: World) -> None:
    stranger = beta_world.campaign(beta_world.contact_list(1), name="Alheia")
    beta_world.start(stranger)
    session = beta_world.at_work(stranger)[0]
    with schema_context("beta"):
        extension = session.operator.extension
    assert desk.refused("call/transfer/", kind="operator", target=extension) == "unknown_target"
    assert desk.refused("call/transfer/", kind="queue", target=str(stranger.pk + 100_000)) == "unknown_target"
    assert desk.browser.get("/api/v1/desk/targets/", {"q": "Alheia"}).json()["targets"] == []
