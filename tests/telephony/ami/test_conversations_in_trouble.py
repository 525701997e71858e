"""Conversations when something goes wrong in the middle: somebody hangs up, the way to the switch is cut, a stranger
commands. The switch is scripted, so that it does exactly that at exactly that moment.
"""

from __future__ import annotations

import pytest

from telephony.ami import floor as floor_module
from telephony.ami.link import SwitchLink
from telephony.bus.commands import (
    CompleteTransfer,
    EndConsult,
    HangUpCall,
    HoldCall,
    StartConference,
    StartConsult,
    TransferCall,
)
from telephony.bus.events import (
    CallConnected,
    CallEnded,
    CallHeld,
    CallResumed,
    CallTransferred,
    CommandFailed,
    ConsultChanged,
    NodeUp,
    OperatorReleased,
)
from tests.fakes.ami import FakeAmi, Fields, error, event, success, until
from tests.telephony.ami.conftest import Product, StartService
from tests.telephony.ami.scene import ANA, CONSULT, HANDLE, OUTSIDE, RUI, Scene, leg


@pytest.fixture
async def scene(fake: FakeAmi, product: Product, start_service: StartService) -> Scene:
    made = Scene(fake, product, await start_service(fake.port))
    await made.talk()
    return made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that doesn't come is given up soon."""
    defaults = SwitchLink.request.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "timeout_s", 0.3)


# Transfers.


@pytest.mark.parametrize("order_of_ends", ["handle first", "customer only"])
async def test_a_customer_who_hangs_up_in_mid_transfer_leaves_the_colleague_free(
    scene: Scene, order_of_ends: str
) -> None:
    await scene.on_shift(RUI)
    scene.undone.add("lbr")
    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "operator", RUI))
    await scene.product.wait_for(CallTransferred, state="started")
    assert scene.states_of(RUI)[-1] == "INUSE"

    if order_of_ends == "handle first":
        await scene.customer_hangs_up()
    else:
        await scene.fake.say(event("Hangup", Uniqueid=scene.call_id, Channel="PJSIP/carrier-1", Cause=16))

    await scene.product.wait_for(CallEnded, call_id=scene.call_id)
    await until(lambda: scene.states_of(RUI)[-1] == "NOT_INUSE", "the colleague is free")


async def test_a_transfer_whose_colleague_vanished_leaves_no_trace_in_the_next_conversation(scene: Scene) -> None:
    await scene.on_shift(RUI)
    scene.undone.add("lbr")
    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "operator", RUI))
    await scene.product.wait_for(CallTransferred, state="started")
    await scene.handle_ends()
    await scene.product.wait_for(OperatorReleased, operator=ANA)
    scene.undone.clear()
    second = "Local/1011@op-00000002;1"
    await scene.fake.say(event("AgentConnect", Uniqueid=scene.call_id, MemberName=ANA, DestChannel=second))
    await scene.product.wait_for(CallConnected, operator=ANA, number=2)

    await scene.product.control(HoldCall("acme", scene.call_id, ANA))
    await scene.product.wait_for(CallHeld, operator=ANA)
    await scene.fake.say(scene.bridged("18.1", channel=second[:-1] + "2"))

    await scene.product.wait_for(CallResumed, operator=ANA)
    assert not [one for one in await scene.product.events() if isinstance(one, CallConnected) and one.operator == RUI]


async def test_nobody_is_transferred_to_another_companys_queue(scene: Scene) -> None:
    await scene.on_shift("2011", schema="beta", queue="q-beta-1")
    scene.has_queue("q-beta-1")

    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "queue", "q-beta-1"))

    (refused,) = await scene.product.wait_for(CommandFailed)
    assert (refused.command, refused.code) == ("TransferCall", "unknown_target")
    assert scene.fake.sent("Hangup") == []


async def test_a_transfer_that_a_cut_kept_from_being_done_never_happens_by_itself_later(scene: Scene) -> None:
    scene.has_queue("q-acme-8")
    scene.up_at_login(scene.handle_at("op", ANA))
    scene.cut_at("Hangup")

    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "queue", "q-acme-8"))

    await scene.product.wait_for(CommandFailed, command="TransferCall", code="switch_away")
    await scene.product.wait_for(CallTransferred, state="failed")

    def places() -> list[str]:
        return [action["value"] for action in scene.fake.sent("Setvar") if action["variable"] == "NEXT"]

    await until(lambda: places() == ["dialer,q-acme-8,queue", ""], "its place to go on to is taken back")
    assert not [one for one in await scene.product.events() if isinstance(one, OperatorReleased)]


async def test_a_transfer_that_was_done_though_a_cut_hid_it_is_told(scene: Scene) -> None:
    scene.has_queue("q-acme-8")
    scene.up_at_login()
    scene.cut_at("Hangup")

    await scene.product.control(TransferCall("acme", scene.call_id, ANA, "queue", "q-acme-8"))

    await scene.product.wait_for(CallTransferred, state="started")
    await scene.product.wait_for(OperatorReleased, operator=ANA, reason="transferred")


