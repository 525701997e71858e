"""The cells of the table of API keys that are more than words."""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.choices import Role
from accounts.scopes import Scope
from common.clock import now
from common.moments import minute
from integrations.keys import ReadKey, is_valid
from screens.columns import Drawing
from screens.escape import escaped
from screens.links import addresses_of
from screens.times import timed


def name(_request: HttpRequest) -> Drawing:
    """The name, with the beginning by which the key is known."""

    def draw(key: ReadKey) -> str:
        return f'<b class="strong">{escaped(key.name)}</b><div class="micro muted mono">{escaped(key.prefix)}…</div>'

    return draw


def rights(_request: HttpRequest) -> Drawing:
    """As whom it acts, and its scopes."""
    words, roles = dict(Scope.choices), dict(Role.choices)

    def draw(key: ReadKey) -> str:
        scopes = " · ".join(escaped(words.get(one, one)) for one in key.scopes)
        return f'<span class="small">{escaped(roles[key.role])}</span><div class="micro muted">{scopes}</div>'

    return draw


def used(_request: HttpRequest) -> Drawing:
    time, never = timed(minute), escaped(_("never"))
    return lambda key: time(key.last_used_at) if key.last_used_at else never


def ends(_request: HttpRequest) -> Drawing:
    """Until when it is valid, or why it isn't any more."""
    at, time = now(), timed(minute)
    revoked, expired = escaped(pgettext("API key", "revoked")), escaped(pgettext("API key", "expired"))
    by_hand = escaped(_("revoked only by hand"))

    def draw(key: ReadKey) -> str:
        if key.revoked_at:
            return revoked
        if not is_valid(key, at):
            return expired
        return time(key.expires_at) if key.expires_at else by_hand

    return draw


def acts(request: HttpRequest) -> Drawing:
    """Revoking it, while it is valid."""
    at, address = now(), addresses_of("api-keys:revoke")
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    question, do = _("Revoke “%(name)s”?"), escaped(_("Revoke"))
    lost = escaped(_("The program that has it is refused at once. This can’t be undone."))

    def draw(key: ReadKey) -> str:
        if not is_valid(key, at):
            return ""
        url, asked = address(key.pk), escaped(question % {"name": key.name})
        return (
            f'<form method="post" action="{url}" hx-post="{url}" hx-target="body" hx-confirm="{asked}" '
            f'data-confirm-lost="{lost}" data-confirm-do="{do}">{token}'
            f'<button class="btn btn-stop btn-sm" type="submit">{do}</button></form>'
        )

    return draw
