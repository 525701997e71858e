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


class OwnAccessError(DomainError):
    code = "own_access"
    http_status = 409
    message = _("Nobody ends his own access.")


class PasswordSetError(DomainError):
    """No invitation for a person who has one already; a new password is asked for on his page."""

    code = "password_set"
    http_status = 409
    message = _("Has set a password already.")


class MailMissingError(DomainError):
    code = "mail_missing"
    http_status = 409
    message = _("No mail server is set up: make the link on the person’s page and hand it over.")


class NoOperatorError(DomainError):
    code = "no_operator"
    http_status = 409
    message = _("Only operators work on campaigns.")
