"""Notices of a disk for recordings that is filling up, for those who can act: once a day, while it lasts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tenants.utils import get_public_schema_name, schema_context

from accounts.choices import Role
from accounts.notice_kinds import NoticeKind
from accounts.notices import do_notify, people_with
from campaigns.choices import RecordingMode
from campaigns.models import Campaign
from telephony.recording_room import FULL, LOW, recording_room
from tenants.rounds import for_each
from tenants.selectors import active_schemas

KINDS = (
    NoticeKind(
        "recordings.low",
        _("Little room is left for recordings"),
        _("When it is used up, calls go on without being recorded."),
        "alert-triangle",
        "wrap",
    ),
    NoticeKind(
        "recordings.full",
        _("There is no room left for recordings"),
        _("Calls go on, but they are not recorded."),
        "alert-triangle",
        "bad",
    ),
)


def tell_of_room() -> None:
    """Tell global admins, and the masters of companies that record."""
    state = recording_room().state
    if state not in {LOW, FULL}:
        return
    with schema_context(get_public_schema_name()):
        do_notify(people_with(Role.GLOBAL_ADMIN), code=f"recordings.{state}", key=f"recordings.{state}")
    for_each(active_schemas(), lambda _schema: _tell_masters(state))


def _tell_masters(state: str) -> None:
    if Campaign.objects.exclude(recording=RecordingMode.NONE).exists():
        do_notify(
            people_with(Role.MASTER), code=f"recordings.{state}", key=f"recordings.{state}", view="calls:recordings"
        )
