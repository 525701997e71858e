"""One company as the platform sees it: how it is set up, what it does today, who serves it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django_tenants.utils import schema_context
from redis.exceptions import RedisError

from accounts.choices import COMPANY_ROLES, Role
from accounts.models import User
from agents.live import operators_key
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from desk.platform import companies_rollup
from desk.platform.companies_rollup import CompanyDay
from live.redis import client
from telephony.models import Trunk
from tenants.choices import CompanyStatus
from tenants.figures import figure
from tenants.models import Company
from tenants.written import GivenKey, Written

log = logging.getLogger(__name__)
_ORDER = (CampaignState.RUNNING, CampaignState.STOPPING, CampaignState.PAUSED, CampaignState.DRAFT)
MOST, _NEWEST = 10, 50
_TRUNKS = Written(
    lambda: Trunk.objects.filter(
        Q(for_all_companies=True) | Q(companies=GivenKey("company")), is_active=True
    ).distinct()
)
_PEOPLE = Written(
    lambda: (
        User.objects.filter(role__in=COMPANY_ROLES, is_active=True)
        .order_by()
        .values("role")
        .annotate(n=Count("pk"))
        .values_list("role", "n")
    )
)
_AT_WORK = Written(
    lambda: Campaign.objects.filter(state__in=_ORDER).only("name", "state", "state_since").order_by("-id")[:_NEWEST]
)


@dataclass(frozen=True, slots=True)
class CompanyPage:
    """What stands on the page. ``people``: active ones by role. ``campaigns``: those that aren't over, and how many.

    A company without a schema yet has neither.
    """

    company: Company
    has_schema: bool
    day: CompanyDay | None
    on_shift: int | None
    trunks: Sequence[Trunk]
    caller_ids: int
    numbers: int
    people: Mapping[str, int] = field(default_factory=dict)
    campaigns: Sequence[Campaign] = ()
    campaign_count: int = 0
    lists: int = 0

    @property
    def people_rows(self) -> list[tuple[str, str, int]]:
        """Role, its word, how many."""
        return [(role, str(Role(role).label), self.people.get(role, 0)) for role in COMPANY_ROLES]


def company_page(company: Company) -> CompanyPage:
    """Read it in a fixed number of queries; of the company's own schema where it has one."""
    page = CompanyPage(
        company=company,
        has_schema=company.status in {CompanyStatus.APPROVED, CompanyStatus.SUSPENDED},
        day=None,
        on_shift=None,
        trunks=_TRUNKS(company=company.pk),
        caller_ids=figure("SELECT count(*) FROM telephony_callerid WHERE company_id = %s AND is_active", (company.pk,)),
        numbers=figure(
            "SELECT count(*) FROM telephony_inboundnumber WHERE company_id = %s AND is_active", (company.pk,)
        ),
    )
    return _with_schema(page) if page.has_schema else page


def _with_schema(page: CompanyPage) -> CompanyPage:
    schema = page.company.schema_name
    day, on_shift = _live(schema)
    with schema_context(schema):
        newest: list[Campaign] = _AT_WORK()
        campaigns = sorted(newest, key=lambda one: (_ORDER.index(one.state), one.name))
        return CompanyPage(
            company=page.company,
            has_schema=True,
            day=day,
            on_shift=on_shift,
            trunks=page.trunks,
            caller_ids=page.caller_ids,
            numbers=page.numbers,
            people=dict(_PEOPLE()),
            campaigns=campaigns[:MOST],
            campaign_count=len(newest) if len(newest) < _NEWEST else Campaign.objects.filter(state__in=_ORDER).count(),
            lists=figure("SELECT count(*) FROM contacts_contactlist"),
        )


def _live(schema: str) -> tuple[CompanyDay | None, int | None]:
    try:
        redis = client()
        return companies_rollup.read_one(redis, schema), int(redis.hlen(operators_key(schema)))
    except RedisError as error:
        log.warning("%s: no live figures for its page: %s", schema, error)
        return None, None
