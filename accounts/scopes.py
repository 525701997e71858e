"""What an API key may reach: ``<family>:read`` and ``<family>:write``, declared once.

``write`` doesn't include ``read``: a key that fills lists need not read who is in them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """Beside the role, never instead of it: a key may do what its role may and its scopes name."""

    CAMPAIGNS_READ = "campaigns:read", _("Read campaigns and their figures")
    CAMPAIGNS_WRITE = "campaigns:write", _("Change and control campaigns")
    CONTACTS_READ = "contacts:read", _("Read lists, contacts and imports")
    CONTACTS_WRITE = "contacts:write", _("Upload lists, add and change contacts")
    CALLS_READ = "calls:read", _("Read calls, dispositions and callbacks")
    CALLS_WRITE = "calls:write", _("End calls, set dispositions, promise callbacks")
    RECORDINGS_READ = "recordings:read", _("Hear and download recordings")
    RECORDINGS_WRITE = "recordings:write", _("Delete recordings")
    PEOPLE_READ = "people:read", _("Read people and operators")
    PEOPLE_WRITE = "people:write", _("Create, change and deactivate people")
    SETTINGS_READ = "settings:read", _("Read the company's settings")
    SETTINGS_WRITE = "settings:write", _("Change the company's settings")
    STATISTICS_READ = "statistics:read", _("Read statistics")
    ACTIVITY_READ = "activity:read", _("Read the recent activity")
    STATUS_READ = "status:read", _("Read the state of the switch")
    INTEGRATIONS_READ = "integrations:read", _("Read API keys, webhooks and events")
    INTEGRATIONS_WRITE = "integrations:write", _("Change webhooks")
