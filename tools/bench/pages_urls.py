"""Which addresses `make bench ONLY=pages` asks for: every one that tests.isolation.table opens to GET, each list also
from its middle, filtered, searched and sorted."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.isolation.table import COMPANY, PLATFORM, Row

SLUG = "big"
STRONGEST = ("master", "supervisor", "operator", "global_admin")
NO_PAGES = {
    # Files of sound, of which this world has rows only; what they cost is the disk's.
    "calls/<call_id>/recording/file/",
    "api/v1/calls/<pk>/recording/file/",
    "campaigns/messages/<announcement_id>/audio/",
    "api/v1/announcements/<pk>/",
    "api/v1/announcements/<pk>/audio/",
    # Whole files: measured apart (exports).
    "api/v1/exports/calls.csv",
    "api/v1/exports/contacts.csv",
    "lists/imports/<import_id>/refused.csv",
    "api/v1/imports/<pk>/errors.csv",
}
LISTS: dict[str, list[dict[str, str]]] = {
    "lists/": [
        {"search": "Mailing 1"}, {"state": "done"}, {"sort": "-contacts"}, {"sort": "contacts"}, {"sort": "name"},
    ],
    "calls/": [
        {"after": "{middle_call}"}, {"before": "{middle_call}"}, {"number": "{number}"}, {"campaign": "{campaign}"},
        {"operator": "{operator}"}, {"outcome": "rejected"}, {"disposition": "{campaign_disposition}"},
        {"since": "{day}T12:00", "until": "{day}T12:10"}, {"since": "{day}T12:00"}, {"until": "{day}T12:00"},
        {"direction": "in"}, {"direction": "out"}, {"mode": "manual"},
        {"mode": "predictive"}, {"amd": "machine"}, {"amd": "corrected"}, {"recording": "kept"},
        {"recording": "failed"}, {"sort": "dialed"},
        {"campaign": "{campaign}", "outcome": "rejected", "operator": "{operator}"},
    ],
    "calls/callbacks/": [
        {"state": "pending"}, {"campaign": "{campaign}"}, {"operator": "{operator}"}, {"operator": "none"},
        {"sort": "-due"}, {"page": "2"},
    ],
    "lists/contacts/": [
        {"after": "{contact}"}, {"q": "Maria"}, {"q": "{contact_name}"}, {"q": "{document}"}, {"q": "{number}"},
        {"list": "{contact_list}"}, {"state": "exhausted"}, {"list": "{contact_list}", "state": "dialing"},
    ],
    "people/": [
        {"page": "4"}, {"q": "Ana"}, {"role": "operator"}, {"state": "shift"}, {"state": "invited"}, {"sort": "-seen"},
        {"sort": "email"}, {"sort": "role"},
    ],
    "settings/history/": [
        {"after": "{middle_audit}"}, {"of": "campaign"}, {"of": "disposition"}, {"who": "{master}"}, {"who": "999999"},
        {"since": "{day}", "until": "{day}"},
    ],
    "reports/": [
        *({"by": by} for by in ("hour", "outcome", "operator", "list", "disposition", "campaign")),
        {"first": "{first_day}", "last": "{today}", "by": "day"},
        {"first": "{first_day}", "last": "{today}", "by": "operator"},
        {"first": "{first_day}", "last": "{today}", "by": "hour", "campaign": "{campaign}"},
    ],
    "jump/": [{"q": "Maria"}, {"q": "{number}"}, {"q": "Campanha 1"}],
    "settings/webhooks/<endpoint_id>/": [{"state": "failed"}, {"event": "call.ended"}],
    "api/v1/desk/targets/": [{"q": "2"}, {"q": "Campanha"}],
    "api/v1/calls/": [
        {"cursor": "{call_cursor}"}, {"number": "{number}"}, {"campaign": "{campaign}"}, {"outcome": "rejected"},
        {"list": "{contact_list}"}, {"state": "ringing"}, {"operator": "{operator}"}, {"direction": "in"},
        {"recording": "failed"}, {"disposition": "{campaign_disposition}"}, {"amd": "machine"}, {"mode": "manual"},
        {"since": "{day}T12:00:00Z", "until": "{day}T12:10:00Z"}, {"parent": "{middle_call}"}, {"page_size": "500"},
    ],
    "api/v1/recordings/": [{"state": "failed"}, {"state": "kept"}],
    "api/v1/contacts/": [
        {"cursor": "{contact_cursor}"}, {"search": "Maria"}, {"search": "{contact_name}"}, {"search": "{document}"},
        {"search": "{number}"}, {"search": "C4711"}, {"search": "nobody at all"}, {"contact_list": "{contact_list}"},
        {"state": "exhausted"}, {"state": "dialing"}, {"contact_list": "{contact_list}", "search": "Silva"},
        {"page_size": "500"},
    ],
    "api/v1/contacts/<pk>/history/": [{"page_size": "100"}],
    "api/v1/contact-lists/": [
        {"cursor": "{list_cursor}"}, {"search": "Mailing 1"}, {"campaign": "{campaign}"}, {"is_free": "true"},
    ],
    "api/v1/imports/": [{"state": "done"}, {"contact_list": "{contact_list}"}],
    "api/v1/campaigns/": [{"state": "running"}, {"search": "1"}],
    "api/v1/people/": [{"cursor": "{person_cursor}"}, {"search": "Ana"}, {"role": "operator"}, {"is_active": "false"}],
    "api/v1/operators/": [{"on_shift": "1"}, {"search": "Ana"}, {"is_active": "true"}],
    "api/v1/supervision/talks/": [{"calls": "{call},{middle_call}"}],
    "api/v1/callbacks/": [
        {"state": "pending"}, {"campaign": "{campaign}"}, {"operator": "{operator}"},
        {"contact": "{contact}"}, {"since": "{day}T00:00:00Z", "until": "{today}T00:00:00Z"}, {"page_size": "500"},
    ],
    "api/v1/activity/": [
        {"cursor": "{audit_cursor}"}, {"action": "campaign.started"}, {"actor": "{master}"}, {"actor": "999999"},
        {"target_type": "campaigns.campaign", "target_id": "{campaign}"}, {"page_size": "500"},
        {"since": "{day}T00:00:00Z", "until": "{day}T23:59:59Z"},
    ],
    "api/v1/campaigns/<pk>/history/": [{"cursor": "{audit_cursor}"}],
    "api/v1/webhook-deliveries/": [
        {"cursor": "{delivery_cursor}"}, {"state": "failed"}, {"endpoint": "{webhook}"}, {"event_type": "call.ended"},
    ],
    "api/v1/events/": [{"after": "0"}, {"after": "0", "types": "contact.changed"}],
    "api/v1/statistics/": [
        {"by": "campaign"}, {"by": "operator", "since": "{first_day}", "until": "{today}"},
        {"by": "hour", "since": "{first_day}", "until": "{today}"},
        {"by": "day", "since": "{first_day}", "until": "{today}", "campaign": "{campaign}"},
        {"by": "day", "contact_list": "{contact_list}"}, {"by": "day", "operator": "{operator}"},
    ],
    "api/v1/exports/statistics.csv": [{"by": "operator", "since": "{first_day}", "until": "{today}"}],
}  # fmt: skip
PLATFORM_LISTS: dict[str, list[dict[str, str]]] = {
    "companies/": [{"search": "firm5"}, {"status": "approved", "page": "2"}, {"sort": "-channels"}, {"noisy": "1"}],
    "directory/": [
        {"page": "40"}, {"q": "Silva"}, {"q": "op7@firm42"}, {"company": "big"}, {"role": "operator"},
        {"sort": "-seen"}, {"sort": "company"}, {"sort": "email"}, {"sort": "role"}, {"state": "inactive"},
    ],
    "audit/": [
        {"after": "25000"}, {"who": "Adão"}, {"who": "nobody"}, {"of": "company"}, {"company": "big"},
        {"company": "big", "who": "Marta"}, {"company": "big", "of": "disposition"},
    ],
    "logs/": [{"part": "web"}, {"text": "timeout"}],
    "companies/numbers/": [{"search": "firm42"}, {"page": "4"}, {"sort": "number"}, {"state": "on"}],
    "companies/numbers/inbound/": [{"search": "firm42"}, {"sort": "number"}, {"state": "on"}],
    "jump/": [{"q": "firm4"}],
    "trunks/number-examples/": [{"strip": "55", "prefix": "0"}],
    "api/v1/companies/": [{"status": "approved"}, {"search": "firm5"}, {"cursor": "{list_cursor}"}],
    "api/v1/activity/": [
        {"action": "company.approved"}, {"actor": "1"}, {"company": "big"}, {"cursor": "{list_cursor}"},
        {"since": "{day}T00:00:00Z", "until": "{day}T23:59:59Z"},
    ],
    "api/v1/directory/": [
        {"cursor": "{person_cursor}"}, {"search": "Silva"}, {"company": "big"}, {"role": "operator"},
        {"is_active": "false"},
    ],
    "api/v1/company-caller-ids/": [
        {"company": "{company}"}, {"search": "firm42"}, {"is_active": "true"}, {"cursor": "{list_cursor}"},
    ],
    "api/v1/company-numbers/": [
        {"company": "{company}"}, {"search": "firm42"}, {"is_active": "true"}, {"cursor": "{list_cursor}"},
    ],
    "api/v1/logs/": [{"part": "web"}, {"level": "WARNING"}, {"text": "timeout"}, {"company": "big"}],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One address, asked by one role. ``path`` begins with the site's prefix."""

    role: str
    route: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.role} {self.path}"


