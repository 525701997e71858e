"""The page of messages: what people hear, to listen to, to upload and to delete; and the preview of scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.page_access import for_masters, for_supervisors
from calls.recording_wav import read_wav
from calls.sound_responses import player_response
from campaigns import announcements, script
from campaigns.choices import AnnouncementUse
from campaigns.models import Announcement
from campaigns.script_sample import sample_for
from common.errors import DomainError
from contacts.uploads import uploaded_file
from tenants.request import CompanyRequest


class AnnouncementForm(forms.Form):
    """A sound with its name and purpose. Saves nothing: the view calls the action."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    use = forms.ChoiceField(label=gettext_lazy("What for"), choices=AnnouncementUse.choices)
    file = forms.FileField(label=gettext_lazy("Sound"), allow_empty_file=True, widget=forms.FileInput)


@require_http_methods(["GET", "POST"])
@for_supervisors
def message_list(request: CompanyRequest) -> HttpResponse:
    """All messages, the platform's own too; masters upload."""
    form = AnnouncementForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if not _person(request).is_master:
            raise PermissionDenied
        status = 422
        if form.is_valid() and _add(request, form):
            messages.success(request, _("The message is there. Listen to it, then choose it in a campaign."))
            return redirect("campaigns:messages")
    found, users = Announcement.objects.order_by("use", "name"), announcements.users_of_each()
    context = {
        "rows": [*_defaults(), *(_row(one, users.get(one.pk, [])) for one in found)],
        "form": form,
        "max_bytes": announcements.MOST_BYTES,
        "longest": announcements.LONGEST_S,
    }
    return render(request, "campaigns/messages.html", context, status=status)


@require_GET
@for_supervisors
def message_audio(request: CompanyRequest, announcement_id: int) -> HttpResponseBase:
    announcement = get_object_or_404(Announcement, pk=announcement_id)
    return _sound(request, lambda: announcements.file_of(announcement), announcement.path)


@require_GET
@for_supervisors
def default_audio(request: CompanyRequest) -> HttpResponseBase:
    """The platform's own sound for a use, "nobody is free" where none is named."""
    use = request.GET.get("use", AnnouncementUse.NO_OPERATOR)
    return _sound(request, lambda: announcements.default_file(use), use)


@require_POST
@for_masters
def message_delete(request: CompanyRequest, announcement_id: int) -> HttpResponse:
    announcement = get_object_or_404(Announcement, pk=announcement_id)
    try:
        announcements.do_delete_announcement(announcement, acting_user=_person(request))
        messages.success(request, _("The message is deleted."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("campaigns:messages")


@require_POST
@for_masters
def script_preview(request: CompanyRequest) -> HttpResponse:
    """The script as it is typed, filled in for a customer of the chosen lists."""
    list_ids = [int(pk) for pk in request.POST.getlist("lists") if pk.isdecimal() and len(pk) < 19]
    sample = sample_for(list_ids, campaign=request.POST.get("name", ""), company=str(request.company))
    text = request.POST.get("script", "")[:20_000]
    context = {
        "parts": script.parts(text, sample.values),
        "unknown": script.unknown_fields(text, sample.columns),
        "name": sample.name,
    }
    return render(request, "campaigns/_script_preview.html", context)


def _add(request: CompanyRequest, form: AnnouncementForm) -> bool:
    """Store the upload; a refusal becomes the form's error."""
    values = form.cleaned_data
    try:
        data = b"".join(uploaded_file(request).chunks())
        announcements.do_add_announcement(
            name=values["name"], use=values["use"], data=data, acting_user=_person(request)
        )
    except DomainError as refusal:
        field = "name" if refusal.code.startswith("name_") else "use" if refusal.code == "unknown_use" else "file"
        form.add_error(None if refusal.http_status == 403 else field, str(refusal))
        return False
    return True


def _row(announcement: Announcement, users: list[str]) -> dict[str, Any]:
    return {
        "own": announcement,
        "name": announcement.name,
        "use": announcement.get_use_display(),
        "seconds": announcement.seconds,
        "users": users,
        "url": reverse("campaigns:message-audio", args=[announcement.pk]),
    }


def _defaults() -> list[dict[str, Any]]:
    rows = []
    for use in announcements.DEFAULTS:
        try:
            seconds = read_wav(announcements.default_file(use)).seconds
        except (OSError, ValueError):
            continue  # not delivered here: the switch has it, we can't play it
        rows.append(
            {
                "name": _("The platform’s own"),
                "use": AnnouncementUse(use).label,
                "seconds": seconds,
                "url": f"{reverse('campaigns:message-default')}?use={use}",
            }
        )
    return rows


def _sound(request: CompanyRequest, find: Any, tag: str) -> HttpResponseBase:
    try:
        file: Path = find()
        return player_response(request, file, tag=tag)
    except FileNotFoundError as error:
        raise Http404 from error


def _person(request: CompanyRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
