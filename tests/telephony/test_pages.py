"""The platform's pages of switches, trunks and numbers: what they say, refuse and never show."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from django_tenants.utils import schema_context

from accounts.models import AuditEntry
from common.clock import now, to_us
from telephony import overview
from telephony.bus import keys
from telephony.bus.parts import NodeParts, PhoneState, QueueState, TrunkState
from telephony.models import CallerId, InboundNumber, SwitchNode, Trunk
from telephony.provisioning import publish_wanted
from tenants.models import Company
from tests.factories.world import NODE, World

SECRET = "s3gredo-do-tronco"
VALUES = {
    "label": "Operadora Sul", "name": "sul", "host": "sip.sul.example", "port": "5060", "transport": "udp",
    "username": "cadencia", "secret": SECRET, "registers": "on", "codecs": ["alaw"], "qualify_s": "30",
    "cps_limit": "10", "channel_limit": "60", "priority": "2", "strip": "55", "prefix": "0", "is_active": "on",
}  # fmt: skip


@pytest.fixture
def admin(world: World) -> Client:
    return world.admin()


def acme() -> Company:
    company: Company = Company.objects.get(schema_name="acme")
    return company


def tell_parts(world: World, *trunks: TrunkState) -> None:
    parts = NodeParts(
        NODE, to_us(now()), list(trunks),
        [PhoneState("101001", "acme", "1", "registered", leg_up=True), PhoneState("101002", "acme", "2", "ready")],
        [QueueState("q0001", waiting=3, talking=2, members=4), QueueState("q0002")],
    )  # fmt: skip
    world.redis.set(keys.parts(NODE), parts.to_json())


def test_a_trunk_is_made_provisioned_and_its_password_never_shown_again(world: World, admin: Client) -> None:
    answer = admin.post("/trunks/new/", VALUES | {"companies": [acme().pk]})
    made = Trunk.objects.get(name="sul")
    assert (answer.status_code, answer["Location"]) == (302, f"/trunks/{made.pk}/")
    assert SECRET not in made.sealed_secret
    [wanted] = json.loads(world.redis.get(keys.TRUNKS))
    assert (wanted["name"], wanted["secret"], wanted["strip"], wanted["prefix"]) == ("sul", SECRET, "55", "0")
    assert [command.__class__.__name__ for command in world.control_commands()] == ["Reprovision"]
    with schema_context("public"):
        entry = AuditEntry.objects.get(action="trunk.created")
        assert SECRET not in json.dumps(entry.detail)
    for path in ("/trunks/", f"/trunks/{made.pk}/", f"/trunks/{made.pk}/edit/", "/nodes/"):
        assert SECRET not in admin.get(path).content.decode()


def test_leaving_the_password_empty_keeps_it_and_a_tick_takes_it_away(world: World, admin: Client) -> None:
    admin.post("/trunks/new/", VALUES)
    made = Trunk.objects.get(name="sul")
    admin.post(f"/trunks/{made.pk}/edit/", VALUES | {"secret": "", "label": "Sul"})
    assert json.loads(world.redis.get(keys.TRUNKS))[0]["secret"] == SECRET
    admin.post(f"/trunks/{made.pk}/edit/", VALUES | {"secret": "", "registers": "", "forget_secret": "on"})
    assert json.loads(world.redis.get(keys.TRUNKS))[0]["secret"] == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "sip.sul.example\r\n[evil]"),
        ("host", "[2001:db8::1]"),
        ("host", "sip.sul.example:5060"),
        ("host", "sip sul"),
        ("host", "999.1.1.1"),
        ("name", "Sul"),
        ("name", "sul]"),
        ("name", "global"),
        ("label", " "),
        ("username", "a\nb"),
        ("username", ""),
        ("secret", "com espaço"),
        ("secret", "a;b"),
        ("port", "70000"),
        ("inbound_hosts", "10.0.0.0/8 [x]"),
        ("strip", "5a"),
        ("prefix", "0\r\nX: 1"),
        ("codecs", ["mp3"]),
    ],
)
def test_what_would_spoil_the_switchs_configuration_is_refused_beside_its_field(
    world: World, admin: Client, field: str, value: Any
) -> None:
    answer = admin.post("/trunks/new/", VALUES | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page or 'class="err"' in page
    assert "Operadora Sul" in page or field == "label", "what was typed is still there"
    assert SECRET not in page
    assert not Trunk.objects.exists()


def test_a_number_rule_is_shown_with_examples_while_it_is_typed(admin: Client) -> None:
    page = admin.get("/trunks/number-examples/", {"strip": "55", "prefix": "015"}).content.decode()
    assert "01511987654321" in page
    wrong = admin.get("/trunks/number-examples/", {"strip": "55", "prefix": "x"}).content.decode()
    assert 'class="err"' in wrong
    assert "11987654321</dd>" not in wrong


def test_a_second_trunk_of_one_name_is_refused_beside_the_name(admin: Client) -> None:
    admin.post("/trunks/new/", VALUES)
    answer = admin.post("/trunks/new/", VALUES)
    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.content.decode()


def test_a_rejected_trunk_is_shown_in_words_and_so_is_a_changed_key(world: World, admin: Client, settings: Any) -> None:
    admin.post("/trunks/new/", VALUES)
    made = Trunk.objects.get(name="sul")
    tell_parts(world, TrunkState("sul", "rejected", detail="401 Unauthorized"))
    page = admin.get("/trunks/").content.decode()
    assert "401 Unauthorized" in page
    assert "is-bad" in page
    settings.SECRET_KEY = "another key of more than fifty characters, as after a lost environment"
    assert not made.secret_is_readable
    publish_wanted()
    assert json.loads(world.redis.get(keys.TRUNKS)) == [], "no node gets a trunk that would only be refused"
    seen = overview.trunk(made, overview.read_now())
    assert seen.state == overview.SEALED
    with override("en"):
        assert "type the password again" in overview.trunk_advice(seen.state)


def test_a_trunk_that_carries_calls_or_has_numbers_is_not_deleted(world: World, admin: Client) -> None:
    admin.post("/trunks/new/", VALUES)
    made = Trunk.objects.get(name="sul")
    tell_parts(world, TrunkState("sul", "up", channels=7))
    refused = admin.post(f"/trunks/{made.pk}/delete/", follow=True).content.decode()
    assert "7" in refused
    assert Trunk.objects.filter(pk=made.pk).exists()
    tell_parts(world, TrunkState("sul", "up"))
    number = CallerId.objects.create(company=acme(), number="+551130034410", trunk=made)
    assert "+551130034410" in admin.post(f"/trunks/{made.pk}/delete/", follow=True).content.decode()
    number.delete()
    answer = admin.post(f"/trunks/{made.pk}/delete/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/trunks/"
    assert not Trunk.objects.exists()
    assert json.loads(world.redis.get(keys.TRUNKS)) == []


def test_switches_are_shown_with_all_that_they_report_and_their_age(world: World, admin: Client) -> None:
    world.node_up(channels=200, used=42)
    tell_parts(world, TrunkState("sul", "unreachable", round_trip_ms=12.4))
    page = admin.get("/nodes/").content.decode()
    for expected in (NODE, "42", "200", "sul", "data-since-us"):
        assert expected in page
    part = admin.get("/nodes/", {"node": NODE}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert f'id="node-{NODE}"' in part
    assert admin.get("/nodes/", {"node": "nowhere"}, headers={"HX-Request": "true"}).status_code == 404


def test_a_silent_switch_says_what_to_do(world: World, admin: Client) -> None:
    world.redis.delete(keys.node_status(NODE))
    assert "is-bad" in admin.get("/nodes/").content.decode()


def test_a_switch_is_taken_out_and_in_and_an_unknown_one_is_not(world: World, admin: Client) -> None:
    admin.post(f"/nodes/{NODE}/take-out/")
    assert not SwitchNode.objects.get(name=NODE).takes_calls
    assert json.loads(world.redis.get("tel:lineup"))["resting"] == [NODE]
    admin.post(f"/nodes/{NODE}/take-in/")
    assert SwitchNode.objects.get(name=NODE).takes_calls
    assert admin.post("/nodes/nowhere/take-out/").status_code == 404
    with schema_context("public"):
        assert AuditEntry.objects.filter(action__in=["node.taken_out", "node.taken_in"]).count() >= 2


def test_numbers_are_given_switched_off_and_taken_away(world: World, admin: Client) -> None:
    sent = {"caller_id-company": acme().pk, "caller_id-number": "(11) 3003-4410", "caller_id-label": "Central"}
    assert admin.post("/companies/numbers/caller-ids/add/", sent).status_code == 302
    row = CallerId.objects.get()
    assert (row.number, row.company.schema_name, row.trunk) == ("+551130034410", "acme", None)
    taken = admin.post("/companies/numbers/caller-ids/add/", sent | {"caller_id-number": "11 30034410"})
    assert taken.status_code == 422
    assert 'id="id_caller_id-number_error"' in taken.content.decode()
    admin.post(f"/companies/numbers/caller-ids/{row.pk}/toggle/")
    row.refresh_from_db()
    assert not row.is_active
    admin.post(f"/companies/numbers/caller-ids/{row.pk}/delete/")
    assert not CallerId.objects.exists()

    sent = {"inbound-company": acme().pk, "inbound-number": "0800 777 1234"}
    assert admin.post("/companies/numbers/inbound/add/", sent).status_code == 302
    inbound = InboundNumber.objects.get()
    assert inbound.number == "+558007771234"
    admin.post(f"/companies/numbers/inbound/{inbound.pk}/toggle/")
    admin.post(f"/companies/numbers/inbound/{inbound.pk}/delete/")
    assert not InboundNumber.objects.exists()


def test_numbers_are_paged_searched_and_acted_upon_where_they_stand(world: World, admin: Client) -> None:
    company = acme()
    CallerId.objects.bulk_create(
        CallerId(company=company, number=f"+55113003{at:04d}", label="<q>" if at == 7 else "") for at in range(60)
    )
    InboundNumber.objects.create(company=company, number="+558007771234")

    def numbers(path: str) -> list[str]:
        page = admin.get(path).content.decode()
        assert "<q>" not in page
        return re.findall(r'class="tel strong">([^<]+)<', page)

    assert [len(numbers(f"/companies/numbers/?page={page}")) for page in (1, 2)] == [50, 10]
    assert numbers("/companies/numbers/?search=3003-0007") == ["(11) 3003-0007"]
    assert numbers("/companies/numbers/?search=%3Cq") == ["(11) 3003-0007"]
    assert len(numbers("/companies/numbers/?search=acme&sort=-number")) == 50
    assert numbers("/companies/numbers/?search=firm9") == numbers("/companies/numbers/?state=off") == []
    assert numbers("/companies/numbers/inbound/?search=0800") == numbers("/companies/numbers/inbound/?state=on")

    row = CallerId.objects.get(number="+551130030055")
    where = f"/companies/numbers/caller-ids/{row.pk}/toggle/?search=acme&page=2"
    assert where.replace("&", "&amp;") in admin.get("/companies/numbers/?search=acme&page=2").content.decode()
    assert admin.post(where, {"active": "0"})["Location"] == "/companies/numbers/?search=acme&page=2"
    assert numbers("/companies/numbers/?state=off") == ["(11) 3003-0055"]
    gone = admin.post(where.replace("toggle", "delete"), headers={"HX-Request": "true"})
    assert gone["HX-Redirect"] == "/companies/numbers/?search=acme&page=2"
    csv = b"".join(admin.get("/companies/numbers/?search=0007&export=csv").streaming_content)  # type: ignore[attr-defined]
    assert csv.decode().count("\r\n") == 2


@pytest.mark.parametrize("number", ["190", "0900 123 4567", "11 3003\r\n4410x", "abc"])
def test_a_number_that_nobody_could_show_is_refused(world: World, admin: Client, number: str) -> None:
    sent = {"caller_id-company": acme().pk, "caller_id-number": number}
    assert admin.post("/companies/numbers/caller-ids/add/", sent).status_code == 422
    assert not CallerId.objects.exists()


def test_a_test_call_is_placed_and_its_result_is_told_in_words(world: World, admin: Client) -> None:
    from telephony.bus import events

    admin.post("/trunks/new/", VALUES)
    made = Trunk.objects.get(name="sul")
    answer = admin.post(f"/trunks/{made.pk}/test/", {"number": "11 98765-4321", "caller_id": ""})
    assert answer.status_code == 302
    [command] = [one for one in world.control_commands() if one.__class__.__name__ == "PlaceTestCall"]
    assert (command.trunk, command.number) == ("sul", "+5511987654321")
    again = admin.post(f"/trunks/{made.pk}/test/", {"number": "11 98765-4321"})
    assert again.status_code == 422, "one at a time"

    from telephony import test_calls

    at_us = to_us(now())
    ended = events.TestCallEnded(NODE, at_us, command.test_id, cause=21, tech_cause="403")
    test_calls.apply([ended, ended])
    page = admin.get(f"/trunks/{made.pk}/", {"part": "tests"}, headers={"HX-Request": "true"}).content.decode()
    assert "SIP 403" in page
    assert "is-bad" in page
    assert made.test_calls.get().state == "refused"
