from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class BoardLimitRefusedError(DomainError):
    code = "board_limit_refused"
    message = _("This limit of the wallboard must be between %(least)d and %(most)d.")


class NoShiftError(DomainError):
    code = "no_shift"
    http_status = 409
    message = _("There is no open shift.")


class ShiftOpenError(DomainError):
    code = "shift_open"
    http_status = 409
    message = _("A shift is already open.")


class NoCampaignError(DomainError):
    code = "no_campaign"
    http_status = 409
    message = _("No campaign to work on. Ask your supervisor to assign you to one.")


class NotAssignedError(DomainError):
    code = "not_assigned"
    http_status = 403
    message = _("You are not assigned to this campaign.")


class SwitchAwayError(DomainError):
    code = "switch_away"
    http_status = 503
    retryable = True
    message = _("The telephone switch is away. Try again in a moment.")


class WrongStateError(DomainError):
    code = "wrong_state"
    http_status = 409
    message = _("This can't be done in the present state of the shift.")


class UnknownPauseReasonError(DomainError):
    code = "unknown_pause_reason"
    message = _("There is no such pause reason.")


class PauseReasonTakenError(DomainError):
    code = "pause_reason_taken"
    http_status = 409
    message = _("A pause reason with this code already exists.")


class ExtensionsExhaustedError(DomainError):
    code = "extensions_exhausted"
    http_status = 409
    message = _("All 999 extensions of this company are taken.")


class PhoneNotOpenError(DomainError):
    code = "phone_not_open"
    http_status = 409
    message = _("Your phone isn't connected. Open it first.")


class NotListeningError(DomainError):
    code = "not_listening"
    http_status = 409
    message = _("You aren't listening to this operator.")


class MandatoryPauseError(DomainError):
    code = "mandatory_pause"
    http_status = 409
    message = _("This is a mandatory pause (NR-17): only the operator may end it before its time is over.")


class NobodyOnShiftError(DomainError):
    code = "nobody_on_shift"
    http_status = 409
    message = _("Nobody is on shift who could read this.")


class EmptyMessageError(DomainError):
    code = "empty_message"
    message = _("Write something first.")


class NothingTakenError(DomainError):
    code = "nothing_taken"
    http_status = 409
    message = _("You have no customer who was taken over.")


class PauseTooShortError(DomainError):
    """``least`` and ``most`` minutes."""

    code = "pause_minutes"
    message = _("Give between %(least)s and %(most)s minutes: NR-17 (Annex II) sets the least for mandatory pauses.")


class PauseReasonFixedError(DomainError):
    code = "pause_reason_fixed"
    http_status = 409
    message = _("NR-17 asks for this pause: it can't be taken away.")
