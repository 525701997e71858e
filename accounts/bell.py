"""The bell of every page's top: how many notices are unread, and where they come when it is opened."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.notices import MOST_COUNTED
from screens.escape import escaped
from screens.fixed import address
from screens.marks import icon


def bell(user: User, unread: int) -> SafeString:
    """The button with its count, and the panel that is fetched when it is opened."""
    title, loading = escaped(_("Notices")), escaped(_("Loading"))
    return mark_safe(  # noqa: S308  words and addresses of the code's own
        f'<details class="menu bell" data-bell><summary class="icon-btn" title="{title}">'
        f"{icon('bell')}{bell_count(user, unread)}</summary>"
        f'<div class="menu-box"><div id="bell-panel" hx-get="{address("notices")}" hx-trigger="bell-opened" '
        'hx-swap="outerHTML"><p class="blank"><span class="spin" role="img" '
        f'aria-label="{loading}"></span></p></div></div></details>'
    )


def bell_count(user: User, unread: int) -> SafeString:
    """The count, which the page fetches anew when the person's notices change."""
    figure = f'<span class="cnt" aria-hidden="true">{min(unread, MOST_COUNTED)}</span>' if unread else ""
    if unread:
        words = ngettext("Notices: %(n)s unread", "Notices: %(n)s unread", unread) % {"n": unread}
    else:
        words = _("Notices: none unread")
    return mark_safe(  # noqa: S308  as above
        f'<span id="bell-count" data-refresh-on="notices.changed" data-refresh-key="user_id={user.pk}" '
        f'data-refresh-url="{address("notices_count")}">{figure}<span class="vh">{escaped(words)}</span></span>'
    )
