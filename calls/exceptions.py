from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NotConnectedError(DomainError):
    code = "call_not_connected"
    http_status = 409
    message = _("Only a call that an operator has taken gets a disposition.")


class NotYoursError(DomainError):
    code = "not_your_call"
    http_status = 403
    message = _("This call is not yours, or you have taken another one since.")


class UnknownDispositionError(DomainError):
    code = "unknown_disposition"
    message = _("There is no such disposition.")


class CallEndedError(DomainError):
    code = "call_ended"
    http_status = 409
    message = _("The call has ended already.")


class DispositionTakenError(DomainError):
    code = "disposition_taken"
    http_status = 409
    message = _("A disposition with this code already exists.")
