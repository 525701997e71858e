"""Who may do what. Checked in every action, not only in pages."""

from __future__ import annotations

from accounts.exceptions import NotAllowedError
from accounts.models import User


def check_role(acting_user: User | None, *roles: str) -> None:
    """Raise NotAllowedError unless the person is active and has one of the roles. None is the platform itself."""
    if acting_user is None:
        return
    if not acting_user.is_active or acting_user.role not in roles:
        raise NotAllowedError
