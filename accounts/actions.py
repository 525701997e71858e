"""Every write to people. All run in the active schema and leave an audit entry beside the change."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import audit, signals
from accounts.choices import COMPANY_ROLES, Role
from accounts.exceptions import (
    EmailTakenError,
    LastMasterError,
    NameMissingError,
    NotAllowedError,
    RoleRefusedError,
    WeakPasswordError,
    WrongSiteError,
)
from accounts.models import User, clean_email
from accounts.permissions import check_role
from accounts.scopes import Scope
from accounts.sessions import end_sessions
from common.plain import plain_line
from live import publish
from tenants.active import active_schema, is_public


def check_may_manage(acting_user: User | None) -> None:
    """Masters manage their company's people."""
    check_role(acting_user, Role.MASTER, scope=Scope.PEOPLE_WRITE)


def do_create_person(
    *, email: str, name: str, role: str, password: str, acting_user: User | None, language: str = "pt-br"
) -> User:
    """Make a person of the active company.

    Raises NotAllowedError, WrongSiteError, RoleRefusedError, WeakPasswordError, EmailTakenError.
    """
    check_may_manage(acting_user)
    if is_public():
        raise WrongSiteError
    if role not in COMPANY_ROLES:
        raise RoleRefusedError(role=role)
    with transaction.atomic():
        person = _store(email=email, name=name, role=role, password=password, language=language)
        audit.record("person.created", person, acting_user=acting_user, role=role, email=person.email)
        signals.person_created.send(User, schema=active_schema(), user=person)
    return person


def do_invite_person(*, email: str, name: str, role: str, acting_user: User | None, language: str = "pt-br") -> User:
    """Make a person who sets his own password, by a link (accounts.invitations).

    Raises NotAllowedError, WrongSiteError, RoleRefusedError, NameMissingError, EmailTakenError.
    """
    check_may_manage(acting_user)
    if is_public():
        raise WrongSiteError
    if role not in COMPANY_ROLES:
        raise RoleRefusedError(role=role)
    with transaction.atomic():
        person = _insert(email=email, name=_clean_name(name), role=role, password=None, language=language)
        audit.record("person.invited", person, acting_user=acting_user, role=role, email=person.email)
        signals.person_created.send(User, schema=active_schema(), user=person)
    return person


def do_update_person(
    person: User, *, acting_user: User | None, name: str | None = None, email: str | None = None, language: str = ""
) -> User:
    """Correct a person's name, e-mail or language; what is None or "" stays.

    Raises NotAllowedError, NameMissingError, EmailTakenError.
    """
    check_may_manage(acting_user)
    wanted: dict[str, str] = {}
    if name is not None:
        wanted["name"] = _clean_name(name)
    if email is not None:
        wanted["email"] = clean_email(email)
    if language:
        wanted["language"] = language
    with transaction.atomic():
        person = lock_person(person)
        changes = {field: [getattr(person, field), value] for field, value in wanted.items()}
        changes = {field: pair for field, pair in changes.items() if pair[0] != pair[1]}
        if not changes:
            return person
        for field, (_before, after) in changes.items():
            setattr(person, field, after)
        try:
            with transaction.atomic():
                person.save(update_fields=list(changes))
        except IntegrityError as error:
            raise EmailTakenError(email=person.email) from error
        audit.record("person.changed", person, acting_user=acting_user, changes=changes)
    return person


def do_choose_language(person: User, *, language: str) -> None:
    """Keep a person's own choice: a habit, which leaves no audit entry. ``language`` is one of settings.LANGUAGES."""
    if person.language != language:
        User.objects.filter(pk=person.pk).update(language=language)
        person.language = language


def do_create_global_admin(
    *, email: str, name: str, password: str, acting_user: User | None, language: str = "pt-br"
) -> User:
    """Make an administrator of the platform, in the public schema.

    Raises NotAllowedError, WrongSiteError, WeakPasswordError, EmailTakenError.
    """
    check_role(acting_user, Role.GLOBAL_ADMIN)
    if not is_public():
        raise WrongSiteError
    with transaction.atomic():
        person = _store(email=email, name=name, role=Role.GLOBAL_ADMIN, password=password, language=language)
        audit.record("person.created", person, acting_user=acting_user, role=person.role, email=person.email)
    return person


