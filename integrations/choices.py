"""String statuses of webhooks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventType(models.TextChoices):
    """What a company's own systems can be told. Their data: integrations.api.event_data."""

    CALL_ENDED = "call.ended", _("A call has ended")
    DISPOSITION_SET = "disposition.set", _("A disposition was set")
    CONTACT_CHANGED = "contact.changed", _("A contact was changed")
    CAMPAIGN_STATE_CHANGED = "campaign.state_changed", _("A campaign started or stopped")
    IMPORT_FINISHED = "import.finished", _("The import of a list has finished")


TEST_EVENT = "webhook.test"
"""Made by the test button for one endpoint; not in the feed."""


class StopReason(models.TextChoices):
    """Why an endpoint is told nothing."""

    BY_HAND = "by_hand", _("Stopped by hand")
    GONE = "gone", _("The receiver answered that it is gone (410)")
    FAILING = "failing", _("Nothing arrived for a whole day")


class DeliveryState(models.TextChoices):
    """How far one event has come on its way to one endpoint."""

    PENDING = "pending", _("On its way")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Not delivered")
    STOPPED = "stopped", _("Not sent: stopped")


class DeliveryError(models.TextChoices):
    """Why an attempt failed where the answer's status doesn't say it."""

    STATUS = "status", _("The receiver refused it")
    REDIRECT = "redirect", _("The receiver led elsewhere; redirects are not followed")
    TIMEOUT = "timeout", _("No answer within 10 seconds")
    CONNECTION = "connection", _("No connection")
    TLS = "tls", _("The certificate was not accepted")
    NAME = "name", _("The name could not be found")
    INNER = "inner", _("The name leads to an inner address, which is never called")
    URL = "url", _("The URL may not be called")
    PROTOCOL = "protocol", _("The answer was no HTTP")
    SECRET = "secret", _("The secret can't be read any more: make a new one")
