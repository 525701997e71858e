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


class Direction(models.TextChoices):
    OUT = "out", _("Outgoing")
    IN = "in", _("Incoming")


class DialingMode(models.TextChoices):
    """How the call came about."""

    PREDICTIVE = "predictive", _("Predictive")
    PREVIEW = "preview", _("Preview")
    MANUAL = "manual", _("Manual")
    INBOUND = "inbound", _("Incoming")
    TRANSFER = "transfer", _("Outside transfer")
    """A leg: to a number outside, out of a conversation, whether by a transfer or asked first (calls.legs)."""


class AmdStatus(models.TextChoices):
    """What answering machine detection took the answer for; blank where it did not listen."""

    HUMAN = "human", _("Person")
    MACHINE = "machine", _("Answering machine")
    NOT_SURE = "notsure", _("Not sure")
    HANGUP = "hangup", _("Hung up meanwhile")


class StepKind(models.TextChoices):
    """What happened within a conversation, beside the instants that every call has."""

    HELD = "held", _("On hold")
    RESUMED = "resumed", _("Back from hold")
    TRANSFER = "transfer", _("Transferred")
    CONSULT = "consult", _("Consultation")
    CONFERENCE = "conference", _("Conference")
    RELEASED = "released", _("Operator left")
    RECONNECTED = "reconnected", _("Connected again")
    RECORDING = "recording", _("Recording")
    LISTEN = "listen", _("Supervisor listened")
    TAKEN_OVER = "taken_over", _("Taken over by the supervisor")
    AMD = "amd", _("Answering machine detection")
    AMD_CORRECTED = "amd_corrected", _("Detection corrected by the operator")
    FAILED = "failed", _("Not done")


class RecordingState(models.TextChoices):
    RECORDING = "recording", _("Being recorded")
    KEPT = "kept", _("Kept")
    MISSING = "missing", _("File missing")
    FAILED = "failed", _("Not recorded")
    DELETED = "deleted", _("Deleted")


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
    MACHINE = "machine", _("Answering machine")
    """Answered by a machine, which we left."""
    NOT_DIALED = "not_dialed", _("Not dialed")
    """Refused before dialing: the contact went back, no attempt was spent."""


DIALED_STATES = (CallState.DIALING, CallState.RINGING, CallState.WAITING, CallState.TALKING)


class HungUpBy(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    OPERATOR = "operator", _("Operator")
    DIALER = "dialer", _("Dialer")
    SWITCH = "switch", _("Switch")
    UNKNOWN = "", _("Unknown")
