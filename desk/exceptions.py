from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class LiveStateAwayError(DomainError):
    code = "live_state_away"
    http_status = 503
    retryable = True
    message = _("The dialer can’t be reached now. Try again in a moment.")
