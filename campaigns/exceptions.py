from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NoListError(DomainError):
    code = "no_list"
    http_status = 409
    message = _("Attach a contact list to the campaign before it starts.")


class LastListError(DomainError):
    code = "last_list"
    http_status = 409
    message = _(
        "The campaign “%(name)s” is running, and this is its last list. Add another first, or pause the campaign."
    )


class WrongCampaignStateError(DomainError):
    code = "wrong_state"
    http_status = 409
    message = _("A campaign that is %(state)s can't do this.")


class NameTakenError(DomainError):
    code = "name_taken"
    http_status = 409
    message = _("Another campaign has this name.")


class ListInUseError(DomainError):
    code = "list_in_use"
    http_status = 409
    message = _("The list “%(name)s” belongs to another campaign.")


class UnknownListError(DomainError):
    code = "unknown_list"
    message = _("There is no such contact list.")


class UnknownOperatorError(DomainError):
    code = "unknown_operator"
    message = _("There is no such operator.")


class UnknownCampaignError(DomainError):
    code = "unknown_campaign"
    http_status = 404
    message = _("There is no campaign “%(name)s”.")


class NoSuchCampaignError(DomainError):
    code = "unknown_campaign"
    http_status = 404
    message = _("There is no such campaign.")


class NoAnnouncementNameError(DomainError):
    code = "name_missing"
    message = _("Give the message a name.")


class AnnouncementNameTakenError(DomainError):
    code = "name_taken"
    http_status = 409
    message = _("Another message has this name.")


class UnknownUseError(DomainError):
    code = "unknown_use"
    message = _("Say what the message is for.")


class AnnouncementInUseError(DomainError):
    code = "announcement_in_use"
    http_status = 409
    message = _("The message is used by: %(campaigns)s. Choose another one there first.")


class SoundRefusedByUsError(DomainError):
    """A file that can't become a message."""

    code = "not_audio"
    http_status = 422
    message = _("This isn't a sound file that we can read. Save it as WAV, MP3, FLAC or Ogg Vorbis and send it again.")


class SoundTooShortError(SoundRefusedByUsError):
    code = "too_short"
    message = _("The recording is shorter than half a second.")


class SoundTooLongError(SoundRefusedByUsError):
    code = "too_long"
    message = _("The recording is longer than %(seconds)s seconds.")


class SilentSoundError(SoundRefusedByUsError):
    code = "silent"
    message = _("There is no sound in the recording. Was the microphone on?")


class SoundTooLargeError(SoundRefusedByUsError):
    code = "file_too_large"
    http_status = 413
    message = _("The file is larger than %(megabytes)s MB. Save it as MP3, or shorten it.")


class NoRoomForSoundError(SoundRefusedByUsError):
    code = "disk_full"
    http_status = 507
    retryable = True
    message = _("There is no room on the disk for the file. Nothing was kept; try again later.")


def refusal_of_sound(code: str, *, seconds: int) -> SoundRefusedByUsError:
    """Give the refusal for a code of campaigns.sound_conversion.SoundRefusedError."""
    kinds = {kind.code: kind for kind in (SoundTooShortError, SoundTooLongError, SilentSoundError)}
    return kinds.get(code, SoundRefusedByUsError)(seconds=seconds)


class WrongMessageUseError(DomainError):
    code = "wrong_message_use"
    message = _("The message “%(name)s” is meant for something else.")


class AnnouncementGoneError(DomainError):
    code = "announcement_gone"
    http_status = 409
    message = _("The file of the message “%(name)s” is gone. Upload it again under another name, and choose that one.")


class NoMachineMessageError(DomainError):
    code = "no_machine_message"
    message = _("Message left on machines: choose one of your own, or have machines hung up on. There is no default.")


class DetectionRangeError(DomainError):
    code = "detection_range"
    message = _("%(detail)s")


class CallbackTimeError(DomainError):
    code = "callback_time"
    message = _("Choose a time from now on, within the next 90 days.")


class CallbackNotOpenError(DomainError):
    code = "callback_not_open"
    http_status = 409
    message = _("This callback is being made, or is over.")


class UnknownPhoneError(DomainError):
    code = "unknown_phone"
    message = _("This phone can't be called.")


class CampaignNotRunningError(DomainError):
    code = "campaign_not_running"
    http_status = 409
    message = _("The campaign isn't running now.")


class ManualNotAllowedError(DomainError):
    code = "manual_not_allowed"
    http_status = 403
    message = _("Numbers can't be dialed by hand in this campaign.")


class NotPreviewError(DomainError):
    code = "not_preview"
    http_status = 409
    message = _("In this campaign contacts aren't seen before they are dialed.")


class NumberRefusedError(DomainError):
    """``detail``: why, in words."""

    code = "number_refused"
    message = _("This number can't be dialed: %(detail)s")


class DoNotCallError(DomainError):
    code = "do_not_call"
    http_status = 409
    message = _("This number isn't to be called any more.")


class NoRateError(DomainError):
    code = "no_rate"
    http_status = 409
    message = _("There is no price for this destination. Ask the platform's team.")


class LimitReachedError(DomainError):
    code = "limit_reached"
    http_status = 409
    retryable = True
    message = _("The company has no free channel now. Try again in a moment.")


class ContactBusyError(DomainError):
    code = "contact_busy"
    http_status = 409
    message = _("This contact is being called by somebody else.")


class NobodyLeftError(DomainError):
    code = "nobody_left"
    http_status = 409
    retryable = True
    message = _("There is nobody to call now.")


class NoPreviewError(DomainError):
    code = "no_preview"
    http_status = 409
    message = _("There is no contact in front of you, or its time is over.")


class NoNodeError(DomainError):
    code = "no_node"
    http_status = 503
    retryable = True
    message = _("The switch is away: no call can be made now.")


class NoTrunkError(DomainError):
    code = "no_trunk"
    http_status = 409
    retryable = True
    message = _("No trunk is up that this company may use. The platform's administrators are the ones to ask.")


class LinesBusyError(DomainError):
    code = "lines_busy"
    http_status = 409
    retryable = True
    message = _("All lines are taken at this moment. Try again in a few seconds.")


class UnknownCallerIdError(DomainError):
    code = "unknown_caller_id"
    message = _("The company has no such caller ID. Its numbers are given by the platform's administrators.")


class UnknownNumberError(DomainError):
    code = "unknown_number"
    http_status = 404
    message = _("The company has no such number.")


class DefaultRefusedError(DomainError):
    """``field`` and ``reason`` are in words."""

    code = "default_refused"
    message = _("“%(field)s”: %(reason)s")
