"""A secret that was just made, handed to the page that the answer redirects to, and to no page after it.

A page that answers a POST by itself makes the thing anew at F5. So whoever makes a secret redirects, and the secret
waits in the session meanwhile: sealed, because sessions lie in the database; for a minute; until it is shown.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from common import sealing
from common.clock import now, to_us

KEPT = timedelta(minutes=1)
_PLACE = "shown_once"
_PURPOSE = "cadencia: what a page shows once, 1"


def hand_over(request: HttpRequest, what: str, secret: str) -> None:
    """Keep a secret for the next page about ``what``, as "key:5". Only one waits: the last."""
    sealed = sealing.seal(secret, key=settings.SECRET_KEY, purpose=_PURPOSE)
    request.session[_PLACE] = [what, to_us(now() + KEPT), sealed]


def take_over(request: HttpRequest, what: str) -> str:
    """Give the secret that waits for the page about ``what``, and forget it; "" where none does.

    A part of a page that is fetched anew (htmx) takes nothing: it would show it nowhere.
    """
    kept: Any = request.session.get(_PLACE)
    if not kept or request.headers.get("HX-Request"):
        return ""
    about, until_us, sealed = kept
    late = until_us < to_us(now())
    if about != what and not late:
        return ""
    del request.session[_PLACE]
    if late:
        return ""
    try:
        return sealing.unseal(sealed, key=settings.SECRET_KEY, purpose=_PURPOSE)
    except sealing.UnreadableSecretError:  # the platform's key was changed in between
        return ""


def keep_nowhere(response: HttpResponseBase) -> None:
    """Say that no cache may keep a page with a secret, so that going back asks for it anew."""
    response["Cache-Control"] = "no-store"
