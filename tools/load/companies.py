"""Companies at work for benchmarks: many contacts, operators on shift, campaigns running.

What a benchmark measures goes through the product's actions (companies, campaigns, shifts); the bulk of contacts is
written set-based, because nobody measures how it came in.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import connection
from django_tenants.utils import get_public_schema_name, schema_context

from accounts.actions import do_create_person
from accounts.choices import Role
from accounts.models import User
from agents.actions import do_start_shift
from agents.enrolment import enrol
from agents.models import Operator
from billing.defaults import ensure_default_deck
from campaigns.actions import do_create_campaign, do_start
from campaigns.models import Campaign
from contacts.models import ContactList
from tenants.actions import do_approve_company, do_register_company
from tenants.choices import CompanyStatus
from tenants.models import Company

_CONTACTS = """
WITH made AS (
    INSERT INTO contacts_contact (contact_list_id, name, document, external_id, extra, source_line, state,
                                  next_attempt_at, attempts, last_outcome)
    SELECT %(list)s, 'Contato ' || n, '', '', '{}', n, 'ready', now(), 0, ''
    FROM generate_series(1, %(count)s) n
    RETURNING id
)
INSERT INTO contacts_phone (contact_id, e164, kind, position, state, attempts, last_outcome, ninth_digit_added)
SELECT id, '+55119' || lpad((id %% 100000000)::text, 8, '0'), 'mobile', 0, 'usable', 0, '', false FROM made
"""


@dataclass(frozen=True, slots=True)
class Load:
    """How much of everything; counts are per company, except ``companies``; ``contacts`` is per campaign."""

    companies: int
    campaigns: int
    operators: int
    contacts: int
    wrap_up_s: int = 1


def supervisor_email(slug: str) -> str:
    return f"supervisor@{slug}.example"


def slugs(load: Load) -> list[str]:
    return [f"load{number:02d}" for number in range(1, load.companies + 1)]


def seed(load: Load, *, password: str) -> None:
    """Make the companies with everything but shifts; campaigns stay drafts."""
    with schema_context(get_public_schema_name()):
        Company.objects.get_or_create(
            schema_name=get_public_schema_name(),
            defaults={"slug": "public", "legal_name": "Cadência", "status": CompanyStatus.APPROVED},
        )
        ensure_default_deck()
        for slug in slugs(load):
            company = do_register_company(slug=slug, legal_name=f"Carga {slug}", acting_user=None)
            do_approve_company(company, acting_user=None)
            # A benchmark measures the machine, not a company's contract.
            Company.objects.filter(pk=company.pk).update(max_cps=500, max_channels=5000)
    for slug in slugs(load):
        with schema_context(slug):
            _fill(slug, load, password)


def _fill(slug: str, load: Load, password: str) -> None:
    do_create_person(
        email=supervisor_email(slug), name="Supervisor", role=Role.SUPERVISOR, password=password, acting_user=None
    )
    nobody_logs_in = make_password(None)
    for number in range(1, load.operators + 1):
        user = User.objects.create(
            email=f"op{number}@{slug}.example", name=f"Op {number}", role=Role.OPERATOR, password=nobody_logs_in
        )
        enrol(slug, user)
    operators = list(Operator.objects.order_by("pk"))
    for number in range(load.campaigns):
        contact_list = ContactList.objects.create(name=f"Lista {number}", contact_count=load.contacts)
        with connection.cursor() as cursor:
            cursor.execute(_CONTACTS, {"list": contact_list.pk, "count": load.contacts})
            cursor.execute("ANALYZE contacts_contact, contacts_phone")
        do_create_campaign(
            name=f"Campanha {number}",
            wrap_up_s=load.wrap_up_s,
            max_channels=2000,
            max_lines_per_operator=20,
            lists=[contact_list],
            operators=operators[number :: load.campaigns],
            acting_user=None,
        )


def start(load: Load) -> None:
    """Start every operator's shift and every campaign."""
    for slug in slugs(load):
        with schema_context(slug):
            for operator in Operator.objects.all():
                do_start_shift(operator, acting_user=None)
            for campaign in Campaign.objects.all():
                do_start(campaign, acting_user=None)
