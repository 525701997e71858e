"""Rate decks: what a call costs, by destination. Public: one deck may serve many companies."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.choices import PhoneKind
from tenants.models import Company


class RateDeck(models.Model):
    """A named price list."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_default = models.BooleanField(_("default"), default=False)
    """Serves every company without a deck of its own."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="deck_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rate(models.Model):
    """The price of one destination: free, minimum and step seconds (the cadence), and BRL a minute."""

    deck = models.ForeignKey(RateDeck, on_delete=models.CASCADE, related_name="rates")
    kind = models.CharField(_("destination"), max_length=13, choices=PhoneKind.choices)
    prefix = models.CharField(_("prefix"), max_length=12, blank=True)
    """E.164 digits without the plus; the longest that fits wins; empty fits all of its kind."""
    price_per_min = models.DecimalField(_("price per minute"), max_digits=10, decimal_places=6)
    free_s = models.PositiveSmallIntegerField(_("free seconds"), default=3)
    min_s = models.PositiveSmallIntegerField(_("minimum seconds"), default=30)
    step_s = models.PositiveSmallIntegerField(_("step seconds"), default=6)

    class Meta:
        ordering: ClassVar = ["kind", "prefix"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deck", "kind", "prefix"], name="rate_once_a_destination"),
            models.CheckConstraint(name="rate_step_positive", condition=models.Q(step_s__gt=0)),
            models.CheckConstraint(name="rate_price_not_negative", condition=models.Q(price_per_min__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.prefix} {self.price_per_min}"


class CompanyDeck(models.Model):
    """The deck that a company pays by."""

    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="deck")
    deck = models.ForeignKey(RateDeck, on_delete=models.PROTECT, related_name="companies")

    def __str__(self) -> str:
        return f"{self.company} {self.deck}"
