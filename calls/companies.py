"""The companies whose events may come, remembered for some seconds: schema → time zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django_tenants.utils import get_public_schema_name, schema_context

from tenants.choices import CompanyStatus
from tenants.models import Company

_KEEP_S = 30.0
_ASK_AGAIN_S = 1.0

# A suspended company dials nobody new, but its calls that are up still end.
_WITH_SCHEMA = (CompanyStatus.APPROVED, CompanyStatus.SUSPENDED)


def load_zones() -> dict[str, ZoneInfo]:
    """Read every company that has a schema, with its time zone."""
    with schema_context(get_public_schema_name()):
        rows = Company.objects.filter(status__in=_WITH_SCHEMA).exclude(schema_name=get_public_schema_name())
        return {schema: ZoneInfo(zone) for schema, zone in rows.values_list("schema_name", "timezone")}


class Companies:
    """A directory that asks the database at most once a second, for a schema it doesn't know, else each half minute."""

    def __init__(self) -> None:
        self._zones: dict[str, ZoneInfo] = {}
        self._loaded_s = float("-inf")

    def zone(self, schema: str, *, now_s: float) -> ZoneInfo | None:
        """Give the company's time zone, None when there is no such company. ``now_s``: a monotonic clock's seconds."""
        if schema not in self._zones:
            self._load_again(_ASK_AGAIN_S, now_s)
        return self._known(now_s).get(schema)

    def schemas(self, *, now_s: float) -> list[str]:
        """Give the schemas of all companies."""
        return list(self._known(now_s))

    def _known(self, now_s: float) -> dict[str, ZoneInfo]:
        self._load_again(_KEEP_S, now_s)
        return self._zones

    def _load_again(self, after_s: float, now_s: float) -> None:
        if now_s - self._loaded_s >= after_s:
            self._zones, self._loaded_s = load_zones(), now_s
