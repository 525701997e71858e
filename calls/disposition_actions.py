"""The company's dispositions: what a conversation can come to. Masters and supervisors keep them. Active schema."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.names import plain_name
from accounts.permissions import check_role
from accounts.scopes import Scope
from calls.exceptions import (
    DispositionTakenError,
    RequiredFieldNameError,
    ShortcutShapeError,
    ShortcutTakenError,
    UnknownDispositionError,
)
from calls.models import Disposition

SETTINGS = (
    "name",
    "is_final",
    "suppresses_phone",
    "is_success",
    "shortcut",
    "required_fields",
    "schedules_callback",
    "is_active",
)
"""What may be changed later; the code is what reports and other systems know it by, and stays."""
MOST_REQUIRED = 10
_SHORTCUT = re.compile(r"[0-9a-z]?")
_BY_WORD = {
    **dict.fromkeys(("note", "nota", "observacao", "observacoes", "obs"), "note"),
    **dict.fromkeys(("name", "nome"), "name"),
    **dict.fromkeys(("document", "documento", "cpf", "cnpj", "cpf-cnpj", "cpfcnpj", "cpf-ou-cnpj"), "document"),
    **dict.fromkeys(("email", "e-mail"), "email"),
}
"""What people call the fields that every contact and conversation has, in either language."""
_FIELD = re.compile(r"[^\x00-\x1f]{1,40}")


def do_create_disposition(*, name: str, code: str = "", acting_user: User | None, **settings: Any) -> Disposition:
    """Add a disposition at the end of the list; without ``code`` one is made of its name. ``settings``: of SETTINGS.

    Raises NotAllowedError, DispositionTakenError, ShortcutTakenError, ShortcutShapeError, RequiredFieldNameError.
    """
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, scope=Scope.CALLS_WRITE)
    # A name of signs alone makes no code: calls are disposed of by it, so it must be something.
    disposition = Disposition(
        code=(code or slugify(name) or f"t-{secrets.token_hex(4)}")[:30],
        name=plain_name(name, most=60),
        position=_last_position() + 1,
        **_known(settings),
    )
    with transaction.atomic():
        _check(disposition)
        try:
            with transaction.atomic():
                disposition.save(force_insert=True)
        except IntegrityError as error:
            raise DispositionTakenError from error
        audit("disposition.created", disposition, acting_user=acting_user, code=disposition.code)
    return disposition


def do_update_disposition(disposition: Disposition, *, acting_user: User | None, **settings: Any) -> Disposition:
    """Change settings. An inactive one can't be chosen any more; calls that have it keep it. Raises as above."""
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, scope=Scope.CALLS_WRITE)
    with transaction.atomic():
        lock_all()
        locked = Disposition.objects.get(pk=disposition.pk)
        changes = {name: value for name, value in _known(settings).items() if getattr(locked, name) != value}
        if not changes:
            return locked
        for name, value in changes.items():
            setattr(locked, name, value)
        _check(locked)
        locked.save(update_fields=list(changes))
        audit("disposition.changed", locked, acting_user=acting_user, changes=changes)
    return locked


def do_order_dispositions(ids: Sequence[int], *, acting_user: User | None) -> None:
    """Bring the dispositions into this order. All of them must be named. Raises UnknownDispositionError."""
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, scope=Scope.CALLS_WRITE)
    with transaction.atomic():
        known = lock_all()
        if sorted(known) != sorted(ids):
            raise UnknownDispositionError
        for position, pk in enumerate(ids):
            Disposition.objects.filter(pk=pk).update(position=position)
        first = Disposition.objects.filter(pk=ids[0]).first() if ids else None
        if first is not None:
            audit("disposition.ordered", first, acting_user=acting_user, order=list(ids))


def _check(disposition: Disposition) -> None:
    if not _SHORTCUT.fullmatch(disposition.shortcut):
        raise ShortcutShapeError
    fields = disposition.required_fields
    if len(fields) > MOST_REQUIRED or not all(_FIELD.fullmatch(field) for field in fields):
        raise RequiredFieldNameError
    if disposition.shortcut and disposition.is_active:
        lock_all()
        others = Disposition.objects.filter(shortcut=disposition.shortcut, is_active=True).exclude(pk=disposition.pk)
        if other := others.first():
            raise ShortcutTakenError(name=other.name)


def lock_all() -> list[int]:
    """Lock every disposition: a shortcut is unique among all of them."""
    return list(Disposition.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _last_position() -> int:
    last = Disposition.objects.order_by("-position").values_list("position", flat=True).first()
    return -1 if last is None else last


def _known(settings: dict[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in settings.items() if name in SETTINGS}
    if "name" in known:
        known["name"] = plain_name(known["name"], most=60)
    if "required_fields" in known:
        known["required_fields"] = list(dict.fromkeys(_field(name) for name in known["required_fields"]))
    return known


def _field(typed: str) -> str:
    """Give the product's own name of a field that people call by theirs; a list's column stays as it is."""
    return _BY_WORD.get(slugify(typed), typed.strip())
