"""Which campaigns the dialing tick drives: a hash for each shard, kept by the actions, reconciled from the database.

``dial:running:{shard}``: hash, ``{schema}:{campaign id}`` → JSON of Entry. In it is every campaign that may have calls
up: a paused one dials nobody, but its calls count against the company's limits.
"""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django_tenants.utils import schema_context
from redis import Redis

from campaigns.choices import CampaignState, Dialing
from campaigns.models import Campaign
from live.redis import client
from tenants.models import Company
from tenants.rounds import for_each
from tenants.selectors import active_companies
from tenants.shards import shard_of

log = logging.getLogger(__name__)

DRIVEN_STATES = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.STOPPING)

# Replaces a company's entries in one step: a campaign started meanwhile is read from the same database, so the later
# of two reconciliations is right, and an action's own write follows its commit.
_REPLACE = """
local kept = {}
for i = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  kept[ARGV[i]] = true
end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, #ARGV[1]) == ARGV[1] and not kept[field] then redis.call('HDEL', KEYS[1], field) end
end
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """All that a tick needs to know of a campaign without asking the database."""

    schema: str
    campaign_id: int
    state: str
    timezone: str
    company_max_channels: int
    company_max_cps: int
    max_channels: int
    max_lines_per_operator: float
    target_abandon_rate: float
    wrap_up_s: int
    dialing: str = Dialing.PREDICTIVE

    @property
    def key(self) -> str:
        return f"{self.schema}:{self.campaign_id}"

    @property
    def is_running(self) -> bool:
        return self.state == CampaignState.RUNNING

    @property
    def dials_ahead(self) -> bool:
        """Whether the tick dials for it. For the other kinds operators do, one customer each."""
        return self.is_running and self.dialing == Dialing.PREDICTIVE


def running_key(shard: int) -> str:
    return f"dial:running:{shard}"


def entry_of(campaign: Campaign, company: Company) -> Entry:
    return Entry(
        schema=company.schema_name,
        campaign_id=campaign.pk,
        state=campaign.state,
        timezone=company.timezone,
        company_max_channels=company.max_channels,
        company_max_cps=company.max_cps,
        max_channels=campaign.max_channels,
        max_lines_per_operator=float(campaign.max_lines_per_operator),
        target_abandon_rate=float(campaign.target_abandon_rate),
        wrap_up_s=campaign.wrap_up_s,
        dialing=campaign.dialing,
    )


def put(entry: Entry, *, redis: Redis | None = None) -> None:
    """Store a campaign as it stands, or forget it where it isn't driven any more. Raises redis.RedisError."""
    server, key = redis or client(), running_key(shard_of(entry.schema))
    if entry.state in DRIVEN_STATES:
        server.hset(key, entry.key, _to_json(entry))
    else:
        server.hdel(key, entry.key)


def read(shard: int, *, redis: Redis | None = None) -> list[Entry]:
    """Give the shard's campaigns, ordered by company and id. Raises redis.RedisError."""
    texts: Any = (redis or client()).hvals(running_key(shard))
    return sorted((Entry(**json.loads(text)) for text in texts), key=lambda entry: (entry.schema, entry.campaign_id))


def reconcile(shard: int, *, redis: Redis | None = None) -> int:
    """Make the shard's hash say what the database says; give the number of driven campaigns.

    Heals what a crash between commit and Redis left behind. A company whose database fails keeps its entries as they
    are, and stops no other. Raises redis.RedisError, django.db.Error.
    """
    companies = {company.schema_name: company for company in _active_companies()}
    companies = {schema: company for schema, company in companies.items() if shard_of(schema) == shard}
    entries: list[Entry] = []
    for_each(companies, lambda schema: entries.extend(reconcile_company(companies[schema], redis=redis)))
    _forget_others(companies, shard, redis or client())
    return len(entries)


def reconcile_company(company: Company, *, redis: Redis | None = None) -> list[Entry]:
    """Make Redis say what the company's database says; give its driven campaigns."""
    with schema_context(company.schema_name):
        entries = [entry_of(campaign, company) for campaign in Campaign.objects.filter(state__in=DRIVEN_STATES)]
    arguments = [text for entry in entries for text in (entry.key, _to_json(entry))]
    (redis or client()).eval(
        _REPLACE, 1, running_key(shard_of(company.schema_name)), f"{company.schema_name}:", *arguments
    )
    return entries


def _forget_others(schemas: Iterable[str], shard: int, redis: Redis) -> None:
    """Drop campaigns of companies that don't work any more (suspended)."""
    known, fields = set(schemas), cast(list[str], redis.hkeys(running_key(shard)))
    gone = [field for field in fields if field.partition(":")[0] not in known]
    if gone:
        log.info("not dialing any more for %s", ", ".join(sorted(gone)))
        redis.hdel(running_key(shard), *gone)


def _active_companies() -> list[Company]:
    with schema_context("public"):
        return list(active_companies())


def _to_json(entry: Entry) -> str:
    return json.dumps(dataclasses.asdict(entry), separators=(",", ":"))
