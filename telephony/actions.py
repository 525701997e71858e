"""Writes of the switch's lines: trunks and nodes. Numbers are in telephony.number_actions.

Global admins act here, in the public schema; ``acting_user`` None is the platform itself. Passwords go in and never
come out again: neither into the audit trail, nor into an answer.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django_tenants.utils import get_public_schema_name, schema_context
from redis.exceptions import RedisError

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from telephony.exceptions import (
    TrunkHasCallerIdsError,
    TrunkInUseError,
    TrunkNameTakenError,
    TrunkSettingsError,
    UnknownCompanyError,
    UnknownNodeError,
)
from telephony.models import SwitchNode, Trunk
from telephony.parts import channels_on_trunk
from telephony.provisioning import publish_on_commit
from telephony.secrets import seal
from telephony.trunk_values import faults_of
from tenants.models import Company

SETTINGS = (
    "label",
    "host",
    "port",
    "transport",
    "username",
    "registers",
    "from_user",
    "from_domain",
    "codecs",
    "inbound_hosts",
    "qualify_s",
    "cps_limit",
    "channel_limit",
    "strip",
    "prefix",
    "priority",
    "is_active",
    "for_all_companies",
)
"""What may be set again and again; the name is given once, and the password goes by itself."""


def check_may_manage(acting_user: User | None) -> None:
    """Raise NotAllowedError unless a global admin acts."""
    check_role(acting_user, Role.GLOBAL_ADMIN)


def do_create_trunk(
    *, name: str, acting_user: User | None, secret: str = "", company_ids: Collection[int] = (), **values: Any
) -> Trunk:
    """Make a trunk; every node gets it at once.

    Raises NotAllowedError, TrunkSettingsError, TrunkNameTakenError, UnknownCompanyError.
    """
    check_may_manage(acting_user)
    trunk = Trunk(name=name, **_known(values))
    _check_values(trunk, secret)
    trunk.sealed_secret = seal(secret)
    with schema_context(get_public_schema_name()), transaction.atomic():
        try:
            with transaction.atomic():
                trunk.save()
        except IntegrityError as error:
            raise TrunkNameTakenError from error
        _set_companies(trunk, company_ids)
        audit("trunk.created", trunk, acting_user=acting_user, name=name, companies=sorted(company_ids), **_told(trunk))
        publish_on_commit()
    return trunk


def do_update_trunk(
    trunk: Trunk,
    *,
    acting_user: User | None,
    secret: str | None = None,
    company_ids: Collection[int] | None = None,
    **values: Any,
) -> Trunk:
    """Change settings; the password where one is given ("" takes it away), the companies where they are given.

    Raises NotAllowedError, TrunkSettingsError, UnknownCompanyError.
    """
    check_may_manage(acting_user)
    with schema_context(get_public_schema_name()), transaction.atomic():
        locked = Trunk.objects.select_for_update().get(pk=trunk.pk)
        before = _told(locked) | {"companies": _company_ids(locked)}
        for field, value in _known(values).items():
            setattr(locked, field, value)
        _check_values(locked, secret)
        if secret is not None:
            locked.sealed_secret = seal(secret)
        locked.save()
        if company_ids is not None:
            _set_companies(locked, company_ids)
        after = _told(locked) | {"companies": _company_ids(locked)}
        changes = {field: value for field, value in after.items() if before[field] != value}
        if secret is not None:
            changes["secret"] = "changed"  # noqa: S105  that it changed, never what it is
        if changes:
            audit("trunk.changed", locked, acting_user=acting_user, name=locked.name, changes=changes)
            publish_on_commit()
    return locked


def do_delete_trunk(trunk: Trunk, *, acting_user: User | None) -> None:
    """Take a trunk away from every node; its old calls keep its name.

    Raises NotAllowedError, TrunkInUseError (calls are up on it, or nobody can tell), TrunkHasCallerIdsError.
    """
    check_may_manage(acting_user)
    with schema_context(get_public_schema_name()), transaction.atomic():
        locked = Trunk.objects.select_for_update().get(pk=trunk.pk)
        if numbers := list(locked.caller_ids.values_list("number", flat=True)[:5]):
            raise TrunkHasCallerIdsError(trunk=locked.label, numbers=", ".join(numbers))
        if count := _calls_now(locked):
            raise TrunkInUseError(trunk=locked.label, count=count)
        audit("trunk.deleted", locked, acting_user=acting_user, name=locked.name)
        locked.delete()
        publish_on_commit()


def do_set_takes_calls(node: str, *, takes_calls: bool, acting_user: User | None) -> SwitchNode:
    """Take a node out, or in again: out, no new call and no new shift goes there; what is up goes on.

    Raises NotAllowedError, UnknownNodeError.
    """
    check_may_manage(acting_user)
    if node not in settings.TELEPHONY_NODES:
        raise UnknownNodeError(node=node[:40])
    with schema_context(get_public_schema_name()), transaction.atomic():
        row, _created = SwitchNode.objects.select_for_update().get_or_create(name=node)
        if row.takes_calls != takes_calls:
            row.takes_calls = takes_calls
            row.save()
            audit("node.taken_in" if takes_calls else "node.taken_out", row, acting_user=acting_user, name=node)
            publish_on_commit()
    return row


def _check_values(trunk: Trunk, secret: str | None) -> None:
    values = {field: getattr(trunk, field) for field in ("name", *SETTINGS)}
    if faults := faults_of(values | {"secret": secret}):
        raise TrunkSettingsError(faults)


def _set_companies(trunk: Trunk, company_ids: Collection[int]) -> None:
    found = Company.objects.filter(pk__in=company_ids).exclude(schema_name=get_public_schema_name())
    if found.count() != len(set(company_ids)):
        raise UnknownCompanyError
    trunk.companies.set(found)


def _company_ids(trunk: Trunk) -> list[int]:
    return sorted(trunk.companies.values_list("pk", flat=True))


def _calls_now(trunk: Trunk) -> int:
    try:
        return channels_on_trunk(trunk.name)
    except RedisError:
        return 0  # nobody can tell; calls that are up outlive the endpoint


def _told(trunk: Trunk) -> dict[str, Any]:
    """What the audit trail may know."""
    return {field: getattr(trunk, field) for field in SETTINGS}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in values.items() if field in SETTINGS}