# Consultations.


async def test_a_third_party_who_hangs_up_while_the_switch_is_cut_off_does_not_end_the_process(scene: Scene) -> None:
    await scene.consult("outside", OUTSIDE)
    scene.up_at_login(scene.handle_at("lhold", "s"))
    scene.cut_at("Redirect", context="lbr")

    await scene.fake.say(event("Hangup", Uniqueid=f"con-{CONSULT}", Channel="PJSIP/carrier-2", Cause=16))

    await scene.product.wait_for(NodeUp, number=2)
    await scene.product.wait_for(ConsultChanged, state="ended")
    # Back with each other by then: the operator can do it, for he is told how it stands.
    held = (await scene.product.wait_for(CallHeld, number=2))[-1]
    (ended,) = await scene.product.wait_for(ConsultChanged, state="ended")
    assert held.at_us >= ended.at_us


async def test_a_completion_that_is_cut_off_does_not_end_the_process_and_leaves_nobody_on_hold_for_ever(
    scene: Scene,
) -> None:
    await scene.consult("outside", OUTSIDE)
    scene.up_at_login(scene.handle_at("lhold", "s"))
    scene.cut_at("Hangup")

    await scene.product.control(CompleteTransfer("acme", scene.call_id, ANA, CONSULT))

    await scene.product.wait_for(CommandFailed, command="CompleteTransfer", code="switch_away")
    await scene.product.wait_for(NodeUp, number=2)
    await until(lambda: HANDLE in [one["channel"] for one in scene.fake.sent("Hangup")[1:]], "let go on to his queue")


async def test_a_third_party_who_ends_as_soon_as_the_operator_leaves_him_was_ended_by_the_operator(
    scene: Scene,
) -> None:
    third = f"con-{CONSULT}"
    ask = StartConsult("acme", scene.call_id, ANA, CONSULT, "outside", OUTSIDE, trunk="carrier", leg=CONSULT)
    await scene.product.control(ask)
    await scene.product.wait_for(ConsultChanged, state="ringing")
    await scene.fake.say(event("Newchannel", Uniqueid=third, Channel="PJSIP/carrier-2", ChannelState=0))
    await scene.fake.say(event("Newstate", Uniqueid=third, Channel="PJSIP/carrier-2", ChannelState=6))
    await scene.fake.say(event("OriginateResponse", ActionID=third, Response="Success", Reason=4))
    await scene.fake.say(scene.bridged(third))
    await scene.product.wait_for(ConsultChanged, state="up")
    whole = scene.fake.answers["redirect"]
    scene.fake.answers["redirect"] = lambda fake, action: (
        event("Hangup", Uniqueid=third, Channel="PJSIP/carrier-2", Cause=16) + str(whole(fake, action))
    )

    await scene.product.control(EndConsult("acme", scene.call_id, ANA, CONSULT))

    (ended,) = await scene.product.wait_for(CallEnded, call_id=CONSULT)
    assert ended.hung_up_by == "operator"


async def test_who_may_be_in_a_room_after_a_cut_is_taken_out_of_it_before_the_customer_comes_back(scene: Scene) -> None:
    await scene.consult("outside", OUTSIDE)
    third = {"Uniqueid": f"con-{CONSULT}", "Channel": "PJSIP/carrier-2", "ChannelState": 6}
    scene.up_at_login(scene.handle_at("lhold", "s"), third)
    scene.cut_at("Redirect", context="op-login")
    await scene.product.control(StartConference("acme", scene.call_id, ANA, CONSULT))
    await scene.product.wait_for(CommandFailed, command="StartConference", code="switch_away")
    await scene.product.wait_for(NodeUp, number=2)
    scene.fake.actions.clear()

    await scene.product.control(EndConsult("acme", scene.call_id, ANA, CONSULT))

    await scene.product.wait_for(CallResumed, operator=ANA)
    places = [action["context"] for action in scene.fake.sent("Redirect")]
    assert places == ["lhold", "op-login", "lbr"], "Bridge() gets nobody out of a room"


async def test_who_is_called_for_a_consultation_that_is_over_is_hung_up(scene: Scene) -> None:
    await scene.product.control(StartConsult("acme", scene.call_id, ANA, CONSULT, "outside", OUTSIDE, trunk="carrier"))
    await scene.product.wait_for(ConsultChanged, state="ringing")
    scene.fake.answers["hangup"] = lambda _, action: error(action, "No such channel")
    await scene.product.control(EndConsult("acme", scene.call_id, ANA, CONSULT))
    await scene.product.wait_for(ConsultChanged, state="ended")
    before = len(scene.fake.sent("Hangup"))

    await scene.fake.say(event("Newchannel", Uniqueid=f"con-{CONSULT}", Channel="PJSIP/carrier-2", ChannelState=0))

    hung_up = await scene.fake.heard("Hangup", before + 1)
    assert hung_up[-1]["channel"] == f"con-{CONSULT}"