def do_deactivate_person(person: User, *, acting_user: User | None) -> User:
    """Take a person's access away and end his sessions. Raises NotAllowedError, LastMasterError."""
    check_may_manage(acting_user)
    with transaction.atomic():
        person = lock_person(person)
        if not person.is_active:
            return person
        _check_not_last_master(person)
        person.is_active = False
        person.save(update_fields=["is_active"])
        ended = end_sessions(person)
        audit.record("person.deactivated", person, acting_user=acting_user, sessions=ended)
        signals.person_deactivated.send(User, schema=active_schema(), user=person)
        _notify_recheck(person)
    return person


def do_reactivate_person(person: User, *, acting_user: User | None) -> User:
    """Give a person his access back. Raises NotAllowedError."""
    check_may_manage(acting_user)
    with transaction.atomic():
        person = lock_person(person)
        if not person.is_active:
            person.is_active = True
            person.save(update_fields=["is_active"])
            audit.record("person.reactivated", person, acting_user=acting_user)
    return person


def do_change_role(person: User, *, role: str, acting_user: User | None) -> User:
    """Give a person of the company another role. Raises NotAllowedError, RoleRefusedError, LastMasterError."""
    check_may_manage(acting_user)
    if role not in COMPANY_ROLES or person.role not in COMPANY_ROLES:
        raise RoleRefusedError(role=role)
    with transaction.atomic():
        person = lock_person(person)
        before = person.role
        if before == role:
            return person
        _check_not_last_master(person)
        person.role = role
        person.save(update_fields=["role"])
        audit.record("person.role_changed", person, acting_user=acting_user, before=before, after=role)
        signals.person_role_changed.send(User, schema=active_schema(), user=person, before=before)
        _notify_recheck(person)
    return person


def do_set_password(person: User, *, password: str, acting_user: User | None) -> User:
    """Give a person a new password; all his sessions end with the old one.

    A master for anyone of his company, everybody for himself. Raises NotAllowedError, WeakPasswordError.
    """
    if acting_user is not None and acting_user.pk != person.pk:
        check_may_manage(acting_user)
    elif acting_user is not None and not acting_user.is_active:
        raise NotAllowedError
    with transaction.atomic():
        person = lock_person(person)
        check_password(password, person)
        person.set_password(password)
        person.save(update_fields=["password"])
        audit.record("person.password_set", person, acting_user=acting_user, sessions=end_sessions(person))
        _notify_recheck(person)
    return person


def _store(*, email: str, name: str, role: str, password: str, language: str) -> User:
    check_password(password, User(email=email, name=name))
    return _insert(email=email, name=name, role=role, password=password, language=language)


def _insert(*, email: str, name: str, role: str, password: str | None, language: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(email=email, name=name, role=role, password=password, language=language)
    except IntegrityError as error:
        raise EmailTakenError(email=clean_email(email)) from error


def lock_person(person: User) -> User:
    """Lock the person's row, and the masters' with it: two masters must not deactivate each other at once."""
    rows = User.objects.select_for_update().order_by("pk").filter(role=Role.MASTER)
    masters = {master.pk: master for master in rows}
    return masters.get(person.pk) or User.objects.select_for_update().get(pk=person.pk)


def _check_not_last_master(person: User) -> None:
    others = User.objects.filter(role=Role.MASTER, is_active=True).exclude(pk=person.pk)
    if person.role == Role.MASTER and not others.exists():
        raise LastMasterError


def _clean_name(name: str) -> str:
    clean = plain_line(name)
    if not clean:
        raise NameMissingError
    return clean


def end_other_access(person: User) -> int:
    """End all that a former password opened; give how many sessions there were. In the caller's transaction."""
    _notify_recheck(person)
    return end_sessions(person)


def check_password(password: str, person: User) -> None:
    """Raise WeakPasswordError with every rule that the password breaks."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise WeakPasswordError(reasons=" ".join(error.messages)) from error


def _notify_recheck(person: User) -> None:
    schema = active_schema()
    transaction.on_commit(lambda: publish.recheck(schema, person.pk))
