"""Tokens for integrators: a short one that calls, and one that is exchanged for the next pair.

Both are bound to the schema and to the person's password as it is (User.get_session_auth_hash is made of both): a new
password ends them, and user 5 of one company is nobody in another. The person is looked up at each call, so that a
deactivated one is refused at once. A refresh token is worth one exchange; who comes with a spent one ends them all, as
one of the two who had it has stolen it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts import audit
from accounts.backends import SchemaBackend
from accounts.exceptions import InvalidTokenError
from accounts.models import User
from accounts.sessions import check_password_of
from common.clock import now
from tenants.active import active_schema
from tenants.request import SiteRequest

SCHEMA, BOND = "schema", "bond"


@dataclass(frozen=True, slots=True)
class Pair:
    access: str
    refresh: str
    expires_in: int
    """Seconds of the access token."""


def do_issue(request: SiteRequest, *, email: str, password: str) -> Pair:
    """Give a pair for a password. Raises WrongPasswordError or TooManyAttemptsError."""
    user = check_password_of(request, email=email, password=password)
    with transaction.atomic():
        OutstandingToken.objects.filter(user=user, expires_at__lt=now()).delete()
        audit.record("token.issued", user, acting_user=user, address=str(request.META.get("REMOTE_ADDR", "")))
        return _pair(user)


def do_refresh(raw: str) -> Pair:
    """Exchange a refresh token. Raises InvalidTokenError; then a token that was spent before has ended all others."""
    token, user = _refresh_token(raw)
    with transaction.atomic():
        _spent, fresh = cast(tuple[BlacklistedToken, bool], token.blacklist())
        if fresh:
            return _pair(user)
    _end_all(user)
    raise InvalidTokenError


def do_revoke(raw: str) -> None:
    """End a refresh token; one that is worth nothing already is fine. Access tokens run out by themselves."""
    try:
        token, user = _refresh_token(raw)
    except InvalidTokenError:
        return
    with transaction.atomic():
        token.blacklist()
        audit.record("token.revoked", user, acting_user=user)


def user_of(raw: str) -> User:
    """Give whose access token this is, here and now. Raises InvalidTokenError."""
    try:
        return _holder(AccessToken(cast(Any, raw)))
    except TokenError as error:
        raise InvalidTokenError from error


class _Exchangeable(RefreshToken):
    """Spent ones are read too: somebody who comes with one tells of a theft (do_refresh)."""

    def check_blacklist(self) -> None:
        return


def _refresh_token(raw: str) -> tuple[RefreshToken, User]:
    try:
        token = _Exchangeable(cast(Any, raw))
    except TokenError as error:
        raise InvalidTokenError from error
    return token, _holder(token)


def _pair(user: User) -> Pair:
    refresh = RefreshToken.for_user(user)
    refresh[SCHEMA], refresh[BOND] = active_schema(), _bond(user)
    access = refresh.access_token
    OutstandingToken.objects.filter(jti=refresh["jti"]).update(token="")
    return Pair(str(access), str(refresh), int(access.lifetime.total_seconds()))


def _holder(token: Token) -> User:
    user_id = str(token.payload.get("user_id", ""))
    if token.payload.get(SCHEMA) != active_schema() or not user_id.isdecimal():
        raise InvalidTokenError
    user = SchemaBackend().get_user(int(user_id))
    if user is None or not hmac.compare_digest(_bond(user), str(token.payload.get(BOND, ""))):
        raise InvalidTokenError
    return user


def _bond(user: User) -> str:
    return user.get_session_auth_hash()[:32]


def _end_all(user: User) -> None:
    with transaction.atomic():
        for outstanding in OutstandingToken.objects.filter(user=user, expires_at__gte=now()):
            BlacklistedToken.objects.get_or_create(token=outstanding)
        audit.record("token.reused", user, acting_user=user)