async def test_a_colleagues_dead_leg_does_not_keep_the_operator_in_an_empty_room(scene: Scene) -> None:
    await scene.on_shift(RUI)
    await scene.consult("operator", RUI)
    await scene.product.control(StartConference("acme", scene.call_id, ANA, CONSULT))
    await scene.product.wait_for(ConsultChanged, state="conference")
    whole = scene.fake.answers["redirect"]
    scene.fake.answers["redirect"] = lambda fake, action: (
        error(action, "Channel does not exist") if action["channel"] == leg(RUI) else whole(fake, action)
    )
    scene.fake.actions.clear()

    await scene.customer_hangs_up()

    await until(
        lambda: (leg(ANA), "op-login") in [(one["channel"], one["context"]) for one in scene.fake.sent("Redirect")],
        "the operator's leg waits for the next customer",
    )


async def test_a_consultation_that_fails_frees_the_colleague_even_when_the_way_back_fails(
    scene: Scene, impatient: None
) -> None:
    await scene.on_shift(RUI)
    whole = scene.fake.answers["redirect"]

    def redirect(fake: FakeAmi, action: Fields) -> str | None:
        if action["context"] == "ask":
            return error(action, "no")
        return None if action["context"] == "lbr" else whole(fake, action)

    scene.fake.answers["redirect"] = redirect

    await scene.product.control(StartConsult("acme", scene.call_id, ANA, CONSULT, "operator", RUI))

    await scene.product.wait_for(CommandFailed, command="StartConsult")
    await until(lambda: scene.states_of(RUI)[-1] == "NOT_INUSE", "the colleague is free")


# Nobody is left alone.


async def test_a_customer_whose_operator_vanished_is_seen_to_once_the_switch_answers(
    scene: Scene, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floor_module, "RESCUES_AFTER_S", (0.0, 0.1, 0.1))
    await scene.product.control(HoldCall("acme", scene.call_id, ANA))
    await scene.product.wait_for(CallHeld)
    unheard = [None]

    def setvar(_: FakeAmi, action: Fields) -> str | None:
        return unheard.pop() if unheard and action["variable"] == "LOST" else success(action)

    scene.fake.answers["setvar"] = setvar

    await scene.fake.say(event("Hangup", Uniqueid=leg(ANA), Channel="PJSIP/1011-1", Cause=16))

    await scene.product.wait_for(OperatorReleased, operator=ANA, reason="lost")
    await until(lambda: HANDLE in [one["channel"] for one in scene.fake.sent("Hangup")], "on to his queue")


async def test_a_customer_who_went_on_by_himself_is_not_taken_from_his_new_operator(scene: Scene) -> None:
    await scene.on_shift(RUI)
    await scene.consult("outside", OUTSIDE)
    new = "Local/1012@op-00000002;2"

    def setvar(_: FakeAmi, action: Fields) -> str:
        # While the first step of the rescue is on its way, the dialplan has done it all.
        if action["variable"] != "LOST":
            return success(action)
        ended = event("Hangup", Uniqueid="17.1", Channel=HANDLE, Cause=16)
        found = event("AgentConnect", Uniqueid=scene.call_id, MemberName=RUI, DestChannel=f"{new[:-1]}1")
        return ended + found + success(action)

    scene.fake.answers["setvar"] = setvar
    await scene.fake.say(event("Hangup", Uniqueid=leg(ANA), Channel="PJSIP/1011-1", Cause=16))
    await scene.product.wait_for(CallConnected, operator=RUI)
    await until(lambda: not len(scene.service.lanes), "all steps are done")

    assert new not in [one["channel"] for one in scene.fake.sent("Hangup")]
    assert not [
        one for one in await scene.product.events() if isinstance(one, OperatorReleased) and one.operator == RUI
    ]


async def test_the_end_of_an_operators_older_leg_says_nothing_of_his_customer(scene: Scene) -> None:
    await scene.product.control(HoldCall("acme", scene.call_id, ANA))
    await scene.product.wait_for(CallHeld)

    await scene.fake.say(event("Hangup", Uniqueid="op-1011-s0", Channel="PJSIP/1011-0", Cause=16))
    await scene.product.control(HoldCall("beta", scene.call_id, ANA))

    await scene.product.wait_for(CommandFailed, schema="beta")
    assert not [one for one in await scene.product.events() if isinstance(one, OperatorReleased)]


async def test_another_company_hangs_up_nobodys_call(scene: Scene) -> None:
    await scene.product.control(HangUpCall(scene.call_id, "beta", "operator"))

    (refused,) = await scene.product.wait_for(CommandFailed)
    assert (refused.schema, refused.command) == ("beta", "HangUpCall")
    assert scene.fake.sent("Hangup") == []
