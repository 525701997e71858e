"""The platform's directory of all companies' people: one public row beside each person's own (ADR 24).

Written in the transaction that writes the person, so that it never tells of a change that didn't happen; what is
written past the model's own save (a bulk update, a restored schema) is put right each hour (accounts.tasks).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django_tenants.utils import get_public_schema_name, schema_context

from accounts.models import User
from tenants.active import active_schema, is_public
from tenants.choices import CompanyStatus
from tenants.models import Company, PersonEntry

READ = ("name", "email", "role", "is_active", "last_login", "password")
"""What an entry follows from; of the password only whether there is one."""
KEPT = ("name", "email", "role", "is_active", "last_login", "is_invited")


def follow_saved(
    sender: Any, *, instance: User, update_fields: Collection[str] | None = None, raw: bool = False, **kwargs: Any
) -> None:
    """Receiver of post_save."""
    if is_public() or raw or (update_fields is not None and not set(update_fields) & set(READ)):
        return
    schema = active_schema()
    with schema_context(get_public_schema_name()):
        PersonEntry.objects.update_or_create(schema=schema, person_id=instance.pk, defaults=_values(instance))


def follow_deleted(sender: Any, *, instance: User, **kwargs: Any) -> None:
    """Receiver of post_delete."""
    if is_public():
        return
    schema, person_id = active_schema(), instance.pk
    with schema_context(get_public_schema_name()):
        PersonEntry.objects.filter(schema=schema, person_id=person_id).delete()


def schemas() -> list[str]:
    """Give the schemas of all companies that have one."""
    with schema_context(get_public_schema_name()):
        rows = Company.objects.filter(status__in=(CompanyStatus.APPROVED, CompanyStatus.SUSPENDED))
        return list(rows.exclude(schema_name=get_public_schema_name()).values_list("schema_name", flat=True))


def rebuild(schema: str) -> int:
    """Make the directory say what the active schema says; give how many rows stood wrong."""
    people = {user.pk: _values(user) for user in User.objects.only(*READ)}
    with schema_context(get_public_schema_name()):
        entries = {entry.person_id: entry for entry in PersonEntry.objects.filter(schema=schema)}
        missing = [PersonEntry(schema=schema, person_id=pk, **people[pk]) for pk in people.keys() - entries.keys()]
        gone = [entries[pk].pk for pk in entries.keys() - people.keys()]
        pairs = [(entries[pk], people[pk]) for pk in people.keys() & entries.keys()]
        wrong = [_corrected(entry, values) for entry, values in pairs if _differs(entry, values)]
        PersonEntry.objects.bulk_create(missing, ignore_conflicts=True)
        PersonEntry.objects.filter(pk__in=gone).delete()
        PersonEntry.objects.bulk_update(wrong, KEPT, batch_size=500)
    return len(missing) + len(gone) + len(wrong)


def forget_others(known: Iterable[str]) -> None:
    """Drop the people of companies that are no more."""
    with schema_context(get_public_schema_name()):
        PersonEntry.objects.exclude(schema__in=list(known)).delete()


def _values(user: User) -> dict[str, Any]:
    known = {name: getattr(user, name) for name in KEPT if name != "is_invited"}
    return known | {"is_invited": not user.has_usable_password()}


def _differs(entry: PersonEntry, values: dict[str, Any]) -> bool:
    return any(getattr(entry, name) != value for name, value in values.items())


def _corrected(entry: PersonEntry, values: dict[str, Any]) -> PersonEntry:
    for name, value in values.items():
        setattr(entry, name, value)
    return entry
