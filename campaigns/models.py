"""Campaigns: which lists are called, by whom, under which rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agents.models import Operator
from campaigns.choices import (
    AmdMode,
    AmdPreset,
    AnnouncementUse,
    CallbackState,
    CallerIdRotation,
    CampaignState,
    Dialing,
    RecordingMode,
)
from contacts.models import Contact, ContactList, Phone


def default_retry_minutes() -> dict[str, int]:
    """Minutes until a contact is tried again, by the outcome of its last call."""
    return {
        "busy": 10,
        "no_answer": 60,
        "machine": 180,
        "congestion": 5,
        "failed": 15,
        "rejected": 240,
        "abandoned": 60,
        "canceled": 5,
    }


class Announcement(models.Model):
    """A sound of the company's own, as the switch plays it: WAV, 8 kHz, mono, 16 bit."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    use = models.CharField(max_length=11, choices=AnnouncementUse.choices)
    path = models.CharField(max_length=120)
    """Relative to the sounds folder, without suffix: ``company/<schema>/<name>``."""
    seconds = models.DecimalField(max_digits=6, decimal_places=2)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


def _percentage(label: Any, default: int) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(100)])


def _announcement(label: Any) -> models.ForeignKey[Announcement | None, Announcement | None]:
    return models.ForeignKey(
        Announcement, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=label
    )


class Campaign(models.Model):
    """One campaign of a company."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT)
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
    dialing = models.CharField(_("dialing"), max_length=10, choices=Dialing.choices, default=Dialing.PREDICTIVE)
    allows_manual = models.BooleanField(_("operators may dial numbers by hand"), default=False)
    priority = models.PositiveSmallIntegerField(_("priority"), default=5, validators=[MaxValueValidator(9)])
    """Of its waiting customers over those of other campaigns; higher first."""
    script = models.TextField(_("script"), blank=True, max_length=20_000)
    """Plain text with ``{{ field }}`` of the customer's; contacts' own columns by their names."""
    queue = models.CharField(max_length=20, blank=True)
    """The switch's queue that was allotted to it (telephony.queues); blank before its first start."""
    caller_id_rotation = models.CharField(
        _("caller IDs"), max_length=11, choices=CallerIdRotation.choices, default=CallerIdRotation.FIXED
    )
    no_operator_message = _announcement(_("message when nobody is free"))
    """None: the platform's own."""
    recording = models.CharField(
        _("recording"), max_length=10, choices=RecordingMode.choices, default=RecordingMode.NONE
    )
    recording_percent = _percentage(_("share of calls recorded, %"), 100)
    recording_is_announced = models.BooleanField(_("tell people that they are recorded"), default=False)
    recording_message = _announcement(_("message before a recorded call"))
    amd = models.CharField(_("answering machines"), max_length=7, choices=AmdMode.choices, default=AmdMode.OFF)
    amd_preset = models.CharField(_("detection"), max_length=8, choices=AmdPreset.choices, default=AmdPreset.BALANCED)
    amd_options = models.JSONField(default=dict, blank=True)
    """With the preset "custom": AMD()'s arguments by name, in milliseconds or words (campaigns.amd)."""
    amd_control_percent = _percentage(_("control sample: answers without detection (%)"), 5)
    machine_message = _announcement(_("message left on machines"))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    state_since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def needs_list(self) -> bool:
        """Whether it can't run without a list. Operators dial by hand, are called, or find nobody left to preview."""
        return self.dialing == Dialing.PREDICTIVE

    @property
    def caller_ids(self) -> list[int]:
        """The caller IDs (telephony.CallerId) that it has chosen, in their order."""
        return [row.caller_id_id for row in self.campaign_caller_ids.all()]


class CampaignDefaults(models.Model):
    """What new campaigns of the company begin with: one row, or none while nobody has set any (campaigns.defaults)."""

    settings = models.JSONField(default=dict)
    """Campaign's fields by name, as text."""

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="campaign_defaults_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "campaign defaults"


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


class CampaignCallerId(models.Model):
    """A number that the campaign shows, out of those that the platform gave to the company."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="campaign_caller_ids")
    caller_id_id = models.BigIntegerField()
    """telephony.CallerId, which lies in the public schema."""
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "caller_id_id"], name="caller_id_once_a_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.caller_id_id}"


class Callback(models.Model):
    """A call that was promised: when, to which phone, by whom (None: anyone of the campaign)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="callbacks")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="callbacks")
    phone = models.ForeignKey(Phone, null=True, on_delete=models.SET_NULL, related_name="+")
    """None: whichever of the contact's phones is next."""
    operator = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="callbacks")
    due_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=CallbackState.choices, default=CallbackState.PENDING)
    promised_in = models.UUIDField(null=True)
    """The call in which it was promised."""
    call_id = models.UUIDField(null=True)
    """The call that it led to."""
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["due_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="callback_in_order"),
            models.Index(fields=["due_at"], name="callback_due", condition=models.Q(state__in=["pending", "offered"])),
            # Asked for at every end of calls: which of them was a promised one.
            models.Index(fields=["call_id"], name="callback_offered", condition=models.Q(state="offered")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "contact"],
                condition=models.Q(state__in=["pending", "offered"]),
                name="callback_one_open_a_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.due_at:%Y-%m-%d %H:%M}"
