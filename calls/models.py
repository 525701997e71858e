"""Calls (one dial attempt each), the day's figures, and dispositions."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.choices import (
    AmdStatus,
    CallState,
    DialingMode,
    Direction,
    HungUpBy,
    Outcome,
    RecordingState,
    StepKind,
)
from common.ids import uuid7
from contacts.choices import PhoneKind


class Disposition(models.Model):
    """What an operator says a conversation came to (tabulação)."""

    code = models.SlugField(unique=True, max_length=30)
    name = models.CharField(_("name"), max_length=60)
    is_final = models.BooleanField(_("ends the contact"), default=True)
    suppresses_phone = models.BooleanField(_("never call this phone again"), default=False)
    is_success = models.BooleanField(_("counts as a success"), default=False)
    shortcut = models.CharField(_("key"), max_length=1, blank=True)
    """The key that chooses it on the desk: a digit or a lower-case letter; unique among the active ones."""
    required_fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    """What must be filled in with it: note, email, document, or a key of the contact's own data."""
    schedules_callback = models.BooleanField(_("asks for a callback"), default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Call(models.Model):
    """One dial attempt, or a leg to a number outside that was made in the conversation of one.

    The table grows without end: it is partitioned by month over its key (a UUIDv7, so time-ordered), nothing points at
    it with a database foreign key, and no page counts it by scanning (DayFigures has the counts). Ids of other tables
    are plain for the same reason. The id is the switch's ChannelId.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parent_id = models.UUIDField(null=True)
    """Of a leg outside: the customer's call that it was made in (calls.legs). It has neither contact nor attempt."""
    campaign_id = models.BigIntegerField()
    contact_list_id = models.BigIntegerField()
    contact_id = models.BigIntegerField()
    phone_id = models.BigIntegerField()
    number = models.CharField(_("number"), max_length=16)
    kind = models.CharField(max_length=13, choices=PhoneKind.choices)
    node = models.CharField(max_length=40)
    trunk = models.CharField(max_length=40)
    caller_id = models.CharField(max_length=16, blank=True)
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.OUT)
    mode = models.CharField(max_length=10, choices=DialingMode.choices, default=DialingMode.PREDICTIVE)
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

    # Answering machine detection.
    amd_status = models.CharField(max_length=8, choices=AmdStatus.choices, blank=True)
    amd_cause = models.CharField(max_length=60, blank=True)
    """Asterisk's AMDCAUSE, with its times."""
    amd_ms = models.PositiveIntegerField(null=True)
    """How long it listened."""
    amd_control = models.BooleanField(default=False)
    """Of the control sample: detection was left out on purpose, to measure its error."""
    amd_corrected = models.CharField(max_length=8, choices=AmdStatus.choices, blank=True)
    """What the operator says it really was; blank: as detected, or nobody said."""
    hold_ms = models.PositiveIntegerField(default=0)

    # Price: billing fills these as the call ends.
    billed_s = models.PositiveIntegerField(null=True)
    rate_per_min = models.DecimalField(max_digits=10, decimal_places=6, null=True)
    price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    """BRL, exact; None until the call has ended. Zero for what is not billed."""
    rate_id = models.BigIntegerField(null=True)

    disposition = models.ForeignKey(
        Disposition, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
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
            models.Index(fields=["parent_id"], name="call_parent", condition=models.Q(parent_id__isnull=False)),
            models.Index(fields=["id"], name="call_open", condition=~models.Q(state="ended")),
            models.Index(fields=["amd_status", "-id"], name="call_detected", condition=~models.Q(amd_status="")),
            models.Index(fields=["mode", "-id"], name="call_mode", condition=~models.Q(mode="predictive")),
            # What is rare would be looked for to the table's end.
            models.Index(fields=["outcome", "-id"], name="call_outcome"),
            models.Index(fields=["contact_list_id", "-id"], name="call_list"),
            models.Index(
                fields=["disposition", "-id"], name="call_disposition", condition=models.Q(disposition__isnull=False)
            ),
            models.Index(fields=["-id"], name="call_corrected", condition=~models.Q(amd_corrected="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome or self.state}"


class CallStep(models.Model):
    """One thing that happened within a conversation. Written once, however often the switch reports it."""

    call_id = models.UUIDField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=14, choices=StepKind.choices)
    operator_id = models.BigIntegerField(null=True)
    """agents.Operator"""
    detail = models.JSONField(default=dict)
    """By kind, as the bus event's fields: target, state, cause, path, mode…"""

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call_id", "at", "kind"], name="call_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.kind}"


class Recording(models.Model):
    """The sound of one call, in one file. The row outlives the file: it proves when and why that was deleted."""

    call_id = models.UUIDField(unique=True)
    campaign_id = models.BigIntegerField()
    path = models.CharField(max_length=200)
    """Relative to the recordings folder (telephony.naming.recording_path)."""
    state = models.CharField(max_length=9, choices=RecordingState.choices, default=RecordingState.RECORDING)
    detail = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seconds = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    size_bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    """Of the file as it was kept."""
    delete_after = models.DateField(null=True)
    """By the company's retention; None: kept until somebody deletes it."""
    deleted_at = models.DateTimeField(null=True)
    deleted_by_id = models.BigIntegerField(null=True)
    """accounts.User; None with deleted_at: by the retention."""
    delete_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["campaign_id", "-id"], name="recording_campaign"),
            models.Index(
                fields=["delete_after"], name="recording_due", condition=models.Q(state__in=["kept", "failed"])
            ),
            models.Index(
                fields=["-id"], name="recording_troubled", condition=models.Q(state__in=["missing", "failed"])
            ),
            models.Index(fields=["started_at"], name="recording_open", condition=models.Q(state="recording")),
            models.Index(fields=["state", "call_id"], name="recording_state"),
        ]

    def __str__(self) -> str:
        return self.path


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
    machine = models.PositiveIntegerField(default=0)
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


