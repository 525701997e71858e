"""The audit trail in words: who did what, and what was before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from desk import formats
from desk.history_words import ACTIONS, FIELDS, WORDS
from tenants.row import Row
from tenants.written import GivenKeys, IsOneOf, Written

SHOWN = 20
NAMED = {
    "accounts.user": "name",
    "agents.operator": "user__name",
    "agents.pausereason": "name",
    "calls.disposition": "name",
    "campaigns.announcement": "name",
    "campaigns.campaign": "name",
    "contacts.contact": "name",
    "contacts.contactlist": "name",
}
"""What entries are about, and where its name stands."""
_CHANGES = Row(
    AuditEntry, "target_type = %s AND target_id = %s AND action NOT LIKE 'session.%%' ORDER BY id DESC LIMIT %s"
)
_FIELDS_OF = {"campaigns.campaigndefaults": "campaigns.campaign"}
_AS_TYPED = frozenset({"name", "email", "trade_name", "initials", "script"})


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it. ``details``: sentences, as "Name: Ana → Ana Lima"; ``about``: whom or what."""

    at: datetime
    who: str
    what: Promise | str
    details: tuple[str, ...]
    about: str = ""


def changes_of(target_type: str, target_id: str, *, most: int = SHOWN) -> list[Line]:
    """Give the last changes of one thing, the newest first; log-ins and listening are no changes of it."""
    return [line_of(entry) for entry in _CHANGES.all(target_type, target_id, most)]


def line_of(entry: AuditEntry, about: str = "") -> Line:
    words = ACTIONS.get(entry.action, entry.action)
    return Line(entry.at, entry.actor_name, words, tuple(_details(entry)), about)


def lines_of(entries: Sequence[AuditEntry]) -> list[Line]:
    """Give a page of entries with the names of what they are about: one query for each kind of thing."""
    names: dict[tuple[str, str], str] = {}
    for kind in {entry.target_type for entry in entries} & NAMED.keys():
        ids = [entry.target_id for entry in entries if entry.target_type == kind and entry.target_id.isdecimal()]
        names |= {(kind, str(pk)): str(name) for pk, name in _names_of(kind)(ids=ids)} if ids else {}
    return [line_of(entry, names.get((entry.target_type, entry.target_id), "")) for entry in entries]


@cache
def _names_of(kind: str) -> Written:
    """Give the query of the names of things of a kind."""
    things = apps.get_model(kind)._default_manager.filter(IsOneOf(F("pk"), GivenKeys("ids")))
    return Written(lambda: things.values_list("pk", NAMED[kind]))


def _details(entry: AuditEntry) -> Iterable[str]:
    detail: Mapping[str, Any] = entry.detail
    for name, value in detail.get("changes", {}).items():
        yield _change(entry.target_type, name, value)
    if "before" in detail and "after" in detail:
        yield f"{_word(detail['before'])} → {_word(detail['after'])}"
    for name in ("name", "email", "reason", "code", "disposition", "days"):
        if name in detail and detail[name] not in (None, ""):
            yield f"{_label(entry.target_type, name)}: {_said(name, detail[name])}"
    if "operators" in detail and isinstance(detail["operators"], list):
        yield _("%(count)s operators") % {"count": len(detail["operators"])}


def _change(target_type: str, name: str, value: Any) -> str:
    label = _label(target_type, name)
    if isinstance(value, list) and len(value) == 2:
        return f"{label}: {_said(name, value[0])} → {_said(name, value[1])}"
    return f"{label}: {_said(name, value)}"


def _said(name: str, value: Any) -> str:
    """A value of a field: what people typed stays as it is, also where it looks like a code."""
    if name == "target_abandon_rate" and value is not None:
        return f"{formats.percent_short(Decimal(str(value)), get_language() or 'pt-br')}\N{NO-BREAK SPACE}%"
    return str(value)[:200] if name in _AS_TYPED and value else _word(value)


def _label(target_type: str, name: str) -> str:
    if name in FIELDS:
        return str(FIELDS[name])
    try:
        field = apps.get_model(_FIELDS_OF.get(target_type, target_type))._meta.get_field(name)
    except (LookupError, FieldDoesNotExist, ValueError):
        return name
    words = str(getattr(field, "verbose_name", name))
    return words[:1].upper() + words[1:]


def _word(value: Any) -> str:
    """Say a stored value: codes by their words, nothing as a dash."""
    if value is None or value == "":
        return "—"
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if isinstance(value, dict):
        return ", ".join(f"{_word(key)} {_word(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_word(one) for one in value) or "—"
    return str(WORDS.get(str(value), value))
