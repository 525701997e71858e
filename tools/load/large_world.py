"""Fills the databases of `tools.load.large`. Models are imported here: Django is set up."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import get_public_schema_name, schema_context

from accounts import directory
from accounts.actions import do_create_global_admin, do_create_person
from accounts.models import AuditEntry, Notice, User
from agents.enrolment import enrol
from agents.models import Operator, PauseReason
from billing.defaults import ensure_default_deck
from calls import past_figures, rebuild
from calls.models import Call, Disposition, Recording
from calls.partitioning import make_partitions, month_after
from calls.report import successful
from campaigns.actions import do_create_campaign
from campaigns.models import Callback, Campaign
from common.clock import now, to_us
from contacts.models import Contact, ContactList, Import
from desk.platform import companies_rollup, live_rollup
from integrations import keys
from integrations.choices import EventType
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.webhooks.secrets import seal
from integrations.webhooks.signing import new_secret
from live.redis import client
from telephony.bus import keys as bus_keys
from telephony.bus.status import NodeStatus
from telephony.models import CallerId, InboundNumber, TestCall, Trunk
from tenants.actions import do_approve_company, do_register_company
from tenants.choices import CompanyStatus
from tenants.models import Company, PersonEntry
from tools.load import copies
from tools.load import large_sql as sql
from tools.load.large import (
    AT_WORK,
    AUDIT_ROWS,
    CALLS_AT_ONCE,
    CAMPAIGNS,
    EVENT_ROWS,
    LISTS,
    OPERATORS,
    PASSWORD,
    REFUSED_ROWS,
    SLUG,
    SMALL_STAFF,
    STAFF,
    share,
    stage,
)

_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = 'calls_call'::regclass AND NOT indisprimary
"""


def fill(*, companies: int, contacts: int, calls: int) -> dict[str, Any]:
    """Make the world; give what URLs are filled with."""
    names = [SLUG, *(f"firm{number:02d}" for number in range(1, companies))]
    with schema_context(get_public_schema_name()):
        with stage(f"{companies} companies"):
            _companies(names)
        found = _platform(names)
    with schema_context(SLUG):
        found |= _big({"contacts": contacts, "calls": calls})
    with stage("other companies' people"):
        for name in names[1:]:
            with schema_context(name):
                _run(sql.PEOPLE, schema=name, people=SMALL_STAFF, **_words())
                directory.rebuild(name)
    with stage("analyze"):
        connection.cursor().execute("VACUUM (ANALYZE)")
    with schema_context(get_public_schema_name()):
        found["person_entry"] = PersonEntry.objects.order_by("pk")[100].pk
        _live()
    return found


def _companies(names: list[str]) -> None:
    Company.objects.get_or_create(
        schema_name=get_public_schema_name(),
        defaults={"slug": "public", "legal_name": "Cadência", "status": CompanyStatus.APPROVED},
    )
    ensure_default_deck()
    for name in names[:2]:
        company = do_register_company(slug=name, legal_name=f"Empresa {name} Ltda.", acting_user=None)
        do_approve_company(company, acting_user=None)
    copies.make(names[2:])
    do_register_company(slug="waiting", legal_name="Empresa à Espera S.A.", acting_user=None)


def _platform(names: list[str]) -> dict[str, Any]:
    do_create_global_admin(
        email="admin@platform.example", name="Adão Admin", password=os.environ[PASSWORD], acting_user=None
    )
    trunks = [
        Trunk.objects.create(name=f"trunk-{n}", label=f"Operadora {n}", host="127.0.0.1", for_all_companies=True)
        for n in range(1, 7)
    ]
    companies = {company.slug: company for company in Company.objects.all()}
    CallerId.objects.bulk_create(
        CallerId(company=companies[name], number=f"+5511{30000000 + n * 10 + k}", label="")
        for n, name in enumerate(names)
        for k in range(5)
    )
    InboundNumber.objects.bulk_create(
        InboundNumber(company=companies[name], number=f"+5511{40000000 + n * 10 + k}")
        for n, name in enumerate(names)
        for k in range(3)
    )
    call = TestCall.objects.create(
        id="01900000-0000-7000-8000-000000000001",
        trunk=trunks[0],
        node="sim1",
        number="+5511987650042",
        placed_at=now(),
        deadline_at=now(),
        state="failed",
    )
    admin = User.objects.get()
    _audit([admin], 50_000, sql.PLATFORM_ACTIONS)
    return {
        "company": companies[SLUG].pk,
        "trunk": trunks[0].pk,
        "test_call": str(call.pk),
        "node": "sim1",
        "caller_id": CallerId.objects.first().pk,  # type: ignore[union-attr]
        "inbound_number": InboundNumber.objects.get(number="+551140000000").pk,
    }


