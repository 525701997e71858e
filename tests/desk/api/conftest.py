"""An operator at his desk: a browser, a campaign that runs, and the switch's reports as the consumer takes them in."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from agents.models import Operator, OperatorSession
from billing import decks
from billing.defaults import ensure_default_deck
from calls.consumer import Consumer
from calls.defaults import create_default_dispositions
from calls.models import Call, Disposition
from campaigns.models import Campaign
from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.commands import Originate
from telephony.bus.events import (
    CallAnswered,
    CallConnected,
    CallDialed,
    CallEnded,
    OperatorLegUp,
    PhoneChanged,
    SwitchEvent,
)
from telephony.bus.status import NodeStatus
from tests.factories.calls import put
from tests.factories.world import NODE, World, beta_world, committed, world

__all__ = ["beta_world", "committed", "world"]

PHONE_URL = "wss://voz.example/sip"
_ticks = itertools.count(1)


@dataclass
class Switch:
    """The node, as far as the product hears it; events are consumed at once."""

    world: World
    consumer: Consumer

    def tell(self, *events: SwitchEvent) -> None:
        put(self.world.redis, *events)
        while entries := self.consumer._read(">"):
            self.consumer.consume(entries)

    def say(self, kind: type[Any], /, *, at_us: int | None = None, **fields: Any) -> None:
        """Report one event of this kind, now; ``node`` and ``schema`` are filled in."""
        known = {one.name for one in dataclasses.fields(kind)}
        values = {"node": NODE, "at_us": at_us or self.instant(), "schema": self.world.schema} | fields
        self.tell(kind(**{name: value for name, value in values.items() if name in known}))

    def instant(self) -> int:
        """The present, later each time: two reports never share a microsecond."""
        return to_us(now()) + next(_ticks)

    def of_call(self, kind: type[Any], call: Call, /, **fields: Any) -> None:
        self.say(kind, campaign_id=call.campaign_id, call_id=str(call.pk), **fields)

    def answer(self, call: Call) -> None:
        self.of_call(CallDialed, call)
        self.of_call(CallAnswered, call)

    def connect(self, call: Call, operator: Operator) -> None:
        self.answer(call)
        self.of_call(CallConnected, call, operator=operator.extension)

    def end(self, call: Call, cause: int = 16, **fields: Any) -> None:
        self.of_call(CallEnded, call, cause=cause, **fields)

    def phone_up(self, session: OperatorSession, *, makes_phones: bool = False) -> None:
        extension = session.operator.extension
        if makes_phones:
            self.say(PhoneChanged, phone=extension, session=str(session.pk), state="registered")
        self.say(OperatorLegUp, operator=extension, session=str(session.pk))


@dataclass
class Desk:
    """One operator, with the browser that he sits at."""

    world: World
    operator: Operator
    browser: Client
    tab: str = "tab-1"
    calls: list[Call] = field(default_factory=list)

    def state(self, *, tab: str | None = None) -> dict[str, Any]:
        answer = self.browser.get("/api/v1/desk/", headers={"X-Desk-Tab": tab or self.tab})
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def send(self, method: str, path: str, *, tab: str | None = None, **body: Any) -> Any:
        return getattr(self.browser, method)(
            f"/api/v1/desk/{path}",
            data=body,
            content_type="application/json",
            headers={"X-Desk-Tab": tab or self.tab},
        )

    def do(self, path: str, *, method: str = "post", **body: Any) -> dict[str, Any]:
        """Ask for something that must succeed; give the new state."""
        answer = self.send(method, path, **body)
        assert answer.status_code == 200, (answer.status_code, answer.content)
        return dict(answer.json())

    def refused(self, path: str, *, method: str = "post", **body: Any) -> str:
        """Ask for something that must be refused; give the code."""
        answer = self.send(method, path, **body)
        assert answer.status_code >= 400, answer.content
        return str(answer.json()["code"])

    @property
    def session(self) -> OperatorSession:
        with schema_context(self.world.schema):
            return OperatorSession.objects.select_related("operator__user").get(
                operator=self.operator, ended_at__isnull=True
            )


@pytest.fixture
def switch(world: World) -> Switch:
    made = Consumer(world.redis, block_ms=1)
    made.startup()
    return Switch(world, made)


@pytest.fixture(autouse=True)
def deck(world: World) -> Iterator[None]:
    """Prices: without them nobody dials by hand."""
    with schema_context("public"):
        made = ensure_default_deck()
    decks.forget()
    yield
    with schema_context("public"):
        made.delete()
    decks.forget()


@pytest.fixture(autouse=True)
def dispositions(world: World) -> Iterator[None]:
    """Those that a company begins with, gone afterwards."""
    with schema_context("acme"):
        create_default_dispositions()
    yield
    with schema_context("acme"):
        Disposition.objects.all().delete()


@pytest.fixture
def campaign(world: World) -> Campaign:
    """Runs; wraps up for half a minute."""
    made = world.campaign(world.contact_list(5, phones=2), name="Cobrança", wrap_up_s=30)
    world.start(made)
    with schema_context("acme"):
        return Campaign.objects.get(pk=made.pk)


@pytest.fixture
def sit_down(world: World, switch: Switch, campaign: Campaign) -> Callable[..., Desk]:
    """``sit_down()`` → an operator of the campaign, free, at his desk."""

    def make(*, makes_phones: bool = False, of: Campaign | None = None) -> Desk:
        from campaigns.actions import do_set_operators

        chosen = of or campaign
        operator = world.operator()
        with schema_context(world.schema):
            known = dict(chosen.campaign_operators.values_list("operator_id", "penalty"))
            do_set_operators(chosen, known | {operator.pk: 0}, acting_user=None)
        if makes_phones:
            provision(world)
        desk = Desk(world, operator, world.client_of(operator.user))
        desk.do("shift/start/")
        switch.phone_up(desk.session, makes_phones=makes_phones)
        return desk

    return make


def provision(world: World) -> None:
    """From now on the node makes phones for browsers."""
    at_us = to_us(now())
    status = NodeStatus(
        node=NODE, state="up", since_us=at_us, at_us=at_us, cps_limit=100, channel_limit=500, phone_url=PHONE_URL
    )
    world.redis.set(keys.node_status(NODE), status.to_json())


@pytest.fixture
def desk(sit_down: Callable[..., Desk]) -> Desk:
    return sit_down()


@pytest.fixture
def make_call(world: World, campaign: Campaign) -> Callable[[], Call]:
    """``make_call()`` → a call that the dialer has just launched to the campaign's next contact."""

    def make(of: Campaign | None = None) -> Call:
        from campaigns.claim import claim_contacts
        from campaigns.lines import Allotment

        with schema_context(world.schema):
            claimed = claim_contacts((of or campaign).pk, [Allotment(NODE, "trunk", 1)], now=now())
            return claimed.calls[0]

    return make


@pytest.fixture
def talking(desk: Desk, switch: Switch, make_call: Callable[[], Call]) -> Call:
    """A call that the desk's operator talks on."""
    call = make_call()
    switch.connect(call, desk.operator)
    return call


def last_dialed(world: World) -> Originate:
    commands = world.dial_commands()
    assert commands
    command: Originate = commands[-1]
    return command


def fresh(call: Call | UUID | str) -> Call:
    with schema_context("acme"):
        return Call.objects.select_related("disposition").get(pk=call.pk if isinstance(call, Call) else call)
