"""Campaigns: which lists are called, by whom, under which rules."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agents.models import Operator
from campaigns.choices import CampaignState
from contacts.models import ContactList


def default_retry_minutes() -> dict[str, int]:
    """Minutes until a contact is tried again, by the outcome of its last call."""
    return {"busy": 10, "no_answer": 60, "congestion": 5, "failed": 15, "rejected": 240, "abandoned": 60, "canceled": 5}


class Campaign(models.Model):
    """One campaign of a company."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT)
    caller_id = models.CharField(_("caller ID"), max_length=16, blank=True)
    """E.164."""
    ring_timeout_s = models.PositiveSmallIntegerField(
        _("ring time, seconds"), default=25, validators=[MinValueValidator(15), MaxValueValidator(60)]
    )
    wrap_up_s = models.PositiveSmallIntegerField(_("wrap-up, seconds"), default=30, validators=[MaxValueValidator(600)])
    """How long wrap-up may last before the operator is free by himself; 0: no wrap-up."""
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts per contact"), default=6, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    retry_minutes = models.JSONField(default=default_retry_minutes)
    target_abandon_rate = models.DecimalField(
        _("abandoned calls, at most"),
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.030"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal("0.2"))],
    )
    max_lines_per_operator = models.DecimalField(
        _("lines per free operator, at most"),
        max_digits=4,
        decimal_places=1,
        default=Decimal("5.0"),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(20))],
    )
    max_channels = models.PositiveIntegerField(
        _("channels at once, at most"), default=60, validators=[MinValueValidator(1)]
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    state_since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class CampaignList(models.Model):
    """A list that a campaign calls. It belongs to one campaign at a time: its contacts' attempts are the campaign's."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="campaign_lists")
    contact_list = models.OneToOneField(ContactList, on_delete=models.CASCADE, related_name="campaign_list")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.contact_list_id}"


class CampaignOperator(models.Model):
    """An operator who may work on a campaign. A lower penalty is served first."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="campaign_operators")
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="campaign_operators")
    penalty = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "operator"], name="operator_once_a_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.operator_id}"
