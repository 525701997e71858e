"""Logging in: a person of the active schema, and only with a role that belongs there."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db import connection
from django.http import HttpRequest
from django_tenants.utils import get_public_schema_name

from accounts.choices import COMPANY_ROLES, Role
from accounts.models import User


class SchemaBackend(BaseBackend):
    """Looks people up in the active schema: user 5 of one company is nobody in another."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        email = username or kwargs.get("email")
        if email is None or password is None:
            return None
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            User().set_password(password)  # the same work for an unknown e-mail, so that time tells nothing
            return None
        return user if user.check_password(password) and self._belongs_here(user) else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if user is not None and self._belongs_here(user) else None

    @staticmethod
    def _belongs_here(user: User) -> bool:
        on_public_site = connection.schema_name == get_public_schema_name()
        return user.is_active and (user.role == Role.GLOBAL_ADMIN if on_public_site else user.role in COMPANY_ROLES)
