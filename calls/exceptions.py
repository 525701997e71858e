from __future__ import annotations

from collections.abc import Mapping

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


class FieldsMissingError(DomainError):
    """``fields``: what is missing, each with its sentences; ``params`` name the disposition and all of them."""

    code = "fields_missing"
    http_status = 422
    message = _("Still missing for “%(disposition)s”: %(missing)s.")

    def __init__(self, fields: Mapping[str, list[str]], **params: object) -> None:
        super().__init__(**params)
        self.fields = dict(fields)


class CallEndedError(DomainError):
    code = "call_ended"
    http_status = 409
    message = _("The call has ended already.")


class DispositionTakenError(DomainError):
    code = "disposition_taken"
    http_status = 409
    message = _("A disposition with this code already exists.")


class UnknownVerdictError(DomainError):
    code = "unknown_verdict"
    message = _("An answer was a person's or a machine's.")


class NoRecordingError(DomainError):
    code = "no_recording"
    http_status = 404
    message = _("This call has no recording.")


class RecordingRunsError(DomainError):
    code = "recording_runs"
    http_status = 409
    retryable = True
    message = _("The call is still being recorded. Wait until it has ended.")


class NoReasonError(DomainError):
    code = "reason_missing"
    message = _("Say why: the reason stays where the recording was.")


class DeletionFailedError(DomainError):
    code = "deletion_failed"
    http_status = 500
    retryable = True
    message = _("The file could not be deleted: %(reason)s. Nothing was changed; try again, or call the platform.")


class ListeningOverError(DomainError):
    code = "listening_over"
    http_status = 403
    message = _("This player is too old. Open the recording again.")


class RetentionRangeError(DomainError):
    code = "retention_range"
    message = _("Recordings are kept for 1 to %(most)s days, or until they are deleted.")


class ConsultRunningError(DomainError):
    code = "consult_running"
    http_status = 409
    message = _("Finish the consultation first.")


class NoConsultError(DomainError):
    code = "no_consult"
    http_status = 409
    message = _("Nobody is being consulted now.")


class ShortcutTakenError(DomainError):
    code = "shortcut_taken"
    http_status = 409
    message = _("“%(name)s” has this key already.")


class ShortcutShapeError(DomainError):
    code = "shortcut_shape"
    message = _("A key is one digit or one letter.")


class RequiredFieldNameError(DomainError):
    code = "required_field_name"
    message = _("At most ten fields, each with a name of up to 40 characters.")


class ZoneInUseError(DomainError):
    code = "zone_in_use"
    http_status = 409
    message = _("The time zone can't change any more: days are counted in it since the first call.")
