"""Every write to companies: registration, approval, rejection, suspension. All run in the public schema.

The platform's administrators act here; ``acting_user`` None is the platform itself (a command, the seed).
"""

from __future__ import annotations

import re
from functools import partial
from typing import Protocol
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django_tenants.utils import get_public_schema_name, schema_context

from common.clock import now
from common.documents import Document, parse_document
from common.plain import plain_line
from live.publish import recheck
from tenants import signals
from tenants.active import activate_public
from tenants.choices import CompanyStatus
from tenants.exceptions import (
    CnpjRefusedError,
    CnpjTakenError,
    DomainTakenError,
    NotPlatformAdminError,
    ReasonMissingError,
    SlugRefusedError,
    SlugTakenError,
    TimezoneRefusedError,
    WrongStatusError,
)
from tenants.models import SLUG_PATTERN, Company, Domain

# fmt: off
RESERVED_SLUGS = frozenset([
    "admin", "api", "app", "assets", "auth", "cadencia", "dev", "ftp", "health", "healthz", "help", "imap", "internal",
    "live", "login", "mail", "media", "mx", "ns", "platform", "pop", "postgres", "public", "root", "smtp", "static",
    "status", "support", "system", "test", "webhooks", "web", "www", "ws",
])
# fmt: on
FIRST_EXTENSION_PREFIX = 101
LONGEST_REASON = 500


class Actor(Protocol):
    """Who acts, as far as this app has to know (accounts.models.User lies above it)."""

    @property
    def pk(self) -> int: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def is_global_admin(self) -> bool: ...


def check_is_platform_admin(acting_user: Actor | None) -> None:
    """Raise NotPlatformAdminError unless an active global admin, or the platform itself, acts."""
    if acting_user is not None and not (acting_user.is_active and acting_user.is_global_admin):
        raise NotPlatformAdminError


def check_slug(slug: str) -> None:
    """Raise SlugRefusedError for an address that can't be a host name and schema name, or that is the platform's."""
    if not re.fullmatch(SLUG_PATTERN, slug) or slug in RESERVED_SLUGS:
        raise SlugRefusedError(slug=slug)


def do_register_company(
    *,
    slug: str,
    legal_name: str,
    acting_user: Actor | None,
    trade_name: str = "",
    cnpj: str = "",
    timezone: str = "America/Sao_Paulo",
) -> Company:
    """Store a company that waits for approval; it has no schema yet and can't be reached.

    Raises NotPlatformAdminError, SlugRefusedError, SlugTakenError, CnpjRefusedError, CnpjTakenError,
    TimezoneRefusedError.
    """
    check_is_platform_admin(acting_user)
    check_slug(slug)
    if timezone not in available_timezones():
        raise TimezoneRefusedError(timezone=timezone)
    company = Company(
        schema_name=slug,
        slug=slug,
        legal_name=plain_line(legal_name),
        trade_name=plain_line(trade_name),
        cnpj=_clean_cnpj(cnpj),
        timezone=timezone,
    )
    with schema_context(get_public_schema_name()), transaction.atomic():
        _insert(company)
        _tell(company, "company.registered", acting_user, slug=slug)
    return company


def do_approve_company(company: Company, *, acting_user: Actor | None) -> Company:
    """Make the company's schema, host and defaults, and let it work.

    All in one transaction, the schema included: killed half-way it leaves nothing behind and can be repeated; a schema
    that exists already is brought up to date. Takes a second or more.
    Raises NotPlatformAdminError, WrongStatusError, DomainTakenError.
    """
    check_is_platform_admin(acting_user)
    with schema_context(get_public_schema_name()), transaction.atomic():
        company = _lock(company, CompanyStatus.PENDING)
        company.extension_prefix = company.extension_prefix or _free_extension_prefix()
        company.status = CompanyStatus.APPROVED
        company.approved_at = now()
        company.save()
        _give_domain(company)
        _make_schema(company.schema_name)
        with schema_context(company.schema_name):
            signals.company_approved.send(Company, company=company, schema=company.schema_name)
        _tell(company, "company.approved", acting_user, extension_prefix=company.extension_prefix)
    return company


