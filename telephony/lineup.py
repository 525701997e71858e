"""What may carry calls, by the word of the global admins: trunks with their limits and companies, nodes at rest.

The dialing tick reads it from Redis each second; it is derived from the database (telephony.provisioning keeps it).
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field

from django.conf import settings
from redis import Redis

from live.redis import client
from telephony.models import SwitchNode, Trunk

LINEUP = "tel:lineup"
"""JSON of Lineup. No secret is in it."""


@dataclass(frozen=True, slots=True)
class OfferedTrunk:
    """A trunk in use. ``schemas`` None: every company's. Limits 0: only the nodes'."""

    name: str
    priority: int = 5
    cps_limit: int = 0
    channel_limit: int = 0
    schemas: list[str] | None = None

    def serves(self, schema: str) -> bool:
        return self.schemas is None or schema in self.schemas


@dataclass(frozen=True, slots=True)
class Lineup:
    trunks: list[OfferedTrunk] = field(default_factory=list)
    is_configured: bool = False
    """Whether there is any trunk at all, in use or not."""
    resting: list[str] = field(default_factory=list)
    """Nodes that an admin has taken out."""

    def trunks_of(self, schema: str) -> list[OfferedTrunk]:
        """The company's trunks, the preferred first. Before any is configured: the one of the settings."""
        if not self.is_configured:
            return [OfferedTrunk(settings.TELEPHONY_TRUNK)]
        return [trunk for trunk in self.trunks if trunk.serves(schema)]

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Lineup:
        values = json.loads(text)
        return cls(
            trunks=[OfferedTrunk(**trunk) for trunk in values["trunks"]],
            is_configured=values["is_configured"],
            resting=values["resting"],
        )


def build() -> Lineup:
    """Make it from the database."""
    trunks = Trunk.objects.filter(is_active=True).prefetch_related("companies").order_by("priority", "name")
    return Lineup(
        trunks=[
            OfferedTrunk(
                name=trunk.name,
                priority=trunk.priority,
                cps_limit=trunk.cps_limit,
                channel_limit=trunk.channel_limit,
                schemas=None
                if trunk.for_all_companies
                else sorted(company.schema_name for company in trunk.companies.all()),
            )
            for trunk in trunks
        ],
        is_configured=Trunk.objects.exists(),
        resting=sorted(SwitchNode.objects.filter(takes_calls=False).values_list("name", flat=True)),
    )


def read(reply: str | None) -> Lineup:
    """Give the lineup from what GET answered; from the database where Redis has lost it."""
    return Lineup.from_json(reply) if reply else build()


def current(*, redis: Redis | None = None) -> Lineup:
    """Read it now. Raises redis.RedisError."""
    text = (redis or client()).get(LINEUP)
    assert text is None or isinstance(text, str)
    return read(text)