OWN = {("operator", "call"): "own_call"}
"""By role and object: what is asked for instead by who sees no other."""


def addresses(found: Mapping[str, Any]) -> list[Asked]:
    """Give all of them. ``found``: what tools.load.large printed, the days, and what was looked up since.

    Routes to things that weren't found are left out (``left_out``).
    """
    values = {**found, **_cursors(found)}
    asked = [*_site(COMPANY, LISTS, values, f"/c/{SLUG}/"), *_site(PLATFORM, PLATFORM_LISTS, values, "/")]
    return [one for one in asked if one.route not in NO_PAGES]


def left_out(found: Mapping[str, Any]) -> list[str]:
    """Give the routes that are open to reading and aren't asked for: files, and those to things that weren't found."""
    asked = {one.route for one in addresses(found)}
    return sorted({route for table in (COMPANY, PLATFORM) for route, row in table.items() if row.GET} - asked)


def _site(
    table: Mapping[str, Row], lists: Mapping[str, list[dict[str, str]]], values: Mapping[str, Any], prefix: str
) -> Iterator[Asked]:
    for route, row in table.items():
        for place, role in enumerate(_roles(row)):
            thing = OWN.get((role, row.of), row.of)
            if thing and thing not in values:
                continue
            path = prefix + (re.sub(r"<\w+>", quote(str(values[thing])), route) if thing else route)
            yield Asked(role, route, path)
            for query in lists.get(route, []) if place == 0 else []:
                text = urlencode({name: value.format_map(values) for name, value in query.items()})
                yield Asked(role, route, f"{path}?{text}")


def _roles(row: Row) -> list[str]:
    """Who asks: the strongest role, and an operator where he sees it too, as he sees less of it."""
    open_to = [role for role in STRONGEST if role in row.GET]
    return open_to[:1] + [role for role in open_to[1:] if role == "operator"]


def _cursors(found: Mapping[str, Any]) -> dict[str, str]:
    """DRF's cursors in the middle of lists."""
    places = {
        "call_cursor": found["middle_call"],
        "contact_cursor": found["contact"],
        "list_cursor": 20,
        "person_cursor": 120,
        "audit_cursor": found["middle_audit"],
        "delivery_cursor": found["delivery"],
    }
    return {name: base64.b64encode(urlencode({"p": place}).encode()).decode() for name, place in places.items()}
