"""The bell: how much is unread, what it holds, and reading it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import background, notices
from accounts.bell import bell_count
from accounts.choices import COMPANY_ROLES, Role
from accounts.models import Notice, User
from accounts.page_access import for_roles
from screens.paging import parse_key
from tenants.request import SiteRequest

_everybody = for_roles(*COMPANY_ROLES, Role.GLOBAL_ADMIN)


@require_GET
@never_cache
@_everybody
def count(request: SiteRequest) -> HttpResponse:
    person = _person(request)
    return HttpResponse(bell_count(person, notices.unread_count(person)))


@require_GET
@never_cache
@_everybody
def panel(request: SiteRequest) -> HttpResponse:
    """What runs in the background, then the latest notices."""
    return _panel(request)


@require_POST
@_everybody
def read_all(request: SiteRequest) -> HttpResponse:
    notices.do_read_all(acting_user=_person(request))
    if request.headers.get("HX-Request"):
        return _panel(request)
    return redirect("home")


@require_POST
@_everybody
def follow(request: SiteRequest) -> HttpResponse:
    """Mark a notice as read and go where it leads; to the person's first page when it isn't his, or that is gone."""
    notice_id = parse_key(Notice, request.POST.get("notice", "")[:20])
    notice = notices.do_read(notice_id, acting_user=_person(request)) if notice_id else None
    return redirect((notices.url_of(notice) if notice else "") or "home")


def _panel(request: SiteRequest) -> HttpResponse:
    person = _person(request)
    context = {"works": background.running(person), "notices": notices.latest(person)}
    return render(request, "screens/_bell_panel.html", context)


def _person(request: SiteRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
