"""The API of campaigns, and that no company or role reaches what isn't its own."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from accounts.choices import Role
from campaigns import dialing
from tenants.shards import shard_of
from tests.factories.world import World

API = "/api/v1/campaigns/"


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(client, method)(path, **data)


def test_a_master_sets_a_campaign_up_and_drives_it(world: World) -> None:
    client = world.client_of(world.master)
    contact_list, operator = world.contact_list(5), world.operator()
    made = send(client, "post", API, {"name": "Novembro", "caller_id_rotation": "local", "wrap_up_s": 20})
    assert made.status_code == 201, made.content
    path = f"{API}{made.json()['id']}/"
    assert send(client, "post", f"{path}start/").json()["code"] == "no_list"
    assert send(client, "put", f"{path}lists/", {"lists": [contact_list.pk]}).json() == {"lists": [contact_list.pk]}
    body = {"operators": [{"id": operator.pk, "penalty": 1}]}
    assert send(client, "put", f"{path}operators/", body).json() == body
    assert send(client, "post", f"{path}start/").json()["state"] == "running"
    refused = send(client, "put", f"{path}lists/", {"lists": []})
    assert (refused.status_code, refused.json()["code"]) == (409, "last_list")
    changed = send(client, "patch", path, {"max_channels": 7}).json()
    assert (changed["max_channels"], changed["list_count"], changed["operator_count"]) == (7, 1, 1)
    assert send(client, "post", f"{path}pause/").json()["state"] == "paused"
    assert send(client, "post", f"{path}stop/").json()["state"] == "stopping"
    [listed] = client.get(API).json()["results"]
    assert listed["name"] == "Novembro"


def test_figures_say_what_goes_on(world: World) -> None:
    campaign = world.campaign(world.contact_list(30))
    world.at_work(campaign, 3)
    world.start(campaign)
    tick = dialing.dial(shard_of("acme"))
    assert tick is not None
    figures = world.client_of(world.master).get(f"{API}{campaign.pk}/figures/").json()
    assert figures["dialing"] == tick.launched
    assert figures["contacts"]["dialing"] == tick.launched
    assert figures["pacing"]["launch"] == tick.launched
    assert figures["pacing"]["free"] == 3
    assert str(tick.launched) in figures["pacing"]["sentence"]


def test_wrong_input_is_told_by_field(world: World) -> None:
    client = world.client_of(world.master)
    for field, value in (
        ("ring_timeout_s", 5),
        ("retry_minutes", {"busy": -1}),
        ("retry_minutes", {"nonsense": 1}),
        ("retry_minutes", {"busy": True}),
        ("caller_ids", ["x"]),
        ("caller_ids", 7),
        ("caller_id_rotation", "random"),
        ("target_abandon_rate", "0.5"),
        ("max_channels", 0),
        ("name", ""),
    ):
        answer = send(client, "post", API, {"name": "A", field: value})
        assert answer.status_code == 400, (field, value)
        assert field in answer.json()["fields"]
    world.campaign(name="Taken")
    answer = send(client, "post", API, {"name": "Taken"})
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


def test_another_company_finds_nothing(world: World, beta_world: World) -> None:
    campaign = world.campaign(world.contact_list(), name="Secret")
    theirs = beta_world.contact_list()
    stranger = beta_world.client_of(beta_world.master)
    assert stranger.get(API).json()["results"] == []
    path = f"{API}{campaign.pk}/"
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"{path}figures/").status_code == 404
    for verb in ("start", "pause", "stop"):
        assert send(stranger, "post", f"{path}{verb}/").status_code == 404
    assert send(stranger, "put", f"{path}lists/", {"lists": [theirs.pk]}).status_code == 404
    own = world.client_of(world.master)
    unknown = max(theirs.pk, world.contact_list().pk) + 1000
    assert send(own, "put", f"{path}lists/", {"lists": [unknown]}).json()["code"] == "unknown_list"


def test_roles_without_the_right_and_nobody_are_refused(world: World) -> None:
    campaign = world.campaign(world.contact_list())
    path = f"{API}{campaign.pk}/"
    operator = world.client_of(world.operator().user)
    supervisor = world.client_of(world.person(Role.SUPERVISOR))
    nobody = Client(headers={"host": "acme.localhost"})
    for client, refusal in ((operator, 403), (nobody, 401)):
        assert client.get(API).status_code == refusal
        assert send(client, "post", f"{path}start/").status_code == refusal
    assert send(supervisor, "post", API, {"name": "Mine"}).status_code == 403
    assert send(supervisor, "patch", path, {"name": "Mine"}).status_code == 403
    assert send(supervisor, "post", f"{path}start/").status_code == 200
