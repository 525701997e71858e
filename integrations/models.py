"""Other programs of a company: their API keys, the events they are told of, and the endpoints that are called."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from common.ids import uuid7
from integrations.choices import DeliveryError, DeliveryState, EventType, StopReason


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


class Event(models.Model):
    """One thing that happened, as other programs are told it. Written with the change itself, in one transaction.

    Append-only; kept for 30 days (integrations.webhooks.retention), never counted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sequence = models.BigIntegerField(null=True, unique=True)
    """Its place in the feed, given after its transaction has committed (integrations.webhooks.feed)."""
    type = models.CharField(max_length=40)
    """Value of EventType, or TEST_EVENT."""
    version = models.PositiveSmallIntegerField(default=1)
    """Of its data's form."""
    created_at = models.DateTimeField()
    data = models.JSONField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="event_unnumbered", condition=models.Q(sequence__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class FeedPosition(models.Model):
    """One row a company: how far the feed is numbered. Whoever numbers locks it."""

    last_sequence = models.BigIntegerField(default=0)
    forgotten = models.BigIntegerField(default=0)
    """The highest number that retention has deleted: whoever asks for what follows a lower one has missed something."""


class WebhookEndpoint(models.Model):
    """Where a company's own system is told of events."""

    url = models.CharField(_("URL"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    event_types = ArrayField(models.CharField(max_length=40, choices=EventType.choices), verbose_name=_("events"))
    sealed_secret = models.TextField()
    """See webhooks.secrets; never leaves the server after it was shown once."""
    sealed_former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True)
    """Until then messages are signed with the former secret too."""
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    """None: active."""
    stop_reason = models.CharField(max_length=8, choices=StopReason.choices, blank=True)

    failures = models.PositiveIntegerField(default=0)
    """Attempts that failed since the last that succeeded."""
    failing_since = models.DateTimeField(null=True)
    resume_at = models.DateTimeField(null=True)
    """Nothing is sent before this: it has failed just now, or asked for patience."""
    last_success_at = models.DateTimeField(null=True)
    asked = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    """Ids of deliveries whose answer somebody waits for: they go alone, before all others, and past its rest."""
    leased_until = models.DateTimeField(null=True)
    """One sender at a time works for an endpoint; a dead one's lease runs out."""

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def is_active(self) -> bool:
        return self.stopped_at is None


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event_id = models.UUIDField()
    """Event; no database foreign key, so that retention deletes events without asking."""
    event_type = models.CharField(max_length=40)
    state = models.CharField(max_length=9, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    """Attempts since it was made or sent again by hand; says which wait is next."""
    next_attempt_at = models.DateTimeField(null=True)
    """Only while it is on its way."""
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=10, choices=DeliveryError.choices, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_delivery_once"),
            models.CheckConstraint(
                name="webhook_delivery_due_while_pending",
                condition=models.Q(state=DeliveryState.PENDING, next_attempt_at__isnull=False)
                | ~models.Q(state=DeliveryState.PENDING) & models.Q(next_attempt_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                name="webhook_delivery_due",
                condition=models.Q(state=DeliveryState.PENDING),
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_log"),
            models.Index(
                fields=["endpoint", "state", "-id"],
                name="webhook_delivery_trouble",
                condition=models.Q(state__in=[DeliveryState.FAILED, DeliveryState.STOPPED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id} {self.state}"


class WebhookAttempt(models.Model):
    """One request, and what came back."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    """Of HTTP; None where no answer came."""
    error = models.CharField(max_length=10, choices=DeliveryError.choices, blank=True)
    """Blank: it arrived."""
    body = models.CharField(max_length=1024, blank=True)
    """The beginning of the answer, at most 1 KiB."""

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.status or self.error}"