def _big(size: dict[str, Any]) -> dict[str, Any]:
    people = {
        role: do_create_person(
            email=f"{role}@{SLUG}.example", name=name, role=role, password=os.environ[PASSWORD], acting_user=None
        )
        for role, name in STAFF.items()
    }
    with stage("people"):
        operators = _operators()
    lists = [ContactList.objects.create(name=f"Mailing {n:02d}", created_by=people["master"]) for n in range(LISTS)]
    campaigns = _campaigns(lists, operators, people["master"])
    known = _known(size, lists, campaigns, operators)
    for name, statement in {
        "contacts": sql.CONTACTS, "phones": sql.PHONES, "sequences": sql.SEQUENCES, "counts": sql.LIST_COUNTS,
    }.items():  # fmt: skip
        with stage(name):
            _run(statement, **known)
    _calls(known)
    with stage("shifts, callbacks, audit, events"):
        _run(sql.SHIFTS, **known)
        _run(sql.OPEN_SHIFTS, **known)
        _run(sql.CALLBACKS, **known)
        _audit(list(people.values()), share(AUDIT_ROWS, size), sql.ACTIONS)
        _run(sql.NOTICES, user=people["master"].pk)
        found = _integrations(size, people["master"])
    import_ = _imports(lists, people["master"], share(REFUSED_ROWS, size))
    return found | _ids(known, people, import_)


def _audit(people: list[User], rows: int, what: Sequence[tuple[str, str]]) -> None:
    _run(
        sql.AUDIT,
        rows=rows,
        people=[one.pk for one in people],
        person_count=len(people),
        names=[one.name for one in people],
        actions=[action for action, _target in what],
        targets=[target for _action, target in what],
    )


def _operators() -> list[Operator]:
    """The first may log in."""
    nobody = make_password(None)
    for number in range(1, OPERATORS + 1):
        first, last = sql.FIRST_NAMES[number % 32], sql.LAST_NAMES[number % 30]
        user = User.objects.create(
            email=f"op{number}@{SLUG}.example",
            name=f"{first} {last}",
            role="operator",
            password=make_password(os.environ[PASSWORD]) if number == 1 else nobody,
        )
        enrol(SLUG, user)
    return list(Operator.objects.order_by("pk"))


def _campaigns(lists: list[ContactList], operators: list[Operator], master: User) -> list[Campaign]:
    made = [
        do_create_campaign(
            name=f"Campanha {number:02d}",
            lists=lists[number::CAMPAIGNS],
            operators=operators[number % 4 :: 4],
            acting_user=master,
        )
        for number in range(CAMPAIGNS)
    ]
    at_work = [campaign.pk for campaign in made[: CAMPAIGNS // 2]]
    Campaign.objects.filter(pk__in=at_work).update(state="running")
    return made


def _known(
    size: dict[str, Any], lists: list[ContactList], campaigns: list[Campaign], operators: list[Operator]
) -> dict[str, Any]:
    """What the statements are given. The first list holds a fifth of all contacts, the others alike shares."""
    first = size["contacts"] // 5
    step = (size["contacts"] - first) // (LISTS - 1)
    local = timezone.localtime()
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    dispositions = list(Disposition.objects.order_by("pk").values_list("pk", flat=True))
    return {
        **size,
        **_words(),
        "lists": [one.pk for one in lists],
        "bounds": [1, *(first + 1 + step * number for number in range(LISTS - 1))],
        # By list: its campaign.
        "campaigns": [campaigns[number % CAMPAIGNS].pk for number in range(LISTS)],
        "areas": sql.AREAS,
        "outcomes": ["", "no_answer", "busy", "machine"],
        "operators": [one.pk for one in operators],
        "operator_count": len(operators),
        "at_work": [one.pk for one in operators[:AT_WORK]],
        "dispositions": dispositions,
        "disposition_count": len(dispositions),
        "today": midnight.replace(tzinfo=None),
        "passed": local - midnight - timedelta(minutes=2),
    }


def _words() -> dict[str, Any]:
    return {"first": sql.FIRST_NAMES, "last": sql.LAST_NAMES}


def _calls(known: dict[str, Any]) -> None:
    """Indexes are taken away and made anew: as they are, they'd be half of the time."""
    for back in range(3, 0, -1):
        make_partitions(month_after(now(), -back), ahead=0)
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES)
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    with stage("calls"):
        for start in range(1, known["calls"] + 1, CALLS_AT_ONCE):
            until = min(start + CALLS_AT_ONCE - 1, known["calls"])
            _run(sql.CALLS, **known, **{"from": start, "until": until})
    with stage("their indexes"), connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition.replace(" ON ONLY ", " ON "))
        cursor.execute("ANALYZE calls_call")
    _run(sql.OPEN_CALLS, state="ringing", outcome="no_answer", count=60)
    with stage("figures, steps, recordings"):
        _run(importlib.import_module("calls.migrations.0007_count_slot_figures")._COUNT)
        _run(sql.DAY_FIGURES)
        past_figures.sum_up(ZoneInfo(settings.TIME_ZONE), now(), successful())
        _run(sql.STEPS)
        _run(sql.RECORDINGS)


