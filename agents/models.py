"""Operators, their shifts (sessions), the states they pass through, and pause reasons."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agents.choices import EndReason, ListenMode, OperatorState, PhonePresence, SupervisionEnd, SupervisionState


class Operator(models.Model):
    """A person who takes calls, with his extension: digits, unique over the whole platform by the company's prefix."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="operator")
    extension = models.CharField(_("extension"), max_length=12, unique=True)

    class Meta:
        ordering: ClassVar = ["user__name", "id"]

    def __str__(self) -> str:
        return self.user.name


class PauseReason(models.Model):
    """Why operators pause. Mandatory ones (NR-17, Annex II) are never blocked nor counted against anyone."""

    code = models.SlugField(unique=True, max_length=30)
    name = models.CharField(_("name"), max_length=60)
    is_mandatory = models.BooleanField(_("mandatory (NR-17)"), default=False)
    limit_minutes = models.PositiveSmallIntegerField(_("limit, minutes"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class BoardLimits(models.Model):
    """From when on the company's wallboard calls for somebody; one row at most, none means the defaults.

    Of pauses each reason has its own limit, of abandoned calls each campaign.
    """

    waiting_s = models.PositiveSmallIntegerField(_("a customer waits, seconds"), default=2)
    """Two seconds after the greeting is when an abandoned call counts as a nuisance."""
    talk_minutes = models.PositiveSmallIntegerField(_("a conversation lasts, minutes"), default=15)
    wrap_up_s = models.PositiveSmallIntegerField(_("wrap-up lasts, seconds"), default=90)
    nobody_free_s = models.PositiveSmallIntegerField(_("nobody is free, seconds"), default=60)
    near_percent = models.PositiveSmallIntegerField(_("near a limit, percent of it"), default=83)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="board_limits_once")]

    def __str__(self) -> str:
        return "limits of the wallboard"


class OperatorSession(models.Model):
    """One shift, from start to end, and where it stands now."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="sessions")
    campaign_ids = ArrayField(models.BigIntegerField())
    """The campaigns worked on: plain ids, since campaigns lie above this app."""
    node = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=OperatorState.choices, default=OperatorState.CONNECTING)
    state_since = models.DateTimeField()
    pause_reason = models.ForeignKey(PauseReason, null=True, on_delete=models.SET_NULL, related_name="+")
    pause_asked = models.BooleanField(default=False)
    """Pause as soon as the present call and its wrap-up are over."""
    call_id = models.UUIDField(null=True)
    """The call being talked on or wrapped up."""
    wrap_up_until = models.DateTimeField(null=True)
    """When wrap-up ends by itself; None: only the operator ends it."""
    phone = models.CharField(max_length=10, choices=PhonePresence.choices, default=PhonePresence.EXPECTED)
    held_since = models.DateTimeField(null=True)
    """The customer is on hold."""
    consult = models.JSONField(null=True)
    """The consultation that runs: id, kind, target, state (telephony.bus.events.ConsultChanged)."""
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, choices=EndReason.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operator"], condition=models.Q(ended_at__isnull=True), name="operator_one_open_session"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["wrap_up_until"],
                name="session_wrap_up_due",
                condition=models.Q(state=OperatorState.WRAP_UP, ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.state}"


class StateInterval(models.Model):
    """One stretch of one state within a shift; the open one has no end. Occupancy is summed from these."""

    session = models.ForeignKey(OperatorSession, on_delete=models.CASCADE, related_name="intervals")
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=12, choices=OperatorState.choices)
    pause_reason = models.ForeignKey(PauseReason, null=True, on_delete=models.SET_NULL, related_name="+")
    call_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["started_at"], name="interval_started")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(ended_at__isnull=True), name="session_one_open_interval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.state}"


class SupervisorPhone(models.Model):
    """The extension with which a supervisor or master listens, whispers, barges and takes over."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="supervisor_phone")
    extension = models.CharField(_("extension"), max_length=12, unique=True)
    """Of the company's prefix, never one that an operator has."""

    def __str__(self) -> str:
        return self.extension


class Supervision(models.Model):
    """One stretch of a supervisor with an operator, from the wish to hear him to its end. He has one at a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="+")
    node = models.CharField(max_length=40)
    phone_session = models.CharField(max_length=40)
    """Of the supervisor's phone: comes back in every event of the switch (agents.supervisor_phones)."""
    mode = models.CharField(max_length=10, choices=ListenMode.choices)
    mode_since = models.DateTimeField()
    state = models.CharField(max_length=6, choices=SupervisionState.choices, default=SupervisionState.ASKED)
    spans = models.JSONField(default=dict)
    """Milliseconds spent in modes that are over: mode → int."""
    call_id = models.UUIDField(null=True)
    """The call that was on when it began; once taken over, the supervisor's own."""
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    """When the switch said that he hears."""
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, choices=SupervisionEnd.choices, blank=True)
    is_settled = models.BooleanField(default=False)
    """Of a call taken over: its disposition is set, or nothing is to be said."""

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at__isnull=True), name="supervision_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["operator"], name="supervision_open", condition=models.Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.mode} {self.operator_id}"


class Message(models.Model):
    """What a supervisor writes to one operator, or to everybody who is on shift."""

    sender = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    to_operator = models.ForeignKey(Operator, null=True, on_delete=models.CASCADE, related_name="messages")
    """None: all."""
    text = models.CharField(max_length=500)
    sent_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.text[:40]


class MessageReceipt(models.Model):
    """That a message was shown to an operator, and that he has confirmed it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="receipts")
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "operator"], name="message_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.operator_id}"
