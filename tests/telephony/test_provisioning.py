"""What nodes should have, in Redis: written, compared, repaired; and no password that can't be read."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from common.clock import now, to_us
from telephony import node_reports, test_calls
from telephony.actions import do_create_trunk
from telephony.bus import events, keys
from telephony.lineup import LINEUP
from telephony.models import InboundNumber, Trunk
from telephony.provisioning import publish_wanted
from telephony.secrets import UnreadableSecretError, seal, unseal
from telephony.tasks import provision
from telephony.test_results import sentence
from tenants.models import Company
from tests.factories.world import NODE, World


def trunk(**values: Any) -> Trunk:
    return do_create_trunk(name="sul", label="Sul", host="sip.example", acting_user=None, **values)


def told(world: World) -> int:
    return sum(command.__class__.__name__ == "Reprovision" for command in world.control_commands())


def test_what_has_not_changed_is_not_told_again(world: World) -> None:
    trunk()
    assert told(world) == 1
    assert publish_wanted() is False
    assert told(world) == 1


def test_an_emptied_redis_is_written_anew_and_the_nodes_are_told(world: World) -> None:
    trunk(secret="abc")
    world.redis.flushdb()
    provision()
    assert json.loads(world.redis.get(keys.TRUNKS))[0]["secret"] == "abc"
    assert world.redis.exists(LINEUP)
    assert told(world) == 1


def test_what_somebody_else_wrote_is_put_right(world: World) -> None:
    trunk()
    world.redis.set(keys.TRUNKS, "[]")
    world.redis.hset(keys.NUMBERS, "+551130030000", json.dumps({"schema": "acme"}))
    assert publish_wanted() is True
    assert len(json.loads(world.redis.get(keys.TRUNKS))) == 1
    assert world.redis.hgetall(keys.NUMBERS) == {}


def test_a_node_that_comes_up_finds_what_it_should_have(world: World) -> None:
    trunk()
    world.redis.delete(keys.TRUNKS)
    node_reports.apply([events.NodeUp(NODE, to_us(now()))], redis=world.redis)
    assert len(json.loads(world.redis.get(keys.TRUNKS))) == 1


def test_a_trunk_out_of_use_is_on_no_node(world: World) -> None:
    trunk(is_active=False)
    assert json.loads(world.redis.get(keys.TRUNKS)) == []


def test_with_redis_away_the_change_stands(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from redis import Redis

    with monkeypatch.context() as patch:
        patch.setattr("telephony.provisioning.client", lambda: Redis(port=1, socket_connect_timeout=1))
        trunk()
    assert Trunk.objects.count() == 1
    assert not world.redis.exists(keys.TRUNKS)
    provision()
    assert len(json.loads(world.redis.get(keys.TRUNKS))) == 1


def test_a_company_whose_tables_are_broken_keeps_its_numbers_and_spoils_no_others(
    world: World, beta_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import ProgrammingError
    from django_tenants.utils import schema_context

    from campaigns.numbers import do_lead_number
    from telephony import provisioning

    for one, number in ((world, "+551130034411"), (beta_world, "+552130034411")):
        row = InboundNumber.objects.create(company=Company.objects.get(schema_name=one.schema), number=number)
        campaign = one.campaign(one.contact_list(1))
        one.start(campaign)
        with schema_context(one.schema):
            do_lead_number(row.pk, campaign.pk, acting_user=None)
    assert set(world.redis.hkeys(keys.NUMBERS)) == {"+551130034411", "+552130034411"}
    real = provisioning._numbers_of

    def broken(schema: str, numbers: Any) -> Any:
        if schema == "beta":
            raise ProgrammingError("relation does not exist")
        return real(schema, numbers)

    monkeypatch.setattr(provisioning, "_numbers_of", broken)
    InboundNumber.objects.filter(number="+551130034411").update(is_active=False)
    publish_wanted()
    assert set(world.redis.hkeys(keys.NUMBERS)) == {"+552130034411"}


def test_a_secret_is_sealed_and_another_key_opens_nothing(settings: Any) -> None:
    sealed = seal("senha do tronco")
    assert "senha" not in sealed
    assert seal("senha do tronco") != sealed, "equal passwords look different"
    assert (unseal(sealed), unseal(""), seal("")) == ("senha do tronco", "", "")
    settings.SECRET_KEY = "x" * 60
    for text in (sealed, "rubbish", "á"):
        with pytest.raises(UnreadableSecretError):
            unseal(text)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"cause": 16, "answered_us": 5, "ringing_us": 3}, "answered"),
        ({"cause": 19, "tech_cause": "480", "ringing_us": 3}, "rang"),
        ({"cause": 17, "tech_cause": "486"}, "busy"),
        ({"cause": 1, "tech_cause": "404"}, "unknown_number"),
        ({"cause": 21, "tech_cause": "403"}, "refused"),
        ({"cause": 21, "tech_cause": "603"}, "refused"),
        ({"cause": 34, "tech_cause": "503"}, "congested"),
        ({"cause": 19, "tech_cause": "480"}, "unreachable"),
        ({"cause": 19, "tech_cause": ""}, "unreachable"),
        ({"cause": 0, "detail": "late"}, "failed"),
    ],
)
def test_a_test_calls_end_is_judged_by_its_causes(world: World, fields: dict[str, Any], state: str) -> None:
    call = test_calls.do_place_test_call(trunk(), "11987654321", acting_user=None)
    ended = events.TestCallEnded(NODE, to_us(now()), str(call.pk), **fields)
    node_reports.apply([ended, events.TestCallEnded(NODE, 1, "no uuid", cause=0)], redis=world.redis)
    call.refresh_from_db()
    assert call.state == state
    assert sentence(call)


def test_a_test_call_of_which_nothing_is_heard_is_given_up(world: World) -> None:
    call = test_calls.do_place_test_call(trunk(), "11987654321", acting_user=None)
    assert test_calls.expire(call.deadline_at) == 0
    assert test_calls.expire(call.deadline_at + timedelta(seconds=1)) == 1
    call.refresh_from_db()
    assert call.state == "silent"
