"""String statuses of campaigns."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    """Dials nobody new; calls that are up go on."""
    STOPPING = "stopping", _("Stopping")
    """As paused, until the last call has ended."""
    STOPPED = "stopped", _("Stopped")


class Dialing(models.TextChoices):
    """How a campaign's calls come about."""

    PREDICTIVE = "predictive", _("Predictive: ahead of the operators")
    PREVIEW = "preview", _("Preview: the operator sees the contact first")
    MANUAL = "manual", _("Manual: only numbers that operators dial")


class RecordingMode(models.TextChoices):
    NONE = "none", _("No calls")
    ALL = "all", _("All calls")
    PERCENTAGE = "percentage", _("A share of the calls")
    ON_DEMAND = "on_demand", _("When the operator asks for it")


class AmdMode(models.TextChoices):
    OFF = "off", _("Off: every answer goes to an operator")
    HANG_UP = "hangup", _("Hang up on machines")
    MESSAGE = "message", _("Leave a message on machines")


class AmdPreset(models.TextChoices):
    """Named sets of AMD()'s arguments (campaigns.amd)."""

    BALANCED = "balanced", _("Balanced")
    CAREFUL = "careful", _("Careful: rather a machine to an operator than a person hung up on")
    FAST = "fast", _("Fast: decides early")
    CUSTOM = "custom", _("Own values")


class CallerIdRotation(models.TextChoices):
    FIXED = "fixed", _("The first one, always")
    ROUND_ROBIN = "round_robin", _("In turn")
    LOCAL = "local", _("Of the called area first, then in turn")


class AnnouncementUse(models.TextChoices):
    NO_OPERATOR = "no_operator", _("Nobody is free")
    MACHINE = "machine", _("Message on answering machines")
    RECORDING = "recording", _("The call is recorded")


class CallbackState(models.TextChoices):
    PENDING = "pending", pgettext_lazy("callback", "Pending")
    OFFERED = "offered", pgettext_lazy("callback", "Being called")
    DONE = "done", pgettext_lazy("callback", "Done")
    CANCELED = "canceled", pgettext_lazy("callback", "Canceled")
    MISSED = "missed", pgettext_lazy("callback", "Missed")
