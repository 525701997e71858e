"""String statuses of lists, contacts, phones and imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContactState(models.TextChoices):
    READY = "ready", _("Ready")
    """May be dialed from ``next_attempt_at`` on."""
    DIALING = "dialing", _("Being dialed")
    """A call is up for it; ``current_call_id`` says which."""
    DONE = "done", _("Done")
    """Spoken to, with a final result."""
    EXHAUSTED = "exhausted", _("Exhausted")
    """No attempts or no phones left."""


class PhoneState(models.TextChoices):
    USABLE = "usable", _("Usable")
    INVALID = "invalid", _("Number does not exist")
    SUPPRESSED = "suppressed", _("Not to be called")


class PhoneKind(models.TextChoices):
    """The destination class, from the number alone (docs/glossary.md)."""

    LANDLINE = "landline", _("Landline")
    MOBILE = "mobile", _("Mobile")
    INTERNATIONAL = "international", _("International")


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Waiting for its columns to be confirmed")
    QUEUED = "queued", _("In the queue")
    RUNNING = "running", _("Importing")
    DONE = "done", _("Imported")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")
