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


class ListenMode(models.TextChoices):
    """How a supervisor takes part in an operator's conversation."""

    LISTEN = "listen", _("Listening")
    WHISPER = "whisper", _("Whispering")
    """The operator hears him, the customer doesn't."""
    BARGE = "barge", _("In the conversation")
    """Both hear him."""
    TAKEN_OVER = "taken_over", _("Taken over")
    """The customer is his, the operator is out."""


class SupervisionState(models.TextChoices):
    ASKED = "asked", _("Connecting")
    UP = "up", _("Connected")
    ENDED = "ended", _("Ended")


class SupervisionEnd(models.TextChoices):
    STOPPED = "stopped", _("Stopped by the supervisor")
    REPLACED = "replaced", _("Went on to another operator")
    SWITCH = "switch", _("Ended by the switch")
    """The operator's leg is gone, or the customer who was taken over has hung up."""
    FAILED = "failed", _("Could not be connected")
    PHONE_LOST = "phone_lost", _("The supervisor's phone was lost")
    CLOSED = "closed", _("The supervisor left the page")
    LOST = "lost", _("Never heard of again")
