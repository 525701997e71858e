"""What every node should have: written into Redis from the database, and the nodes told when it has changed.

``publish_wanted`` compares and rewrites: an emptied Redis, or a crash between commit and Redis, is repaired by the
next one (telephony.tasks, each ten seconds, and whenever a node comes up).
"""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django_tenants.utils import get_public_schema_name, schema_context
from redis import Redis
from redis.exceptions import RedisError

from live.redis import client
from telephony import lineup
from telephony.bus import keys, wanted
from telephony.bus.commands import Reprovision
from telephony.commands import send_controls
from telephony.models import InboundNumber, Trunk
from telephony.queues import queues_of
from telephony.secrets import UnreadableSecretError, unseal
from tenants.choices import CompanyStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InboundRules:
    """How a campaign takes calls that come in: the channel variables of telephony.naming.CALL_VARIABLES."""

    variables: dict[str, str] = field(default_factory=dict)


RulesOf = Callable[[Collection[int]], Mapping[int, InboundRules]]
_rules: list[RulesOf] = []


def register_inbound_rules(rules_of: RulesOf) -> None:
    """Name who knows campaigns' rules; called once by an app above, in its AppConfig.ready().

    ``rules_of`` is given campaign ids of the active company; campaigns that take no calls are missing in its answer.
    """
    if rules_of not in _rules:
        _rules.append(rules_of)


def publish_on_commit() -> None:
    """Bring the nodes to what the database says once the transaction has committed. With Redis away: later."""

    def publish() -> None:
        try:
            publish_wanted()
        except RedisError as error:
            log.warning("the switch learns of the change later, Redis is away: %s", error)

    transaction.on_commit(publish)


def publish_wanted(*, redis: Redis | None = None) -> bool:
    """Write what is wanted where it differs from what Redis has; True when the nodes were told of a change.

    Raises redis.RedisError and what the database raises.
    """
    server = redis or client()
    with schema_context(get_public_schema_name()), transaction.atomic():
        _one_at_a_time()
        offered = lineup.build().to_json()
        if server.get(lineup.LINEUP) != offered:
            server.set(lineup.LINEUP, offered)
        changed = _write_trunks(server, wanted_trunks()) | _write_numbers(server, wanted_numbers())
    if changed:
        send_controls([(node, Reprovision()) for node in settings.TELEPHONY_NODES], redis=server)
    return changed


def _one_at_a_time() -> None:
    """Hold the lock until the transaction ends: of two at once, the one that writes last has read last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('telephony.provisioning'))")


def wanted_trunks() -> list[wanted.Trunk]:
    """The trunks in use. One whose password can't be read is left out: it would only be refused."""
    found = []
    for trunk in Trunk.objects.filter(is_active=True).order_by("name"):
        try:
            found.append(wanted_trunk(trunk))
        except UnreadableSecretError:
            log.error("trunk %s: its password was sealed with another key; type it again", trunk.name)  # noqa: TRY400
    return found


def wanted_trunk(trunk: Trunk) -> wanted.Trunk:
    """Raises UnreadableSecretError."""
    return wanted.Trunk(
        name=trunk.name,
        host=trunk.host,
        port=trunk.port,
        transport=trunk.transport,
        username=trunk.username,
        secret=unseal(trunk.sealed_secret),
        registers=trunk.registers,
        from_user=trunk.from_user,
        from_domain=trunk.from_domain,
        codecs=tuple(trunk.codecs),
        inbound_hosts=tuple(trunk.inbound_hosts),
        qualify_s=trunk.qualify_s,
        cps_limit=trunk.cps_limit,
        channel_limit=trunk.channel_limit,
        strip=trunk.strip,
        prefix=trunk.prefix,
    )


@dataclass(frozen=True, slots=True)
class WantedNumbers:
    """``unknown``: companies whose database failed; what Redis has of theirs stays."""

    numbers: list[wanted.Number]
    unknown: set[str]


def wanted_numbers() -> WantedNumbers:
    """The numbers in use that lead to a campaign with a queue."""
    by_company: dict[str, list[InboundNumber]] = {}
    numbers = InboundNumber.objects.filter(
        is_active=True, campaign_id__isnull=False, company__status=CompanyStatus.APPROVED
    )
    for number in numbers.select_related("company").order_by("number"):
        by_company.setdefault(number.company.schema_name, []).append(number)
    found, unknown = list[wanted.Number](), set[str]()
    for schema, members in by_company.items():
        try:
            with transaction.atomic():
                found += _numbers_of(schema, members)
        except DatabaseError:
            log.exception("%s: its numbers can't be looked at", schema)
            unknown.add(schema)
    return WantedNumbers(found, unknown)


def _numbers_of(schema: str, numbers: list[InboundNumber]) -> list[wanted.Number]:
    campaign_ids = {number.campaign_id for number in numbers if number.campaign_id is not None}
    queues = queues_of(schema, campaign_ids)
    rules: dict[int, InboundRules] = {}
    with schema_context(schema):
        for rules_of in _rules:
            rules.update(rules_of(campaign_ids))
    return [
        wanted.Number(
            number=number.number,
            schema=schema,
            campaign_id=number.campaign_id,
            queue=queues[number.campaign_id],
            variables=rules[number.campaign_id].variables,
        )
        for number in numbers
        if number.campaign_id is not None and number.campaign_id in queues and number.campaign_id in rules
    ]


def _write_trunks(redis: Redis, trunks: list[wanted.Trunk]) -> bool:
    text = json.dumps([dataclasses.asdict(trunk) for trunk in trunks], sort_keys=True, separators=(",", ":"))
    if redis.get(keys.TRUNKS) == text:
        return False
    redis.set(keys.TRUNKS, text)
    return True


def _write_numbers(redis: Redis, want: WantedNumbers) -> bool:
    texts = {
        number.number: json.dumps(dataclasses.asdict(number), sort_keys=True, separators=(",", ":"))
        for number in want.numbers
    }
    present: Any = redis.hgetall(keys.NUMBERS)
    texts |= {number: text for number, text in present.items() if json.loads(text)["schema"] in want.unknown}
    if present == texts:
        return False
    with redis.pipeline(transaction=True) as pipe:
        pipe.delete(keys.NUMBERS)
        if texts:
            pipe.hset(keys.NUMBERS, mapping=dict(texts.items()))
        pipe.execute()
    return True
