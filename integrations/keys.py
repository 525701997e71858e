"""API keys: making and revoking them, and finding whose it is that came with a request. Active schema."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.backends import SchemaBackend
from accounts.choices import Role
from accounts.exceptions import InvalidTokenError
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from common.clock import now
from common.plain import plain_line
from integrations.exceptions import (
    KeyExpiryError,
    KeyNameMissingError,
    KeyRoleError,
    TooManyKeysError,
    UnknownScopesError,
)
from integrations.models import ApiKey
from tenants.active import is_public

START = "cad_"
_PREFIX_LENGTH = len(START) + 8
MOST_VALID = 100
_USED_EVERY = timedelta(minutes=1)
ROLES = (Role.MASTER, Role.SUPERVISOR)
ROLE_CHOICES = [(role.value, role.label) for role in ROLES]


class ReadKey(NamedTuple):
    """What is shown of a key."""

    pk: int
    name: str
    prefix: str
    role: str
    scopes: list[str]
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    owner__name: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """``secret`` is the whole key: shown once, kept nowhere."""

    key: ApiKey
    secret: str


def check_may_manage(acting_user: User | None) -> None:
    """Masters manage keys, and no key manages keys: a leaked one must not make itself a successor."""
    check_role(acting_user, Role.MASTER)


def all_keys() -> QuerySet[ApiKey]:
    """All of the company's, newest first, with their owners."""
    return ApiKey.objects.select_related("owner")


def do_create_key(
    *,
    name: str,
    scopes: Collection[str],
    acting_user: User,
    role: str = Role.SUPERVISOR,
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key that acts in the master's name.

    Raises NotAllowedError, NotForKeysError, KeyNameMissingError, UnknownScopesError, KeyRoleError, KeyExpiryError,
    TooManyKeysError.
    """
    check_may_manage(acting_user)
    name = plain_line(name)[:80]
    if not name:
        raise KeyNameMissingError
    _check_scopes(scopes)
    if role not in ROLES:
        raise KeyRoleError
    if expires_at is not None and expires_at <= now():
        raise KeyExpiryError
    secret = f"{START}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)  # two at once are counted one by one
        if _valid().count() >= MOST_VALID:
            raise TooManyKeysError(most=MOST_VALID)
        key = ApiKey.objects.create(
            name=name,
            owner=acting_user,
            prefix=secret[:_PREFIX_LENGTH],
            digest=_digest(secret),
            role=role,
            scopes=sorted(set(scopes)),
            expires_at=expires_at,
        )
        audit.record(
            "api_key.created",
            key,
            acting_user=acting_user,
            name=name,
            prefix=key.prefix,
            role=role,
            scopes=key.scopes,
            expires_at=expires_at.isoformat() if expires_at else None,
        )
    return NewKey(key, secret)


def do_revoke_key(key: ApiKey, *, acting_user: User) -> ApiKey:
    """End a key at once and for good. Raises NotAllowedError."""
    check_may_manage(acting_user)
    with transaction.atomic():
        locked = ApiKey.objects.select_for_update(no_key=True).get(pk=key.pk)
        if locked.revoked_at is None:
            locked.revoked_at = now()
            locked.save(update_fields=["revoked_at"])
            audit.record("api_key.revoked", locked, acting_user=acting_user, name=locked.name, prefix=locked.prefix)
    return locked


def user_of(secret: str) -> tuple[ApiKey, User]:
    """Give a key and its owner as he may act by it. Raises InvalidTokenError.

    The owner may no more than the key's role and his own of today allow, and only what the scopes name.
    """
    if is_public():
        raise InvalidTokenError
    key = ApiKey.objects.filter(prefix=secret[:_PREFIX_LENGTH]).first()
    at = now()
    if key is None or not hmac.compare_digest(key.digest, _digest(secret)) or not is_valid(key, at):
        raise InvalidTokenError
    owner = SchemaBackend().get_user(key.owner_id)
    if owner is None or owner.role not in ROLES:
        raise InvalidTokenError
    if key.role == Role.SUPERVISOR:
        owner.role = Role.SUPERVISOR
    owner.scopes, owner.credential = frozenset(key.scopes), key.prefix
    _note_use(key, at)
    return key, owner


def is_valid(key: ApiKey | ReadKey, at: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > at)


def _valid() -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now()), revoked_at__isnull=True)


def _note_use(key: ApiKey, at: datetime) -> None:
    if key.last_used_at is None or key.last_used_at < at - _USED_EVERY:
        unused = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - _USED_EVERY)
        ApiKey.objects.filter(unused, pk=key.pk).update(last_used_at=at)


def _check_scopes(scopes: Collection[str]) -> None:
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        raise UnknownScopesError(scopes=", ".join(unknown)[:200] or "–")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
