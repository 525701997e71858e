"""Reads of calls worth a name. All in the active schema."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import User
from agents.models import Operator
from calls.choices import CallState
from calls.models import Call, DayFigures, Disposition
from contacts.models import Contact
from tenants.written import GivenKeys, IsOneOf, Written

_CONTACTS = Written(
    lambda: Contact.objects.filter(IsOneOf(F("pk"), GivenKeys("ids"))).values_list(
        "pk", "name", "contact_list_id", "contact_list__name"
    )
)
_OPERATORS = Written(
    lambda: Operator.objects.filter(IsOneOf(F("pk"), GivenKeys("ids"))).values_list("pk", "user__name")
)
NOBODY: Mapping[int, str] = MappingProxyType({})


def calls_visible_to(user: User) -> QuerySet[Call]:
    """Calls, newest first, with their disposition: all of them for supervisors, his own for an operator."""
    calls = Call.objects.select_related("disposition").order_by("-id")
    if user.may_supervise:
        return calls
    return calls.filter(operator_id__in=Operator.objects.filter(user=user).values("pk"))


def open_calls() -> QuerySet[Call]:
    """Calls that have not ended. By an index of their own: few, however many calls there ever were."""
    return Call.objects.exclude(state=CallState.ENDED).order_by("id")


def active_dispositions() -> QuerySet[Disposition]:
    return Disposition.objects.filter(is_active=True)


def day_figures(day: date, campaign_ids: Collection[int] | None = None) -> dict[int, DayFigures]:
    """Give each campaign's figures of the company's day, by campaign id; without any call there is no row."""
    rows = DayFigures.objects.filter(day=day)
    if campaign_ids is not None:
        rows = rows.filter(campaign_id__in=campaign_ids)
    return {row.campaign_id: row for row in rows}


class SpokenOf(Protocol):
    """What is read of a call to name those around it."""

    @property
    def parent_id(self) -> UUID | None: ...
    @property
    def operator_id(self) -> int | None: ...
    @property
    def contact_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class CallNames:
    """Names for a page of calls, which hold plain ids: of operators, contacts and their lists, by id."""

    operators: dict[int, str]
    contacts: dict[int, str]
    lists: dict[int, str]
    parents: dict[UUID, Call]
    """The customers' calls that legs outside were made in."""

    def contact(self, call: SpokenOf) -> str:
        """The name of the contact: a leg's is its customer's; "" for one without."""
        parent = self.parents.get(call.parent_id) if call.parent_id else None
        return self.contacts.get((parent or call).contact_id, "")


def names_of(calls: Sequence[SpokenOf], *, operators: Mapping[int, str] = NOBODY) -> CallNames:
    """Look up who a page of calls speaks of, in three queries. What was deleted since is missing.

    ``operators``: names that are known already.
    """
    parent_ids = {call.parent_id for call in calls if call.parent_id}
    parents = Call.objects.in_bulk(parent_ids) if parent_ids else {}
    contact_ids = {call.contact_id for call in (*calls, *parents.values())}
    found = _CONTACTS(ids=contact_ids) if contact_ids else []
    return CallNames(
        operators=_operators({call.operator_id for call in calls if call.operator_id}, operators),
        contacts={pk: name for pk, name, _list_id, _list_name in found},
        lists={list_id: list_name for _pk, _name, list_id, list_name in found},
        parents=parents,
    )


def _operators(ids: Set[int], known: Mapping[int, str]) -> dict[int, str]:
    unknown = ids - known.keys()
    rows = _OPERATORS(ids=unknown) if unknown else ()
    return {pk: known[pk] for pk in ids - unknown} | dict(rows)