def do_reject_company(company: Company, *, reason: str, acting_user: Actor | None) -> Company:
    """Refuse a company that waits. Raises NotPlatformAdminError, ReasonMissingError, WrongStatusError."""
    check_is_platform_admin(acting_user)
    return _set_status(company, CompanyStatus.PENDING, CompanyStatus.REJECTED, reason=reason, acting_user=acting_user)


def do_suspend_company(company: Company, *, reason: str, acting_user: Actor | None) -> Company:
    """Stop a company: its site can't be reached, its campaigns pause, its shifts end. Its data stays.

    Raises NotPlatformAdminError, ReasonMissingError, WrongStatusError.
    """
    check_is_platform_admin(acting_user)
    with schema_context(get_public_schema_name()), transaction.atomic():
        company = _set_status(
            company, CompanyStatus.APPROVED, CompanyStatus.SUSPENDED, reason=reason, acting_user=acting_user
        )
        with schema_context(company.schema_name):
            signals.company_suspended.send(Company, company=company, schema=company.schema_name)
        transaction.on_commit(partial(recheck, company.schema_name))
    return company


def do_resume_company(company: Company, *, reason: str, acting_user: Actor | None) -> Company:
    """Let a suspended company work again. Raises NotPlatformAdminError, ReasonMissingError, WrongStatusError."""
    check_is_platform_admin(acting_user)
    return _set_status(company, CompanyStatus.SUSPENDED, CompanyStatus.APPROVED, reason=reason, acting_user=acting_user)


def _set_status(
    company: Company, wanted: CompanyStatus, status: CompanyStatus, *, reason: str, acting_user: Actor | None
) -> Company:
    reason = plain_line(reason)[:LONGEST_REASON]
    if not reason:
        raise ReasonMissingError
    with schema_context(get_public_schema_name()), transaction.atomic():
        company = _lock(company, wanted)
        verb = "resumed" if wanted == CompanyStatus.SUSPENDED else status.value
        company.status = status
        company.save(update_fields=["status"])
        _tell(company, f"company.{verb}", acting_user, reason=reason)
    return company


def _insert(company: Company) -> None:
    try:
        with transaction.atomic():
            company.validate_constraints()
            company.save()
    except (ValidationError, IntegrityError) as error:
        if Company.objects.filter(slug=company.slug).exists():
            raise SlugTakenError(slug=company.slug) from error
        if company.cnpj and Company.objects.filter(cnpj=company.cnpj).exists():
            raise CnpjTakenError from error
        raise


def _lock(company: Company, wanted: CompanyStatus) -> Company:
    """Lock the company's row and check where it stands: of two who decide at once, the second is told."""
    locked: Company = Company.objects.select_for_update().get(pk=company.pk)
    if locked.status != wanted or locked.schema_name == get_public_schema_name():
        raise WrongStatusError(status=locked.get_status_display(), wanted=wanted.label)
    return locked


def _free_extension_prefix() -> int:
    """Give the next prefix. The lock, held to the end of the transaction, keeps two approvals from taking one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tenants.extension_prefix'))")
    highest = Company.objects.aggregate(highest=Max("extension_prefix"))["highest"]
    return max(FIRST_EXTENSION_PREFIX, (highest or 0) + 1)


def _give_domain(company: Company) -> None:
    host = f"{company.slug}.{settings.PUBLIC_DOMAIN}"
    domain = Domain.objects.filter(domain=host).first()
    if domain is None:
        Domain.objects.create(domain=host, tenant=company)
    elif domain.tenant_id != company.pk:
        raise DomainTakenError(domain=host)


def _make_schema(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(schema)}")
    call_command("migrate_schemas", schema_name=schema, tenant=True, interactive=False, verbosity=0)
    activate_public()


def _clean_cnpj(cnpj: str) -> str | None:
    if not cnpj.strip():
        return None
    document = parse_document(cnpj)
    if not isinstance(document, Document) or document.is_cpf:
        raise CnpjRefusedError(cnpj=cnpj)
    return document.value


def _tell(company: Company, action: str, acting_user: Actor | None, **detail: object) -> None:
    signals.company_changed.send(Company, company=company, action=action, acting_user=acting_user, detail=detail)
