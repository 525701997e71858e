"""Who may call the platform's own API. Actions check again."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class IsGlobalAdmin(BasePermission):
    """An active global admin, who exists in the public schema only."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.is_active and getattr(user, "is_global_admin", False))
