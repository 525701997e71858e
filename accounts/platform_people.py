"""What global admins do to people of companies. Each leaves an audit row in the company's trail and in the platform's.

The company's trail names the platform, not the admin: his id means nothing there.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django_tenants.utils import get_public_schema_name, schema_context

from accounts import actions, audit
from accounts.models import User
from accounts.sessions import end_sessions
from live import publish
from tenants.actions import check_is_platform_admin
from tenants.models import PersonEntry


def do_deactivate(entry: PersonEntry, *, acting_user: User | None) -> None:
    """Take a person's access away, his sessions and shift with it.

    Raises NotPlatformAdminError, LastMasterError, User.DoesNotExist (the directory is behind).
    """
    _do(entry, lambda person: actions.do_deactivate_person(person, acting_user=None), "person.deactivated", acting_user)


def do_reactivate(entry: PersonEntry, *, acting_user: User | None) -> None:
    """Give a person his access back. Raises NotPlatformAdminError, User.DoesNotExist."""
    _do(entry, lambda person: actions.do_reactivate_person(person, acting_user=None), "person.reactivated", acting_user)


def do_end_sessions(entry: PersonEntry, *, acting_user: User | None) -> None:
    """End all sessions and sockets of a person; he may log in again.

    Raises NotPlatformAdminError, User.DoesNotExist.
    """

    def end(person: User) -> None:
        audit.record("person.sessions_ended", person, acting_user=None, sessions=end_sessions(person))
        transaction.on_commit(lambda: publish.recheck(entry.schema, person.pk))

    _do(entry, end, "person.sessions_ended", acting_user)


def _do(entry: PersonEntry, work: Callable[[User], object], action: str, acting_user: User | None) -> None:
    check_is_platform_admin(acting_user)
    with transaction.atomic():
        with schema_context(entry.schema):
            work(User.objects.get(pk=entry.person_id))
        with schema_context(get_public_schema_name()):
            audit.record(action, entry, acting_user=acting_user, company=entry.schema, email=entry.email)
