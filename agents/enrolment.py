"""Extensions: every new operator gets one, a supervisor when he first wants to hear somebody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from accounts.choices import Role
from accounts.models import User
from agents.exceptions import ExtensionsExhaustedError
from agents.models import Operator, SupervisorPhone
from tenants.selectors import company_for

MOST_EXTENSIONS = 999


def enrol(schema: str, user: User) -> Operator:
    """Give the person an Operator with the company's next extension: its prefix and three digits.

    Three and no more: with prefixes of any length, extensions stay unique over the platform.
    Raises ExtensionsExhaustedError.
    """
    with transaction.atomic():
        _lock_extensions(schema)
        known = Operator.objects.filter(user=user).first()
        if known is not None:
            return known
        extension = _free_extension(schema, range(1, MOST_EXTENSIONS + 1))
        return Operator.objects.create(user=user, extension=extension)


def enrol_supervisor(schema: str, user: User) -> SupervisorPhone:
    """Give the person a phone of his own, with an extension that no operator has.

    Counted from the top, so that operators' numbers stay together. Raises ExtensionsExhaustedError.
    """
    with transaction.atomic():
        _lock_extensions(schema)
        known = SupervisorPhone.objects.filter(user=user).first()
        if known is not None:
            return known
        extension = _free_extension(schema, range(MOST_EXTENSIONS, 0, -1))
        return SupervisorPhone.objects.create(user=user, extension=extension)


def _lock_extensions(schema: str) -> None:
    """Two people enrolled at once must not get one extension. A named lock, released at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"extensions:{schema}"])


def _free_extension(schema: str, numbers: Iterable[int]) -> str:
    """Give the first that neither an operator nor a supervisor has. The lock is held."""
    prefix = str(company_for(schema).extension_prefix)
    taken = set(Operator.objects.values_list("extension", flat=True))
    taken |= set(SupervisorPhone.objects.values_list("extension", flat=True))
    for number in numbers:
        if (extension := f"{prefix}{number:03d}") not in taken:
            return extension
    raise ExtensionsExhaustedError


def enrol_new_person(sender: Any, *, schema: str, user: User, **kwargs: Any) -> None:
    """Receiver of accounts.signals.person_created."""
    if user.role == Role.OPERATOR:
        enrol(schema, user)
