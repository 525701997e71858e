"""Playing, downloading and deleting the recording of a call; all recordings' troubles and how long they are kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from redis.exceptions import RedisError

from accounts.models import User
from accounts.page_access import for_masters, for_roles, for_supervisors
from calls import recording_actions, recording_files
from calls.models import Call, Recording
from calls.recording_files import OutsideError
from calls.recording_rounds import FolderReport, read_report
from calls.recording_troubles import last_troubles
from calls.recording_wav import NotSoundError, peaks
from calls.selectors import calls_visible_to
from calls.sound_responses import download_response, player_response
from common.errors import DomainError
from live.redis import client
from telephony.recording_room import recording_room
from tenants.active import active_schema
from tenants.request import CompanyRequest

log = logging.getLogger(__name__)

PEOPLE = ("master", "supervisor", "operator")
TROUBLES_SHOWN = 100
_PEAKS = 160
_MOST_DIGITS = 6


@require_POST
@for_roles(*PEOPLE)
def play(request: CompanyRequest, call_id: UUID) -> HttpResponse:
    """Open the player: who listens is written down here, once; the sound itself comes in parts from `audio`."""
    call, user = _call(request, call_id)
    try:
        recording_actions.check_may_hear(call, user)
        row = recording_actions.kept_recording(call.pk)
        shape = peaks(_file(row), _PEAKS)  # nobody has listened to what can't be read
        ticket = recording_actions.do_open_player(call, acting_user=user)
    except DomainError as refusal:
        status = 403 if refusal.http_status == 403 else 422
        return render(request, "calls/_player.html", {"refusal": str(refusal)}, status=status)
    except (OSError, OutsideError, NotSoundError):
        return render(request, "calls/_player.html", {"refusal": _("The file can't be read now.")}, status=422)
    context = {"call": call, "recording": row, "ticket": ticket, "peaks": ",".join(map(str, shape))}
    return render(request, "calls/_player.html", context)


@require_GET
@for_roles(*PEOPLE)
def audio(request: CompanyRequest, call_id: UUID) -> HttpResponseBase:
    """The sound, in the parts that the player asks for, for the person who opened it."""
    call, user = _call(request, call_id)

    def answer() -> HttpResponseBase:
        row = recording_actions.check_ticket(request.GET.get("t", ""), call, user)
        return player_response(request, _file(row), tag=row.sha256)

    return _sent(answer)


@require_GET
@for_roles(*PEOPLE)
def download(request: CompanyRequest, call_id: UUID) -> HttpResponseBase:
    """The recording as a file; written down."""
    call, user = _call(request, call_id)

    def answer() -> HttpResponseBase:
        recording_actions.check_may_hear(call, user)
        _file(recording_actions.kept_recording(call.pk)).stat()  # nobody has downloaded what isn't there
        row = recording_actions.do_download(call, acting_user=user)
        return download_response(_file(row), name=file_name(call), tag=row.sha256)

    return _sent(answer)


@require_POST
@for_masters
def delete(request: CompanyRequest, call_id: UUID) -> HttpResponse:
    call, user = _call(request, call_id)
    try:
        recording_actions.do_delete_recording(call, reason=request.POST.get("reason", ""), acting_user=user)
        messages.success(request, _("The recording is deleted. What remains is this record of it."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("calls:detail", call.pk)


@require_GET
@for_supervisors
def recordings(request: CompanyRequest) -> HttpResponse:
    """What went wrong with recordings, the room for them, and how long they are kept."""
    context: dict[str, Any] = {
        "troubles": last_troubles(TROUBLES_SHOWN),
        "room": recording_room(),
        "report": _report(),
        "days": request.company.recording_days,
    }
    return render(request, "calls/recordings.html", context)


@require_POST
@for_masters
def retention(request: CompanyRequest) -> HttpResponse:
    """Set how long recordings are kept."""
    typed = request.POST.get("days", "").strip()
    assert isinstance(request.user, User)
    try:
        days = None if request.POST.get("keep") == "always" else _whole(typed)
        due = recording_actions.do_set_retention(days, acting_user=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("calls:recordings")
    messages.success(request, _("Saved."))
    if due:
        text = ngettext(
            "%(count)d recording is older than that and will be deleted tonight.",
            "%(count)d recordings are older than that and will be deleted tonight.",
            due,
        )
        messages.warning(request, text % {"count": due})
    return redirect("calls:recordings")


def _whole(typed: str) -> int:
    """The number that was typed; 0, which is refused, for what is none, or none that Python reads."""
    return int(typed) if typed.isdecimal() and len(typed) <= _MOST_DIGITS else 0


def file_name(call: Call) -> str:
    """``2026-11-23 12-00 +5511987654321.wav``, in the company's time."""
    at = timezone.localtime(call.answered_at or call.created_at)
    return f"{at:%Y-%m-%d %H-%M} {call.number}.wav"


def _call(request: CompanyRequest, call_id: UUID) -> tuple[Call, User]:
    assert isinstance(request.user, User)
    return get_object_or_404(calls_visible_to(request.user), pk=call_id), request.user


def _file(row: Recording) -> Path:
    return recording_files.file_of(active_schema(), row.path)


def _sent(answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer with the sound, or say in plain text why not: a player reads no pages."""
    try:
        return answer()
    except DomainError as refusal:
        return HttpResponse(str(refusal), status=refusal.http_status, content_type="text/plain; charset=utf-8")
    except (FileNotFoundError, OutsideError):
        return HttpResponse(_("The file isn't there."), status=404, content_type="text/plain; charset=utf-8")
    except OSError as error:  # the disk, or the folder's rights: the platform's affair
        log.error("a recording can't be read: %s", error)  # noqa: TRY400
        return HttpResponse(_("The file can't be read now."), status=503, content_type="text/plain; charset=utf-8")


def _report() -> FolderReport | None:
    try:
        return read_report(client(), active_schema())
    except RedisError:
        return None
