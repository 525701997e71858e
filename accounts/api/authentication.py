"""Who calls the API: a person by session or token, or an API key in its owner's name.

Tokens and keys are looked up before any view runs (integrations.api.middleware), which limits and repeats by them. Here
a view takes over what was found, and keys are kept to the families of their scopes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.exceptions import NotForKeysError, ScopeMissingError
from accounts.models import User


@dataclass(frozen=True, slots=True)
class Credential:
    """``kind``: key or token. ``ident`` names it within its schema, for limits and repetition."""

    kind: str
    ident: str
    user: User


def credential_of(request: HttpRequest) -> Credential | None:
    """Give what the request was sent with; None: a session, or nothing."""
    return getattr(request, "api_credential", None)


class ApiAuthentication(SessionAuthentication):
    """Session with CSRF token, or what the middleware found in ``Authorization``."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        credential = credential_of(request._request)
        if credential is None:
            found: tuple[User, Any] | None = super().authenticate(request)
            return found
        if credential.kind == "key":
            _check_scope(request, credential.user)
        return credential.user, credential

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied(str(error.detail), code="csrf_failed") from error


def _check_scope(request: Request, user: User) -> None:
    """A view without a family is closed to keys: nobody has thought of it yet. Some read by POST (``post_reads``).

    What tells nothing of the company is open to every key (``any_key``).
    """
    view = request.parser_context.get("view")
    if getattr(view, "any_key", False):
        return
    family = getattr(view, "scope_family", None)
    reads = request.method in SAFE_METHODS or getattr(view, "post_reads", False)
    right = "read" if reads else "write"
    if family is None:
        raise NotForKeysError
    if f"{family}:{right}" not in (user.scopes or ()):
        raise ScopeMissingError(scope=f"{family}:{right}")
