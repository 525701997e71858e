"""Calls (one dial attempt each), the day's figures, and dispositions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.choices import CallState, HungUpBy, Outcome
from common.ids import uuid7
from contacts.choices import PhoneKind


class Disposition(models.Model):
    """What an operator says a conversation came to (tabulação)."""

    code = models.SlugField(unique=True, max_length=30)
    name = models.CharField(_("name"), max_length=60)
    is_final = models.BooleanField(_("ends the contact"), default=True)
    suppresses_phone = models.BooleanField(_("never call this phone again"), default=False)
    is_success = models.BooleanField(_("counts as a success"), default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Call(models.Model):
    """One dial attempt.

    The table grows without end: it is partitioned by month over its key (a UUIDv7, so time-ordered), nothing points at
    it with a database foreign key, and no page counts it by scanning (DayFigures has the counts). Ids of other tables
    are plain for the same reason. The id is the switch's ChannelId.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign_id = models.BigIntegerField()
    contact_list_id = models.BigIntegerField()
    contact_id = models.BigIntegerField()
    phone_id = models.BigIntegerField()
    number = models.CharField(_("number"), max_length=16)
    kind = models.CharField(max_length=13, choices=PhoneKind.choices)
    node = models.CharField(max_length=40)
    trunk = models.CharField(max_length=40)
    caller_id = models.CharField(max_length=16, blank=True)
    attempt = models.PositiveSmallIntegerField()
    """The contact's attempt number, from 1."""

    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.CREATED)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    created_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    """After this the command is refused by the `ami` process."""
    dialed_at = models.DateTimeField(null=True)
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    unattended = models.BooleanField(default=False)
    """The switch said that no operator came in time."""
    operator_id = models.BigIntegerField(null=True)
    """agents.Operator"""
    cause = models.PositiveSmallIntegerField(null=True)
    """Q.850; 0 when the switch gave none."""
    tech_cause = models.CharField(max_length=20, blank=True)
    """SIP status, as "486"."""
    hung_up_by = models.CharField(max_length=8, choices=HungUpBy.choices, blank=True)
    end_source = models.CharField(max_length=8, blank=True)
    """ami | cel | watchdog | resync | sweep"""
    refusal = models.CharField(max_length=16, blank=True)
    """Why a call was not dialed (telephony.bus.events.CallRefused)."""

    # Price: billing fills these as the call ends.
    billed_s = models.PositiveIntegerField(null=True)
    rate_per_min = models.DecimalField(max_digits=10, decimal_places=6, null=True)
    price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    """BRL, exact; None until the call has ended. Zero for what is not billed."""
    rate_id = models.BigIntegerField(null=True)

    disposition = models.ForeignKey(
        Disposition, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    note = models.TextField(blank=True)
    disposed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["campaign_id", "-id"], name="call_campaign"),
            models.Index(fields=["contact_id", "-id"], name="call_contact"),
            models.Index(
                fields=["operator_id", "-id"], name="call_operator", condition=models.Q(operator_id__isnull=False)
            ),
            models.Index(fields=["number", "-id"], name="call_number"),
            models.Index(fields=["id"], name="call_open", condition=~models.Q(state="ended")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome or self.state}"


class DayFigures(models.Model):
    """One campaign's counts of one day (the company's zone), kept in the same transaction as its calls."""

    campaign_id = models.BigIntegerField()
    day = models.DateField()
    attempts = models.PositiveIntegerField(default=0)
    """Calls really dialed."""
    answered = models.PositiveIntegerField(default=0)
    connected = models.PositiveIntegerField(default=0)
    abandoned = models.PositiveIntegerField(default=0)
    busy = models.PositiveIntegerField(default=0)
    no_answer = models.PositiveIntegerField(default=0)
    invalid = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    """rejected, congestion, failed and canceled together"""
    ended = models.PositiveIntegerField(default=0)
    """Dialed calls that have ended; the outcomes add up to it."""
    talk_ms = models.BigIntegerField(default=0)
    billed_s = models.BigIntegerField(default=0)
    price = models.DecimalField(max_digits=18, decimal_places=6, default=0)

    class Meta:
        ordering: ClassVar = ["-day", "campaign_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign_id", "day"], name="day_figures_once"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.day}"
