"""String statuses of people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do. Global admins exist in the public schema only, the others in a company's only."""

    MASTER = "master", _("Master")
    SUPERVISOR = "supervisor", _("Supervisor")
    OPERATOR = "operator", _("Operator")
    GLOBAL_ADMIN = "global_admin", _("Global admin")


COMPANY_ROLES = (Role.MASTER, Role.SUPERVISOR, Role.OPERATOR)