class SlotFigures(models.Model):
    """Counts of ten minutes by campaign, list, operator and disposition: what reports and charts are read from.

    Kept in the same transaction as the calls (calls.slot_figures). Slots are of UTC, so that they fit every company's
    zone. No column is bound to be positive: a difference may be negative, and is checked before it meets its row.
    """

    at = models.DateTimeField()
    """Beginning of the ten minutes in which the calls were dialed."""
    campaign_id = models.BigIntegerField()
    contact_list_id = models.BigIntegerField()
    operator_id = models.BigIntegerField()
    """agents.Operator; 0: no operator."""
    disposition_id = models.BigIntegerField()
    """0: none, or not yet."""
    attempts = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    connected = models.IntegerField(default=0)
    abandoned = models.IntegerField(default=0)
    busy = models.IntegerField(default=0)
    no_answer = models.IntegerField(default=0)
    invalid = models.IntegerField(default=0)
    machine = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    """rejected, congestion, failed and canceled together"""
    ended = models.IntegerField(default=0)
    talk_ms = models.BigIntegerField(default=0)
    billed_s = models.BigIntegerField(default=0)
    price = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    incoming = models.IntegerField(default=0, db_default=0)
    """Calls that came in; none of the figures above counts them."""
    incoming_taken = models.IntegerField(default=0, db_default=0)
    incoming_missed = models.IntegerField(default=0, db_default=0)
    incoming_talk_ms = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        ordering: ClassVar = ["at", "campaign_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["at", "campaign_id", "contact_list_id", "operator_id", "disposition_id"],
                name="slot_figures_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign_id", "at"], name="slot_campaign"),
            models.Index(fields=["operator_id", "at"], name="slot_operator"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.at}"


class PastDay(models.Model):
    """A finished day of the company whose slots are added up in PastFigures (calls.past_figures)."""

    since = models.DateTimeField(primary_key=True)
    """The day's midnight in ``zone``."""
    until = models.DateTimeField()
    zone = models.CharField(max_length=64)
    won = ArrayField(models.BigIntegerField())
    """The dispositions that counted as a success, in order: with others, the sums say nothing."""
    is_fresh = models.BooleanField(default=True)
    """Whether no slot of the day has changed since."""

    def __str__(self) -> str:
        return str(self.since)


class PastFigures(models.Model):
    """SlotFigures of a finished day, added up by what reports ask for. ``kind``: calls.past_figures.Kind.

    Of campaign, list and key, what a kind doesn't tell apart is 0.
    """

    pk = models.CompositePrimaryKey("since", "kind", "campaign_id", "contact_list_id", "key")
    since = models.DateTimeField()
    """PastDay's."""
    kind = models.SmallIntegerField()
    campaign_id = models.BigIntegerField()
    contact_list_id = models.BigIntegerField()
    key = models.BigIntegerField()
    """Hour of the company's day, disposition or operator, as the kind says."""
    attempts = models.IntegerField()
    answered = models.IntegerField()
    connected = models.IntegerField()
    abandoned = models.IntegerField()
    busy = models.IntegerField()
    no_answer = models.IntegerField()
    invalid = models.IntegerField()
    machine = models.IntegerField()
    failed = models.IntegerField()
    ended = models.IntegerField()
    talk_ms = models.BigIntegerField()
    billed_s = models.BigIntegerField()
    price = models.DecimalField(max_digits=18, decimal_places=6)
    incoming = models.IntegerField()
    incoming_taken = models.IntegerField()
    incoming_missed = models.IntegerField()
    incoming_talk_ms = models.BigIntegerField()
    successes = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.since} {self.kind} {self.key}"
