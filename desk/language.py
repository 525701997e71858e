"""Choosing the language in the shell."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from accounts.actions import do_choose_language
from accounts.models import User
from tenants.request import SiteRequest

COOKIE_AGE_S = 365 * 86_400


@require_POST
def set_language(request: SiteRequest) -> HttpResponse:
    """Keep the choice as the person's own when somebody is logged in, and in a cookie of this browser for the rest."""
    language = request.POST.get("language", "")
    wanted = request.POST.get("next", "")
    inside = wanted.startswith(get_script_prefix()) and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    response = HttpResponseRedirect(wanted if inside else get_script_prefix())
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=COOKIE_AGE_S, samesite="Lax")
        if isinstance(request.user, User):
            do_choose_language(request.user, language=language)
    return response
