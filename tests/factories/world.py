"""Companies at work, really committed: for what happens after commits, at once, or in a process that dies.

Import the fixtures into a conftest. They replace the ``db`` fixture, which never commits.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django_tenants.utils import schema_context

from accounts.choices import Role
from accounts.models import User
from agents import actions as agents
from agents.enrolment import enrol
from agents.models import Operator, OperatorSession
from calls.models import Call
from campaigns import actions
from campaigns.models import Campaign
from common.clock import now, to_us
from contacts.models import Contact, ContactList, Phone
from live.redis import client as redis_client
from telephony.bus import keys
from telephony.bus.codec import decode
from telephony.bus.commands import CONTROL_TYPES, DIAL_TYPES
from telephony.bus.status import NodeStatus
from tenants.models import Company

NODE = "sim1"
_KEPT = ("django_migrations", "agents_pausereason", "calls_disposition", "billing_%", "tenants_%")
_numbers = itertools.count(1)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database, with real commits; both companies' rows are deleted afterwards."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connection.set_schema_to_public()  # type: ignore[attr-defined]
            for schema in ("acme", "beta"):
                _empty(schema)
            _empty_public()
            Company.objects.exclude(schema_name="public").update(max_channels=100, max_cps=10, status="approved")


def _empty(schema: str) -> None:
    with schema_context(schema), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s AND NOT tablename LIKE ANY(%s)"
            " AND tablename NOT LIKE 'calls_call\\_%%'",
            [schema, list(_KEPT)],
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")
        for table in tables:
            cursor.execute(f'DELETE FROM "{schema}"."{table}"')  # noqa: S608  names from the catalog
        cursor.execute("SET session_replication_role = origin")


_PUBLIC = (
    "telephony_testcall", "telephony_callerid", "telephony_inboundnumber", "telephony_switchnode",
    "telephony_queueslot", "telephony_trunk_companies", "telephony_trunk", "accounts_auditentry", "accounts_user",
    "django_session",
)  # fmt: skip


def _empty_public() -> None:
    """The platform's own people, trunks, numbers and queues; companies stay."""
    with schema_context("public"), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in _PUBLIC:
            cursor.execute(f"DELETE FROM public.{table}")  # noqa: S608  names of ours
        cursor.execute("SET session_replication_role = origin")


@dataclass
class World:
    """One company: people, a campaign, contacts, a node."""

    redis: Any
    schema: str = "acme"
    people: dict[str, User] = field(default_factory=dict)

    def person(self, role: str) -> User:
        number = next(_numbers)
        with schema_context(self.schema):
            return User.objects.create_user(
                email=f"{role}{number}@{self.schema}.example", name=f"{role.title()} {number}", role=role, password=None
            )

    @property
    def master(self) -> User:
        if "master" not in self.people:
            self.people["master"] = self.person(Role.MASTER)
        return self.people["master"]

    def operator(self) -> Operator:
        user = self.person(Role.OPERATOR)
        with schema_context(self.schema):
            return enrol(self.schema, user)

    def contact_list(self, contacts: int = 10, *, phones: int = 1) -> ContactList:
        with schema_context(self.schema):
            contact_list = ContactList.objects.create(name=f"List {next(_numbers)}", contact_count=contacts)
            due = now() - timedelta(minutes=1)
            made = Contact.objects.bulk_create(
                [
                    Contact(contact_list=contact_list, name=f"Contact {index}", next_attempt_at=due)
                    for index in range(contacts)
                ]
            )
            Phone.objects.bulk_create(
                [
                    Phone(contact=contact, e164=f"+55119{contact.pk:07d}{position}", kind="mobile", position=position)
                    for contact in made
                    for position in range(phones)
                ]
            )
        return contact_list

    def campaign(self, *lists: ContactList, operators: tuple[Operator, ...] = (), **values: Any) -> Campaign:
        with schema_context(self.schema):
            return actions.do_create_campaign(
                name=values.pop("name", f"Campaign {next(_numbers)}"),
                lists=lists,
                operators=operators,
                acting_user=None,
                **values,
            )

    def start(self, campaign: Campaign) -> None:
        with schema_context(self.schema):
            actions.do_start(campaign, acting_user=None)

    def at_work(self, campaign: Campaign, count: int = 1) -> list[OperatorSession]:
        """Operators of the campaign, free."""
        sessions = []
        for _ in range(count):
            operator = self.operator()
            with schema_context(self.schema):
                known = dict(campaign.campaign_operators.values_list("operator_id", "penalty"))
                actions.do_set_operators(campaign, known | {operator.pk: 0}, acting_user=None)
                session = agents.do_start_shift(operator, acting_user=None)
                agents_leg_up(session)
                session.refresh_from_db()
            sessions.append(session)
        return sessions

    def node_up(
        self, *, node: str = NODE, state: str = "up", cps: int = 100, channels: int = 500, used: int = 0
    ) -> None:
        """The node reports itself, and the consumer of calls has read all there is."""
        at_us = to_us(now())
        status = NodeStatus(
            node=node, state=state, since_us=at_us, at_us=at_us, cps_limit=cps, channel_limit=channels, channels=used
        )
        self.redis.set(keys.node_status(node), status.to_json())
        if not self.redis.exists(keys.EVENTS):
            self.redis.xgroup_create(keys.EVENTS, keys.EVENTS_GROUP, id="0", mkstream=True)

    def dial_commands(self, node: str = NODE) -> list[Any]:
        return [decode(fields, DIAL_TYPES) for _id, fields in self.redis.xrange(keys.dial_stream(node))]

    def control_commands(self, node: str = NODE) -> list[Any]:
        return [decode(fields, CONTROL_TYPES) for _id, fields in self.redis.xrange(keys.control_stream(node))]

    def calls(self) -> list[Call]:
        with schema_context(self.schema):
            return list(Call.objects.order_by("id"))

    def states(self) -> dict[str, int]:
        with schema_context(self.schema):
            states = Contact.objects.values_list("state", flat=True)
            return {state: list(states).count(state) for state in set(states)}

    def admin(self) -> Client:
        """A global admin's browser, on the platform's own site."""
        with schema_context("public"):
            person = User.objects.create_user(
                email=f"admin{next(_numbers)}@platform.example", name="Ada", role=Role.GLOBAL_ADMIN, password=None
            )
        return _logged_in("localhost", "public", person)

    def client_of(self, user: User) -> Client:
        return _logged_in(f"{self.schema}.localhost", self.schema, user)


def _logged_in(host: str, schema: str, user: User) -> Client:
    from accounts.middleware import session_cookie_name

    browser = Client(headers={"host": host})
    with schema_context(schema):
        browser.force_login(user, backend="accounts.backends.SchemaBackend")
    browser.cookies[session_cookie_name(schema)] = browser.cookies.pop(settings.SESSION_COOKIE_NAME).value
    return browser


def agents_leg_up(session: OperatorSession) -> None:
    from django.db import transaction

    with transaction.atomic():
        agents.apply_leg_up(session.operator.extension, str(session.pk), now())


@pytest.fixture
def world(committed: None) -> Iterator[World]:
    """Acme, on an empty Redis, with a node that is up."""
    server = redis_client()
    server.flushdb()
    acme = World(server)
    acme.node_up()
    yield acme
    server.flushdb()


@pytest.fixture
def beta_world(world: World) -> World:
    """The second company, beside Acme."""
    return World(world.redis, "beta")
