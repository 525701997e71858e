from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NotAllowedError(DomainError):
    code = "not_allowed"
    http_status = 403
    message = _("Your role doesn't allow this.")
