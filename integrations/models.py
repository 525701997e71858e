"""Credentials of programs that use a company's API."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role


class ApiKey(models.Model):
    """A key that acts in its owner's name, never with more rights than he has at that moment.

    Only the digest of its secret is kept: the key itself is shown once, when it is made.
    """

    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_keys")
    prefix = models.CharField(max_length=16, unique=True)
    """What it begins with; shown in lists, and how its row is found."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the whole key, hexadecimal. The secret is 256 random bits: nothing slower is needed."""
    role = models.CharField(
        _("role"), max_length=12, choices=[(r.value, r.label) for r in (Role.MASTER, Role.SUPERVISOR)]
    )
    scopes = ArrayField(models.CharField(max_length=24), verbose_name=_("scopes"))
    """Values of accounts.scopes.Scope."""
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    """Written at most once a minute."""
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
