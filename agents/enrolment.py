"""Makes an operator, with an extension, of every new person with that role."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from accounts.choices import Role
from accounts.models import User
from agents.exceptions import ExtensionsExhaustedError
from agents.models import Operator
from tenants.selectors import company_for

MOST_EXTENSIONS = 999


def enrol(schema: str, user: User) -> Operator:
    """Give the person an Operator with the company's next extension: its prefix and three digits.

    Three and no more: with prefixes of any length, extensions stay unique over the platform.
    Raises ExtensionsExhaustedError.
    """
    prefix = str(company_for(schema).extension_prefix)
    with transaction.atomic(), connection.cursor() as cursor:
        # Two people enrolled at once must not get one extension. Named lock, released at commit.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"extensions:{schema}"])
        known = Operator.objects.filter(user=user).first()
        if known is not None:
            return known
        taken = set(Operator.objects.values_list("extension", flat=True))
        for number in range(1, MOST_EXTENSIONS + 1):
            if (extension := f"{prefix}{number:03d}") not in taken:
                return Operator.objects.create(user=user, extension=extension)
    raise ExtensionsExhaustedError


def enrol_new_person(sender: Any, *, schema: str, user: User, **kwargs: Any) -> None:
    """Receiver of accounts.signals.person_created."""
    if user.role == Role.OPERATOR:
        enrol(schema, user)
