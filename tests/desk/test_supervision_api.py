"""Supervision over the API: for supervisors of the company, and nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_tenants.utils import schema_context

from accounts.choices import Role
from agents.actions import apply_connections
from agents.models import Operator, OperatorSession, Supervision
from agents.supervising import apply_phone_events, do_listen
from agents.supervisor_phones import phone_of
from agents.switch_reports import Connection
from calls.consumer import Consumer
from calls.models import Call, Disposition
from campaigns.models import Campaign
from common.clock import now, to_us
from contacts.models import Contact
from desk import snapshots
from live.topics import Viewer
from telephony.bus import keys
from telephony.bus.commands import HangUpCall, HoldTaken, ResumeTaken
from telephony.bus.events import CallHeld, CallResumed, ListenChanged, PhoneChanged
from telephony.bus.status import NodeStatus
from tests.factories.calls import build_call, put
from tests.factories.meeting import meet
from tests.factories.world import NODE, World, beta_world, committed, world

__all__ = ["beta_world", "committed", "world"]

API = "/api/v1/supervision/"


@pytest.fixture
def campaign(world: World) -> Campaign:
    return world.campaign(world.contact_list(), name="Consignado")


@pytest.fixture
def session(world: World, campaign: Campaign) -> OperatorSession:
    return world.at_work(campaign)[0]


@pytest.fixture
def boss(world: World) -> Client:
    world.people["boss"] = world.person(Role.SUPERVISOR)
    return world.client_of(world.people["boss"])


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"{API}{path}", data=json.dumps(body or {}), content_type="application/json")


def talk(world: World, session: OperatorSession, campaign: Campaign) -> Call:
    with schema_context("acme"), transaction.atomic():
        contact = Contact.objects.first()
        assert contact is not None
        call = build_call(campaign_id=campaign.pk, contact_id=contact.pk, created_at=now(), connected_at=now())
        call.state, call.operator_id = "talking", session.operator_id
        call.save()
        apply_connections([Connection(session.operator.extension, call.pk, now())])
    return call


def hear(world: World, session: OperatorSession, mode: str, state: str = "up") -> None:
    with schema_context("acme"), transaction.atomic():
        phone = phone_of(world.people["boss"].pk)
        assert phone is not None
        event = ListenChanged(
            NODE, to_us(now()), "acme", phone.extension, phone.session, session.operator.extension, mode, state
        )
        apply_phone_events([event])


def test_two_clicks_lead_from_the_wallboard_to_helping(
    world: World, session: OperatorSession, campaign: Campaign, boss: Client
) -> None:
    call = talk(world, session, campaign)
    panel = boss.get(f"{API}operators/{session.operator_id}/").json()
    assert panel["shift"]["state"] == "talking"
    assert panel["call"]["id"] == str(call.pk)
    assert panel["call"]["campaign"] == {"id": campaign.pk, "name": "Consignado"}
    assert panel["call"]["customer"].startswith("Contact")
    assert panel["call"]["number"] == "(11) •••••-4321"

    opened = post(boss, "phone/", {"operator": session.operator_id})
    assert (opened.status_code, opened.json()["state"], opened.json()["account"]) == (201, "opening", None)
    asked = post(boss, f"operators/{session.operator_id}/listen/", {"mode": "whisper"})
    assert asked.status_code == 202
    hear(world, session, "whisper")
    hearing = boss.get(API).json()["hearing"]
    assert (hearing["operator"], hearing["mode"], hearing["state"]) == (session.operator_id, "whisper", "up")
    assert boss.get(f"{API}operators/{session.operator_id}/").json()["listeners"][0]["mode"] == "whisper"
    assert post(boss, "listening/stop/").json()["hearing"] is None
    assert post(boss, "listening/stop/").json()["code"] == "not_listening"


def test_only_the_answer_that_opens_the_phone_has_its_password(
    world: World, session: OperatorSession, boss: Client
) -> None:
    at_us = to_us(now())
    status = NodeStatus(NODE, "up", at_us, at_us, cps_limit=9, channel_limit=9, phone_url="wss://switch.example/ws")
    world.redis.set(keys.node_status(NODE), status.to_json())
    opened = post(boss, "phone/")
    account = opened.json()["account"]
    assert account["uri"] == "sip:101999@switch.example"
    assert opened["Cache-Control"] == "no-store"

    assert account["password"] not in boss.get(API).content.decode()
    assert boss.get(API).json()["phone"]["in_this_browser"] is True
    elsewhere = world.client_of(world.people["boss"])
    assert elsewhere.get(API).json()["phone"]["in_this_browser"] is False
    assert boss.delete(f"{API}phone/?session=s-other").status_code == 204
    assert boss.get(API).json()["phone"]["state"] == "opening"
    assert boss.delete(f"{API}phone/?session={opened.json()['session']}").status_code == 204
    assert boss.get(API).json()["phone"]["state"] == "off"


def test_logging_out_closes_the_phone_of_that_browser_only(
    world: World, session: OperatorSession, boss: Client
) -> None:
    elsewhere = world.client_of(world.people["boss"])
    post(boss, "phone/")
    elsewhere.post("/logout/")
    with schema_context("acme"):
        assert phone_of(world.people["boss"].pk) is not None
    boss.post("/logout/")
    with schema_context("acme"):
        assert phone_of(world.people["boss"].pk) is None


def test_a_customer_taken_over_is_hung_up_and_disposed_of_by_the_supervisor(
    world: World, session: OperatorSession, campaign: Campaign, boss: Client
) -> None:
    assert post(boss, "taken/hang-up/").json()["code"] == "nothing_taken"
    call = talk(world, session, campaign)
    post(boss, "phone/")
    post(boss, f"operators/{session.operator_id}/listen/")
    assert post(boss, f"operators/{session.operator_id}/take-over/").json()["code"] == "not_listening"
    hear(world, session, "listen")
    assert post(boss, f"operators/{session.operator_id}/take-over/").status_code == 202
    hear(world, session, "taken_over")
    taken = boss.get(API).json()["taken"]
    assert (taken["call"]["id"], taken["on"]) == (str(call.pk), True)
    assert post(boss, "taken/hang-up/").status_code == 202
    assert isinstance(world.control_commands()[-1], HangUpCall)
    hear(world, session, "taken_over", "ended")
    with schema_context("acme"):
        code = Disposition.objects.create(code="closed", name="Fechou").code
    assert post(boss, "taken/disposition/", {"disposition": "nothing"}).json()["code"] == "unknown_disposition"
    assert post(boss, "taken/disposition/", {"disposition": code, "note": "Fechou"}).json()["taken"]["note"] == "Fechou"
    assert post(boss, "taken/settle/").json()["taken"] is None
    with schema_context("acme"):
        Disposition.objects.filter(code=code).delete()


def test_a_customer_taken_over_is_held_and_taken_back_by_the_supervisor(
    world: World, session: OperatorSession, campaign: Campaign, boss: Client
) -> None:
    assert post(boss, "taken/hold/").json()["code"] == "nothing_taken"
    call = talk(world, session, campaign)
    phone = post(boss, "phone/").json()["session"]
    post(boss, f"operators/{session.operator_id}/listen/")
    hear(world, session, "listen")
    assert post(boss, "taken/hold/").json()["code"] == "nothing_taken"
    hear(world, session, "taken_over")
    consumer = Consumer(world.redis, block_ms=1)
    consumer.startup()

    def tell(kind: type[CallHeld | CallResumed], at_us: int) -> None:
        put(world.redis, kind(NODE, at_us, "acme", campaign.pk, str(call.pk), "101999"))
        while entries := consumer._read(">"):
            consumer.consume(entries)

    assert post(boss, "taken/hold/").status_code == 202
    assert world.control_commands()[-1] == HoldTaken("acme", "101999", phone, str(call.pk))
    at_us = to_us(now())
    tell(CallHeld, at_us)
    assert boss.get(API).json()["taken"]["held_since_us"] == at_us
    assert post(boss, "taken/resume/").status_code == 202
    assert world.control_commands()[-1] == ResumeTaken("acme", "101999", phone, str(call.pk))
    tell(CallResumed, at_us + 4_000_000)
    assert boss.get(API).json()["taken"]["held_since_us"] is None
    with schema_context("acme"):
        assert Call.objects.get(pk=call.pk).hold_ms == 4_000


def test_messages_go_to_one_or_all_and_come_back_as_read(world: World, session: OperatorSession, boss: Client) -> None:
    assert post(boss, "messages/", {"text": "Oi", "operators": [session.operator_id]}).status_code == 201
    assert post(boss, "messages/", {"text": "A todos"}).status_code == 201
    assert post(boss, "messages/", {"text": "Oi", "operators": [99_999_999]}).status_code == 404
    assert post(boss, "messages/", {"text": " "}).json()["code"] == "invalid"
    messages = boss.get(f"{API}operators/{session.operator_id}/").json()["messages"]
    assert [(one["text"], one["read_us"]) for one in messages] == [("A todos", None), ("Oi", None)]


def test_the_wallboards_calls_are_asked_for_by_id(
    world: World, session: OperatorSession, campaign: Campaign, boss: Client
) -> None:
    call = talk(world, session, campaign)
    assert [one["id"] for one in boss.get(f"{API}talks/?calls={call.pk}").json()["talks"]] == [str(call.pk)]
    assert boss.get(f"{API}talks/?calls=x").json()["code"] == "invalid"


def test_the_wallboard_begins_with_calls_listeners_and_what_is_owed(
    world: World, session: OperatorSession, campaign: Campaign, boss: Client
) -> None:
    call = talk(world, session, campaign)
    post(boss, "phone/")
    post(boss, f"operators/{session.operator_id}/listen/")
    hear(world, session, "listen")
    with schema_context("acme"):
        board = snapshots.wallboard("acme", Viewer("acme", 1, ("wallboard",), "pt-br"))

    assert board["talks"][0]["id"] == str(call.pk)
    assert board["supervising"][0]["operator"] == session.operator_id
    assert board["operators"][0]["phone"] == "expected"
    assert {due["code"] for due in board["dues"]} >= {"rest_due", "meal_due"}


def test_an_operator_is_refused_and_another_company_finds_nobody(
    world: World, beta_world: World, session: OperatorSession, campaign: Campaign, boss: Client
) -> None:
    talk(world, session, campaign)
    with schema_context("acme"):
        operator = world.client_of(session.operator.user)
    stranger = beta_world.client_of(beta_world.master)
    paths = ["listen/", "take-over/", "pause/", "free/"]
    for path in paths:
        body = {"reason": "rest"}
        assert post(operator, f"operators/{session.operator_id}/{path}", body).status_code == 403
        assert post(stranger, f"operators/{session.operator_id}/{path}", body).status_code == 404
    assert operator.get(API).status_code == 403
    assert stranger.get(f"{API}operators/{session.operator_id}/").status_code == 404
    assert post(stranger, "phone/", {"operator": session.operator_id}).status_code == 404
    assert post(stranger, "messages/", {"text": "Oi", "operators": [session.operator_id]}).status_code == 404
    call_id = world.calls()[0].pk
    assert stranger.get(f"{API}talks/?calls={call_id}").json() == {"talks": []}
    with schema_context("beta"):
        assert snapshots.wallboard("beta", Viewer("beta", 1, ("wallboard",), "pt-br"))["supervising"] == []
        assert not Operator.objects.exists()


def test_the_phone_of_one_company_is_no_phone_of_another(
    world: World, beta_world: World, session: OperatorSession, boss: Client
) -> None:
    opened = post(boss, "phone/").json()
    with schema_context("beta"), transaction.atomic():
        event = PhoneChanged(NODE, to_us(now()), "beta", "101999", opened["session"], "registered")
        apply_phone_events([event])
    assert boss.get(API).json()["phone"]["state"] == "opening"


def test_two_clicks_at_once_begin_one_stretch(world: World, session: OperatorSession, boss: Client) -> None:
    post(boss, "phone/")
    user = world.people["boss"]
    with schema_context("acme"):
        operator = Operator.objects.get(pk=session.operator_id)

    raised = meet(
        lambda: do_listen(operator, "listen", acting_user=user), lambda: do_listen(operator, "listen", acting_user=user)
    )

    assert raised is None
    with schema_context("acme"):
        assert Supervision.objects.filter(user=user).count() == 1
