"""The lines over the API: global admins manage them, a company sees its own parts and no others'."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.parts import NodeParts, PhoneState, QueueState, TrunkState
from telephony.models import CallerId, InboundNumber, Trunk
from telephony.queues import allot, queue_of
from tenants.models import Company
from tests.factories.world import NODE, World

SECRET = "s3gredo-do-tronco"
TRUNK = {"name": "sul", "label": "Operadora Sul", "host": "sip.sul.example", "username": "u", "secret": SECRET}


@pytest.fixture
def admin(world: World) -> Client:
    return world.admin()


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(client, method)(path, **data)


def company(schema: str) -> Company:
    found: Company = Company.objects.get(schema_name=schema)
    return found


def test_a_trunk_is_made_changed_and_deleted_and_its_secret_is_written_only(world: World, admin: Client) -> None:
    made = send(admin, "post", "/api/v1/trunks/", TRUNK | {"companies": [company("acme").pk], "strip": "55"})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["has_secret"], body["companies"], body["codecs"]) == (True, [company("acme").pk], ["alaw", "ulaw"])
    path = f"/api/v1/trunks/{body['id']}/"
    changed = send(admin, "patch", path, {"channel_limit": 60, "companies": []}).json()
    assert (changed["channel_limit"], changed["companies"], changed["has_secret"]) == (60, [], True)
    [wanted] = json.loads(world.redis.get(keys.TRUNKS))
    assert (wanted["secret"], wanted["channel_limit"]) == (SECRET, 60)
    for answer in (made, admin.get(path), admin.get("/api/v1/trunks/"), admin.get(f"{path}status/")):
        assert SECRET not in answer.content.decode()
    assert send(admin, "patch", path, {"secret": ""}).json()["has_secret"] is False
    assert send(admin, "patch", path, {"name": "norte"}).status_code == 400
    assert send(admin, "post", "/api/v1/trunks/", TRUNK).json()["code"] == "trunk_name_taken"
    assert send(admin, "delete", path).status_code == 204
    assert not Trunk.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "a\r\nb"),
        ("host", "[::1]"),
        ("secret", "a\nb"),
        ("prefix", "0@x"),
        ("strip", "x"),
        ("codecs", ["mp3"]),
        ("codecs", []),
        ("inbound_hosts", ["10.0.0.0/99"]),
        ("port", 0),
        ("priority", 10),
        ("companies", ["x"]),
        ("transport", "sctp"),
        ("registers", "maybe"),
    ],
)
def test_wrong_settings_are_told_by_field(world: World, admin: Client, field: str, value: Any) -> None:
    answer = send(admin, "post", "/api/v1/trunks/", TRUNK | {field: value})
    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_an_unknown_company_gets_no_trunk(world: World, admin: Client) -> None:
    answer = send(admin, "post", "/api/v1/trunks/", TRUNK | {"companies": [9_999_999]})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_company")
    assert not Trunk.objects.exists()


def test_a_trunk_with_calls_up_is_not_deleted(world: World, admin: Client) -> None:
    pk = send(admin, "post", "/api/v1/trunks/", TRUNK).json()["id"]
    parts = NodeParts(NODE, to_us(now()), [TrunkState("sul", "up", channels=3, round_trip_ms=8.5)])
    world.redis.set(keys.parts(NODE), parts.to_json())
    answer = send(admin, "delete", f"/api/v1/trunks/{pk}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "trunk_in_use")
    status = admin.get(f"/api/v1/trunks/{pk}/status/").json()
    assert (status["state"], status["channels"], status["nodes"][0]["node"]) == ("up", 3, NODE)


def test_a_test_call_is_placed_watched_and_refused_where_it_makes_no_sense(world: World, admin: Client) -> None:
    pk = send(admin, "post", "/api/v1/trunks/", TRUNK).json()["id"]
    path = f"/api/v1/trunks/{pk}/test-calls/"
    for body, code in (
        ({"number": "190"}, "number_refused"),
        ({"number": "11987654321", "node": "nowhere"}, "unknown_node"),
    ):
        answer = send(admin, "post", path, body)
        assert answer.json()["code"] == code
    placed = send(admin, "post", path, {"number": "11987654321"})
    assert (placed.status_code, placed.json()["state"]) == (201, "placed")
    assert send(admin, "post", path, {"number": "11987654321"}).json()["code"] == "test_call_running"
    assert [call["id"] for call in admin.get(path).json()] == [placed.json()["id"]]
    assert admin.get(f"/api/v1/test-calls/{placed.json()['id']}/").json()["sentence"]
    send(admin, "patch", f"/api/v1/trunks/{pk}/", {"is_active": False})
    assert send(admin, "post", path, {"number": "11987654321"}).json()["code"] == "trunk_not_in_use"


def test_a_node_is_taken_out_and_in(world: World, admin: Client) -> None:
    path = f"/api/v1/nodes/{NODE}/"
    assert send(admin, "patch", path, {"takes_calls": False}).json()["takes_calls"] is False
    assert admin.get("/api/v1/switch/").json()["nodes"][0]["takes_calls"] is False
    assert send(admin, "patch", path, {"takes_calls": True}).json()["takes_calls"] is True
    assert send(admin, "patch", "/api/v1/nodes/nowhere/", {"takes_calls": True}).status_code == 404
    assert send(admin, "patch", path, {}).status_code == 400


def test_numbers_are_given_and_a_company_leads_its_own_to_a_campaign(
    world: World, beta_world: World, admin: Client
) -> None:
    shown = send(
        admin, "post", "/api/v1/company-caller-ids/", {"company": company("acme").pk, "number": "(11) 3003-4410"}
    )
    assert (shown.status_code, shown.json()["number"]) == (201, "+551130034410")
    called = send(admin, "post", "/api/v1/company-numbers/", {"company": company("acme").pk, "number": "1130034411"})
    assert called.status_code == 201
    taken = send(admin, "post", "/api/v1/company-numbers/", {"company": company("beta").pk, "number": "1130034411"})
    assert taken.json()["code"] == "number_taken"

    mine, theirs = world.client_of(world.master), beta_world.client_of(beta_world.master)
    assert [row["number"] for row in mine.get("/api/v1/caller-ids/").json()["results"]] == ["+551130034410"]
    assert theirs.get("/api/v1/caller-ids/").json()["results"] == []
    campaign = world.campaign(world.contact_list(1))
    path = f"/api/v1/numbers/{called.json()['id']}/"
    assert send(theirs, "patch", path, {"campaign_id": campaign.pk}).status_code == 404
    assert send(mine, "patch", path, {"campaign_id": 9_999_999}).json()["code"] == "unknown_campaign"
    assert send(mine, "patch", path, {"campaign_id": campaign.pk}).json()["campaign_id"] == campaign.pk
    assert world.redis.hgetall(keys.NUMBERS) == {}, "a draft takes no calls"
    world.start(campaign)
    [wanted] = [json.loads(text) for text in world.redis.hgetall(keys.NUMBERS).values()]
    assert (wanted["number"], wanted["schema"], wanted["campaign_id"]) == ("+551130034411", "acme", campaign.pk)
    assert wanted["queue"] == queue_of("acme", campaign.pk)
    assert int(wanted["variables"]["QTIMEOUT"]) > 2, "who calls by himself waits longer than who was called"
    send(mine, "patch", path, {"campaign_id": None})
    assert world.redis.hgetall(keys.NUMBERS) == {}
    send(admin, "delete", f"/api/v1/company-numbers/{called.json()['id']}/")
    send(admin, "delete", f"/api/v1/company-caller-ids/{shown.json()['id']}/")
    assert (InboundNumber.objects.count(), CallerId.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "path"), [(CallerId, "/api/v1/company-caller-ids/"), (InboundNumber, "/api/v1/company-numbers/")]
)
def test_numbers_are_found_as_on_their_page(
    world: World, beta_world: World, admin: Client, kind: type[CallerId | InboundNumber], path: str
) -> None:
    kind.objects.create(company=company("acme"), number="+551130034410", label="Central")
    kind.objects.create(company=company("beta"), number="+558007771234", is_active=False)

    def found(query: str) -> list[str]:
        return [row["number"] for row in admin.get(f"{path}?{query}").json()["results"]]

    assert found("search=3003-44") == found("search=central") == found("is_active=true") == ["+551130034410"]
    assert found("search=beta") == found(f"company={company('beta').pk}") == ["+558007771234"]
    assert found("search=firm9") == []
    assert len(found("")) == 2


def test_another_companys_caller_id_is_refused_in_a_campaign(world: World, beta_world: World) -> None:
    theirs = CallerId.objects.create(company=company("beta"), number="+551130034419")
    mine = CallerId.objects.create(company=company("acme"), number="+551130034410")
    client = world.client_of(world.master)
    answer = send(client, "post", "/api/v1/campaigns/", {"name": "A", "caller_ids": [mine.pk, theirs.pk]})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_caller_id")
    made = send(
        client, "post", "/api/v1/campaigns/", {"name": "A", "caller_ids": [mine.pk], "caller_id_rotation": "local"}
    ).json()
    assert (made["caller_ids"], made["caller_id_rotation"]) == ([mine.pk], "local")
    answer = send(client, "patch", f"/api/v1/campaigns/{made['id']}/", {"caller_ids": [theirs.pk]})
    assert answer.json()["code"] == "unknown_caller_id"
    assert send(client, "patch", f"/api/v1/campaigns/{made['id']}/", {"caller_ids": []}).json()["caller_ids"] == []


def test_a_company_sees_its_own_phones_and_queues_and_no_others(world: World, beta_world: World) -> None:
    queues = {schema: allot(schema, 7) for schema in ("acme", "beta")}
    parts = NodeParts(
        NODE, to_us(now()), [TrunkState("sul", "up")],
        [PhoneState("101001", "acme", "s", "registered", leg_up=True), PhoneState("102001", "beta", "s", "ready")],
        [QueueState(queues["acme"], waiting=3, members=2), QueueState(queues["beta"], waiting=9, members=1)],
    )  # fmt: skip
    world.redis.set(keys.parts(NODE), parts.to_json())
    seen = world.client_of(world.master).get("/api/v1/switch/").json()
    assert [phone["phone"] for phone in seen["phones"]] == ["101001"]
    assert seen["queues"] == [{"campaign_id": 7, "waiting": 3, "talking": 0, "members": 2, "free": 0}]
    assert "sul" not in json.dumps(seen)
    operator = world.client_of(world.operator().user).get("/api/v1/switch/").json()
    assert (operator["phones"], operator["queues"]) == ([], [])
