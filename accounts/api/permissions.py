"""Who may call the API of a company. Actions check the exact role again."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.choices import COMPANY_ROLES
from accounts.models import User


class HasRole(BasePermission):
    """A logged-in, active person with one of ``roles``."""

    roles: tuple[str, ...] = ()

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and user.role in self.roles


class IsCompanyPerson(HasRole):
    roles = COMPANY_ROLES


class IsSupervisor(HasRole):
    """Supervisors and masters."""

    roles = ("master", "supervisor")


class IsMaster(HasRole):
    roles = ("master",)


class IsOperator(HasRole):
    roles = ("operator",)
