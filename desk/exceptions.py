from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class LiveStateAwayError(DomainError):
    code = "live_state_away"
    http_status = 503
    retryable = True
    message = _("The dialer can’t be reached now. Try again in a moment.")


class NoCallError(DomainError):
    code = "no_call"
    http_status = 409
    message = _("There is no call on your desk.")


class UnknownTargetError(DomainError):
    code = "unknown_target"
    message = _("There is no such destination.")


class TargetBusyError(DomainError):
    code = "target_busy"
    http_status = 409
    retryable = True
    message = _("This colleague isn't free now.")


class NotRecordableError(DomainError):
    code = "not_recordable"
    http_status = 409
    message = _("In this campaign operators don't start or stop recordings.")
