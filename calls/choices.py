"""String statuses of calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallState(models.TextChoices):
    """How far a call has come. Only ever forward."""

    CREATED = "created", _("Created")
    """Written, its command on the way; nothing dialed yet as far as we know."""
    DIALING = "dialing", _("Dialing")
    RINGING = "ringing", _("Ringing")
    WAITING = "waiting", _("Waiting for an operator")
    """Answered; in the campaign's queue."""
    TALKING = "talking", _("Talking")
    ENDED = "ended", _("Ended")


class Outcome(models.TextChoices):
    """What became of a call, once it has ended."""

    CONNECTED = "connected", _("Connected")
    ABANDONED = "abandoned", _("Abandoned")
    """A live answer that no operator took in time, or that hung up while waiting."""
    BUSY = "busy", _("Busy")
    NO_ANSWER = "no_answer", _("No answer")
    INVALID = "invalid", _("Number does not exist")
    REJECTED = "rejected", _("Rejected")
    CONGESTION = "congestion", _("Congestion")
    FAILED = "failed", _("Failed")
    """Any other failure of network, trunk or switch; includes calls lost with a dying switch."""
    CANCELED = "canceled", _("Canceled")
    """Hung up by us before an answer."""
    NOT_DIALED = "not_dialed", _("Not dialed")
    """Refused before dialing: the contact went back, no attempt was spent."""


DIALED_STATES = (CallState.DIALING, CallState.RINGING, CallState.WAITING, CallState.TALKING)


class HungUpBy(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    OPERATOR = "operator", _("Operator")
    DIALER = "dialer", _("Dialer")
    SWITCH = "switch", _("Switch")
    UNKNOWN = "", _("Unknown")
