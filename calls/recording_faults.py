"""Why there is no recording, or no whole one: codes in Recording.detail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DISK_FULL = "disk_full"
NOT_STARTED = "not_started"
SWITCH = "switch:"
"""What the switch said follows."""
NO_FILE = "no_file"
NO_FOLDER = "no_folder"
EMPTY = "empty"
NOT_SOUND = "not_sound"
UNREADABLE = "unreadable:"
"""What the operating system said follows."""
CUT_OFF = "cut_off"
"""Kept, but the switch died or ran out of disk while it wrote: the file's header was mended."""
SHORT = "short"
"""Kept, but much shorter than the call: what a full disk leaves (the switch closes such a file properly)."""
VANISHED = "vanished"

_WORDS = {
    DISK_FULL: gettext_lazy("The disk for recordings was full: the call was made unrecorded."),
    NOT_STARTED: gettext_lazy("The switch reported no recording of this call."),
    NO_FILE: gettext_lazy("The switch recorded the call, but no file came."),
    NO_FOLDER: gettext_lazy("The folder of recordings could not be read."),
    EMPTY: gettext_lazy("The file holds no sound."),
    NOT_SOUND: gettext_lazy("The file is not a sound file."),
    CUT_OFF: gettext_lazy("The recording breaks off: the switch could not finish writing it."),
    SHORT: gettext_lazy("The recording is much shorter than the call: the disk was full, or the sound was missing."),
    VANISHED: gettext_lazy("The file was there and is gone; nobody deleted it here."),
}


def words(detail: str) -> str:
    """Say a fault in the active language."""
    if detail in _WORDS:
        return str(_WORDS[detail])
    if detail.startswith(SWITCH):
        return _("The switch could not record: %(reason)s") % {"reason": detail.removeprefix(SWITCH).strip() or "—"}
    if detail.startswith(UNREADABLE):
        return _("The file can't be read: %(reason)s") % {"reason": detail.removeprefix(UNREADABLE).strip()}
    return detail
