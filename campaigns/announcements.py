"""The company's own sounds: uploaded, converted, heard, used by campaigns, deleted. All in the active schema.

Files: SOUNDS_DIR/company/<schema>/<name>.wav, which the switch sees as ``company/<schema>/<name>``.
"""

from __future__ import annotations

import errno
import os
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from campaigns.choices import AmdMode, AnnouncementUse, RecordingMode
from campaigns.exceptions import (
    AnnouncementGoneError,
    AnnouncementInUseError,
    AnnouncementNameTakenError,
    NoAnnouncementNameError,
    NoRoomForSoundError,
    SoundTooLargeError,
    UnknownUseError,
    refusal_of_sound,
)
from campaigns.models import Announcement, Campaign
from campaigns.sound_conversion import SoundRefusedError, convert
from common.plain import plain_line
from tenants.active import active_schema

MOST_BYTES = 8_000_000
LONGEST_S = 120
DEFAULTS: Mapping[str, str] = {
    AnnouncementUse.NO_OPERATOR: "cadencia/nobody-free",
    AnnouncementUse.RECORDING: "cadencia/recorded",
}
"""The platform's own sounds (asterisk/sounds). What to say to a machine only the company knows."""
_PATH = re.compile(r"company/([a-z][a-z0-9_]*)/[0-9a-f]{32}")
_FULL = {errno.ENOSPC, errno.EDQUOT}


def sound_of(announcement: Announcement | None, use: str) -> str:
    """The sound's name for the switch: the company's, else the platform's; "" where there is neither."""
    return announcement.path if announcement else DEFAULTS.get(use, "")


def check_playable(campaign: Campaign) -> None:
    """Raise AnnouncementGoneError for a message that the campaign would play and whose file is no longer there."""
    messages = [campaign.no_operator_message]
    if campaign.recording != RecordingMode.NONE and campaign.recording_is_announced:
        messages.append(campaign.recording_message)
    if campaign.amd == AmdMode.MESSAGE:
        messages.append(campaign.machine_message)
    for message in messages:
        if message is not None and not _file(message.path).is_file():
            raise AnnouncementGoneError(name=message.name)


def file_of(announcement: Announcement) -> Path:
    """The sound's file, within the company's own folder. Raises FileNotFoundError."""
    match = _PATH.fullmatch(announcement.path)
    if match is None or match.group(1) != active_schema():
        raise FileNotFoundError(announcement.path)
    return _file(announcement.path)


def default_file(use: str) -> Path:
    """The platform's own sound for a use, as it was delivered with the product. Raises FileNotFoundError."""
    name = DEFAULTS.get(use, "").removeprefix("cadencia/")
    file = settings.BASE_DIR / "asterisk" / "sounds" / f"{name}.wav"
    if not name or not file.is_file():
        raise FileNotFoundError(use)
    return Path(file)


def do_add_announcement(*, name: str, use: str, data: bytes, acting_user: User | None) -> Announcement:
    """Convert a file and keep it under a name.

    Raises NotAllowedError, NoAnnouncementNameError, AnnouncementNameTakenError, UnknownUseError, SoundTooLargeError,
    SoundRefusedError's refusals (campaigns.exceptions.refusal_of_sound), NoRoomForSoundError.
    """
    check_role(acting_user, Role.MASTER, scope=Scope.CAMPAIGNS_WRITE)
    name = plain_line(name)[:80]
    if not name:
        raise NoAnnouncementNameError
    if use not in AnnouncementUse.values:
        raise UnknownUseError
    if len(data) > MOST_BYTES:
        raise SoundTooLargeError(megabytes=MOST_BYTES // 1_000_000)
    try:
        sound = convert(data, longest_s=LONGEST_S)
    except SoundRefusedError as error:
        raise refusal_of_sound(error.code, seconds=LONGEST_S) from error
    path = f"company/{active_schema()}/{uuid4().hex}"
    _write(_file(path), sound.wav)
    try:
        with transaction.atomic():
            made = Announcement.objects.create(
                name=name, use=use, path=path, seconds=sound.seconds, created_by=acting_user
            )
            audit("announcement.added", made, acting_user=acting_user, name=name, use=use, seconds=str(sound.seconds))
    except IntegrityError as error:
        _file(path).unlink(missing_ok=True)
        raise AnnouncementNameTakenError from error
    return made


def do_delete_announcement(announcement: Announcement, *, acting_user: User | None) -> None:
    """Delete a sound that no campaign uses. Raises NotAllowedError, AnnouncementInUseError."""
    check_role(acting_user, Role.MASTER, scope=Scope.CAMPAIGNS_WRITE)
    with transaction.atomic():
        locked = Announcement.objects.select_for_update().get(pk=announcement.pk)
        if users := users_of(locked):
            raise AnnouncementInUseError(campaigns=", ".join(users))
        audit("announcement.deleted", locked, acting_user=acting_user, name=locked.name, use=locked.use)
        file = file_of(locked)
        try:
            locked.delete()
        except ProtectedError as error:  # a campaign took it in this moment
            raise AnnouncementInUseError(campaigns=", ".join(users_of(announcement))) from error
        transaction.on_commit(lambda: file.unlink(missing_ok=True))


def users_of(announcement: Announcement) -> list[str]:
    """Names of the campaigns that use a sound."""
    uses = Q(no_operator_message=announcement) | Q(recording_message=announcement) | Q(machine_message=announcement)
    return list(Campaign.objects.filter(uses).order_by("name").values_list("name", flat=True))


def users_of_each() -> dict[int, list[str]]:
    """As `users_of`, of every sound that is used, by its id; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    uses = ("no_operator_message_id", "recording_message_id", "machine_message_id")
    for name, *ids in Campaign.objects.order_by("name").values_list("name", *uses):
        for pk in {pk for pk in ids if pk is not None}:
            found[pk].append(name)
    return found


def _file(path: str) -> Path:
    return Path(settings.SOUNDS_DIR) / f"{path}.wav"


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: the switch may play it the next moment. Raises NoRoomForSoundError, OSError."""
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise NoRoomForSoundError from error
        raise
