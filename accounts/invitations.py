"""Links by which a person sets his own password: the invitation to a new one, a reset for one who forgot his.

A link is bound to the company and the person, works once and for 72 hours (settings.PASSWORD_RESET_TIMEOUT), and not
for someone who has been deactivated. It is void as soon as the password is set or the person has logged in.
"""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction

from accounts import audit
from accounts.actions import check_may_manage, check_password, end_other_access
from accounts.exceptions import LinkInvalidError
from accounts.models import User
from accounts.permissions import check_role
from tenants.active import active_schema


class _Tokens(PasswordResetTokenGenerator):
    """Django's, which sign the person, his password and his last log-in; and the company."""

    key_salt = "accounts.invitations"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{active_schema()}:{super()._make_hash_value(user, timestamp)}"


_tokens = _Tokens()


def do_make_link(person: User, *, acting_user: User | None) -> str:
    """Give the token of a new link; what was sent to someone who never set a password becomes void.

    Raises NotAllowedError, LinkInvalidError for a person who is deactivated.
    """
    check_may_manage(acting_user)
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        if not person.is_active:
            raise LinkInvalidError
        if not person.has_usable_password():
            person.set_unusable_password()  # another random mark: earlier links don't fit it
            person.save(update_fields=["password"])
        audit.record("person.link_made", person, acting_user=acting_user)
        return _tokens.make_token(person)


def person_of_link(person_id: int, token: str) -> User:
    """Give the person whom a link lets in. Raises LinkInvalidError, the same for every reason."""
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None or not _tokens.check_token(person, token):
        raise LinkInvalidError
    return person


def do_accept_link(person_id: int, token: str, *, password: str) -> User:
    """Set the password. Of two at once the second is refused. Raises LinkInvalidError, WeakPasswordError."""
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=person_id).first()
        person = person_of_link(person_id, token)
        check_role(person, person.role)
        check_password(password, person)
        person.set_password(password)
        person.save(update_fields=["password"])
        audit.record("person.password_set", person, acting_user=person, sessions=end_other_access(person))
    return person