def _integrations(size: dict[str, Any], master: User) -> dict[str, Any]:
    endpoints = [
        WebhookEndpoint.objects.create(
            url=f"https://crm.example.com/{n}",
            event_types=[EventType.CALL_ENDED],
            sealed_secret=seal(new_secret()),
            created_by=master,
        )
        for n in range(3)
    ]
    rows = share(EVENT_ROWS, size)
    _run(sql.EVENTS, rows=rows)
    _run(sql.FEED_POSITION, rows=rows)
    _run(sql.DELIVERIES, endpoints=[one.pk for one in endpoints], endpoint_count=len(endpoints))
    _run(sql.ATTEMPTS)
    made = [
        keys.do_create_key(name=f"CRM {n}", role="master", scopes=["calls:read"], acting_user=master) for n in range(8)
    ]
    return {
        "webhook": endpoints[0].pk,
        "delivery": WebhookDelivery.objects.order_by("-pk")[50].pk,
        "api_key": made[0].key.pk,
    }


def _imports(lists: list[ContactList], master: User, refused: int) -> int:
    made = [
        Import.objects.create(
            contact_list=one,
            state="done",
            file_name=f"{one.name}.csv",
            size_bytes=40_000_000,
            encoding="utf-8",
            delimiter=";",
            rows_total=one.contact_count,
            rows_read=one.contact_count,
            contacts_created=one.contact_count,
            created_by=master,
            started_at=now(),
            ended_at=now(),
        )
        for one in ContactList.objects.order_by("pk")
    ]
    _run(sql.REFUSED, **{"import": made[0].pk, "rows": refused})
    return made[0].pk


def _ids(known: dict[str, Any], people: dict[str, User], import_: int) -> dict[str, Any]:
    middle = known["contacts"] // 2
    calls = Call.objects.order_by("id")
    contact = Contact.objects.prefetch_related("phones").get(pk=middle)
    a_call = Recording.objects.filter(state="kept").order_by("-pk")[1000].call_id
    return {
        "person": people["supervisor"].pk,
        "pause_reason": PauseReason.objects.first().pk,  # type: ignore[union-attr]
        "operator": known["operators"][3],
        "contact_list": known["lists"][0],
        "contact": middle,
        "import": import_,
        "campaign": known["campaigns"][0],
        "disposition": known["dispositions"][0],
        "callback": Callback.objects.order_by("pk")[10].pk,
        "call": str(a_call),
        "middle_call": str(_middle_call()),
        "newest_call": str(calls.last().pk),  # type: ignore[union-attr]
        "contact_name": contact.name,
        "document": contact.document,
        "number": contact.phones.all()[0].e164,
        "master": people["master"].pk,
        "middle_audit": AuditEntry.objects.count() // 2,
        "notices": Notice.objects.count(),
        "campaign_disposition": Disposition.objects.get(pk=known["dispositions"][0]).code,
    }


def _middle_call() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM calls_call TABLESAMPLE SYSTEM (0.1) ORDER BY id OFFSET 10 LIMIT 1")
        return cursor.fetchone()[0]


def _live() -> None:
    """What the processes beside the web's keep in Redis, as of now; the node's last word is kept for the run."""
    redis, at_us = client(), to_us(now())
    status = NodeStatus("sim1", "up", since_us=at_us, at_us=at_us, cps_limit=50, channel_limit=500, channels=60)
    redis.set(bus_keys.node_status("sim1"), status.to_json(), ex=86_400)
    rebuild.rebuild_all()
    companies_rollup.gather(redis, now())
    live_rollup.gather(redis, now())


def _run(statement: str, **known: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(statement, known or None)
