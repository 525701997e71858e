"""Who may do what. Checked in every action, not only in pages."""

from __future__ import annotations

from accounts.exceptions import NotAllowedError, NotForKeysError, ScopeMissingError
from accounts.models import User
from accounts.scopes import Scope


def check_role(acting_user: User | None, *roles: str, scope: Scope | None = None) -> None:
    """Raise NotAllowedError unless the person is active and has one of the roles. None is the platform itself.

    An API key in his name needs ``scope`` too (ScopeMissingError); without one the action is closed to keys
    (NotForKeysError).
    """
    if acting_user is None:
        return
    if not acting_user.is_active or acting_user.role not in roles:
        raise NotAllowedError
    if acting_user.scopes is None:
        return
    if scope is None:
        raise NotForKeysError
    if scope not in acting_user.scopes:
        raise ScopeMissingError(scope=scope.value)
