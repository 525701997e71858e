"""Companies (the tenants) and the hosts they are reached at. Both live in the public schema."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from tenants.choices import CompanyStatus

SLUG_PATTERN = r"^[a-z][a-z0-9]{1,29}$"
SLUG = RegexValidator(SLUG_PATTERN, _("Lower-case letters and digits, beginning with a letter."))


class Company(TenantMixin):  # type: ignore[misc]
    """One customer of the platform, in a PostgreSQL schema of its own once it is approved.

    The public schema has a row too (``schema_name`` "public"), as django-tenants wants.
    """

    # A pending company has no schema: approval makes it (tenants.actions).
    auto_create_schema = False
    auto_drop_schema = False

    slug = models.CharField(_("address"), max_length=30, unique=True, validators=[SLUG])
    legal_name = models.CharField(_("legal name"), max_length=150)
    trade_name = models.CharField(_("trade name"), max_length=150, blank=True)
    cnpj = models.CharField("CNPJ", max_length=14, unique=True, null=True, blank=True)
    status = models.CharField(max_length=12, choices=CompanyStatus.choices, default=CompanyStatus.PENDING)
    timezone = models.CharField(_("time zone"), max_length=50, default="America/Sao_Paulo")
    extension_prefix = models.PositiveIntegerField(unique=True, null=True, blank=True)
    """First digits of all the company's extensions, unique over the platform; given at approval."""
    max_channels = models.PositiveIntegerField(_("channel limit"), default=100)
    max_cps = models.PositiveIntegerField(_("calls per second limit"), default=10)
    recording_days = models.PositiveIntegerField(_("recordings are kept for, days"), default=180, null=True, blank=True)
    """None: until somebody deletes them."""
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="pt-br")
    """Of people who are invited; each changes his own."""
    initials = models.CharField(_("initials"), max_length=3, blank=True)
    """Stand for the company beside its name; empty: taken from the name."""
    created_at = models.DateTimeField(auto_now_add=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.trade_name or self.legal_name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def is_active(self) -> bool:
        return self.status == CompanyStatus.APPROVED


class Domain(DomainMixin):  # type: ignore[misc]
    """A host that a company is reached at, as ``acme.localhost``."""


class PersonEntry(models.Model):
    """One person of one company, as the platform finds him: kept beside his row by accounts.directory (ADR 24).

    No password, no session, nothing that lets anybody in.
    """

    schema = models.CharField(max_length=63)
    person_id = models.BigIntegerField()
    """accounts.models.User in that schema."""
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=12)
    is_active = models.BooleanField(default=True)
    is_invited = models.BooleanField(default=False, db_default=False)
    """He hasn't chosen a password yet."""
    last_login = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["schema", "person_id"], name="person_entry_once")]
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="person_entry_name"),
            models.Index(fields=["email"], name="person_entry_email"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.schema})"
