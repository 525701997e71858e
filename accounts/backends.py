"""Logging in: a person of the active schema, and only with a role that belongs there."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from accounts.choices import COMPANY_ROLES, Role
from accounts.models import User, clean_email
from tenants.active import is_public
from tenants.row import Row

_BY_ID = Row(User, "id = %s")


class SchemaBackend(BaseBackend):
    """Looks people up in the active schema: user 5 of one company is nobody in another."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        email = username or kwargs.get("email")
        if email is None or password is None:
            return None
        user = User.objects.filter(email=clean_email(email)).first()
        if user is None:
            User().set_password(password)  # the same work for an unknown e-mail, so that time tells nothing
            return None
        return user if user.check_password(password) and self._belongs_here(user) else None

    def get_user(self, user_id: int) -> User | None:
        user = _BY_ID.get(user_id)
        return user if user is not None and self._belongs_here(user) else None

    @staticmethod
    def _belongs_here(user: User) -> bool:
        on_public_site = is_public()
        return user.is_active and (user.role == Role.GLOBAL_ADMIN if on_public_site else user.role in COMPANY_ROLES)
