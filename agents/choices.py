"""String statuses of operators."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OperatorState(models.TextChoices):
    """Where an operator's shift stands. Off is the absence of an open session."""

    CONNECTING = "connecting", _("Connecting")
    """The standing leg is being opened."""
    FREE = "free", _("Free")
    RINGING = "ringing", _("Ringing")
    """A customer is being dialed for him alone: preview or manual."""
    TALKING = "talking", _("Talking")
    WRAP_UP = "wrap_up", _("Wrap-up")
    PAUSED = "paused", _("Paused")


class PhonePresence(models.TextChoices):
    """The browser's phone, as the switch sees it."""

    EXPECTED = "expected", _("Expected")
    """The endpoint is being made, or waits for the browser to register."""
    REGISTERED = "registered", _("Registered")
    LOST = "lost", _("Lost")


class EndReason(models.TextChoices):
    OPERATOR = "operator", _("Ended by the operator")
    SUPERVISOR = "supervisor", _("Ended by a supervisor")
    LEG_FAILED = "leg_failed", _("The phone could not be connected")
    LEG_LOST = "leg_lost", _("The phone was lost")
