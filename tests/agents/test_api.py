"""The operator's own API, his supervisor's, and that neither reaches another company."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django_tenants.utils import schema_context

from accounts.choices import Role
from agents import actions
from agents.models import OperatorSession
from agents.switch_reports import Connection
from common.clock import now
from telephony.bus import keys
from tests.factories.world import World, agents_leg_up

API = "/api/v1/"


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"{API}{path}", data=json.dumps(body or {}), content_type="application/json")


def test_an_operator_works_a_shift(world: World) -> None:
    operator = world.operator()
    campaign = world.campaign(world.contact_list(), operators=(operator,), name="Novembro")
    client = world.client_of(operator.user)
    off = client.get(f"{API}shift/").json()
    assert off["state"] == "off"
    assert off["available_campaigns"] == [{"id": campaign.pk, "name": "Novembro", "state": "draft"}]

    started = post(client, "shift/", {"campaigns": [campaign.pk]})
    assert (started.status_code, started.json()["state"]) == (201, "connecting")
    assert post(client, "shift/").json()["code"] == "shift_open"
    call_id = uuid4()
    with schema_context("acme"):
        session = OperatorSession.objects.select_related("operator").get()
        agents_leg_up(session)
        with transaction.atomic():
            actions.apply_connections([Connection(operator.extension, call_id, now())])
    talking = client.get(f"{API}shift/").json()
    assert (talking["state"], talking["call"]) == ("talking", {"id": str(call_id)})
    assert post(client, "shift/pause/", {"reason": "rest"}).json()["pause_asked"] is True
    assert post(client, "shift/resume/").json()["pause_asked"] is False
    assert post(client, "shift/hangup/").status_code == 202
    assert post(client, "shift/finish-wrap-up/").json()["code"] == "wrong_state"
    ended = client.delete(f"{API}shift/").json()
    assert (ended["state"], ended["last_end_reason"]) == ("off", "operator")
    assert client.delete(f"{API}shift/").json()["code"] == "no_shift"


def test_refusals_say_whether_trying_again_helps(world: World) -> None:
    operator = world.operator()
    world.campaign(world.contact_list(), operators=(operator,))
    client = world.client_of(operator.user)
    world.redis.delete(keys.node_status("sim1"))
    answer = post(client, "shift/")
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "switch_away", True)
    assert post(client, "shift/pause/", {"reason": "rest"}).json()["code"] == "no_shift"
    assert post(client, "shift/", {"campaigns": ["x"]}).status_code == 400


def test_supervisors_see_operators_with_their_states(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    [session] = world.at_work(campaign)
    idle = world.operator()
    client = world.client_of(world.person(Role.SUPERVISOR))
    listed = {one["id"]: one for one in client.get(f"{API}operators/").json()["results"]}
    assert listed[idle.pk]["state"] == "off"
    assert listed[session.operator_id]["state"] == "free"
    assert listed[session.operator_id]["campaigns"] == [campaign.pk]
    assert post(client, f"operators/{session.operator_id}/end-shift/").json()["state"] == "off"
    with schema_context("acme"):
        assert OperatorSession.objects.get().end_reason == "supervisor"


def test_pause_reasons_come_with_the_company_and_more_can_be_added(world: World) -> None:
    supervisor, operator = world.client_of(world.person(Role.SUPERVISOR)), world.client_of(world.operator().user)
    codes = [one["code"] for one in operator.get(f"{API}pause-reasons/").json()["results"]]
    assert codes[:3] == ["rest", "meal", "personal"]
    code = f"reason-{uuid4().hex[:8]}"
    assert post(operator, "pause-reasons/", {"code": code, "name": "Mine"}).status_code == 403
    assert post(supervisor, "pause-reasons/", {"code": code, "name": "Ours", "limit_minutes": 5}).status_code == 201
    assert code in [one["code"] for one in operator.get(f"{API}pause-reasons/").json()["results"]]
    with schema_context("acme"):
        from agents.models import PauseReason

        PauseReason.objects.filter(code=code).delete()


def test_another_company_and_other_roles_reach_nothing(world: World, beta_world: World) -> None:
    campaign = world.campaign(world.contact_list())
    [session] = world.at_work(campaign)
    stranger = beta_world.client_of(beta_world.master)
    assert stranger.get(f"{API}operators/").json()["results"] == []
    assert stranger.get(f"{API}operators/{session.operator_id}/").status_code == 404
    assert post(stranger, f"operators/{session.operator_id}/end-shift/").status_code == 404
    colleague = world.client_of(world.operator().user)
    assert colleague.get(f"{API}operators/").status_code == 403
    assert colleague.get(f"{API}shift/").json()["state"] == "off"
    master = world.client_of(world.master)
    for path in ("shift/", "shift/pause/", "shift/resume/", "shift/finish-wrap-up/", "shift/hangup/"):
        assert post(master, path).status_code == 403
        assert post(Client(headers={"host": "acme.localhost"}), path).status_code == 401
    with schema_context("acme"):
        assert OperatorSession.objects.get().state == "free"


def test_extensions_begin_with_the_companys_prefix_and_never_meet(world: World, beta_world: World) -> None:
    mine = [world.operator().extension for _ in range(3)]
    theirs = [beta_world.operator().extension for _ in range(2)]
    assert mine == ["101001", "101002", "101003"]
    assert theirs == ["102001", "102002"]
