"""String statuses of campaigns."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    """Dials nobody new; calls that are up go on."""
    STOPPING = "stopping", _("Stopping")
    """As paused, until the last call has ended."""
    STOPPED = "stopped", _("Stopped")
