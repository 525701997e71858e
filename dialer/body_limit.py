"""Refuses requests that are too large before anything reads them.

Django's ASGI handler spools a whole body to disk before any middleware or view is asked. So this stands before it: by
Content-Length at once, and by counting where there is none.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_supported_language_variant, override
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from common.errors import DomainError
from common.problems import MEDIA_TYPE, problem
from contacts.exceptions import DiskFullError, FileTooLargeError
from tenants.resolve import prefix_of

# ASGI's messages: asgiref types them as a union that Django's own handler doesn't fit.
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

USUAL_BYTES = 10_000_000
"""Enough for any form or API call that carries no mailing."""
LINGER_S = 5.0
"""How long a refused client may go on sending: to close on him at once would reset the connection, answer and all."""
UPLOAD_PATHS = ("/lists/upload/", "/api/v1/imports/")


class RequestTooLargeError(DomainError):
    code = "body_too_large"
    http_status = 413
    message = _("The body is larger than is taken here.")


class _BodyTooLargeError(Exception):
    pass


class BodyLimit:
    """ASGI middleware around the HTTP application. ``upload_bytes`` gives the limit of the upload paths."""

    def __init__(self, application: Application, *, upload_bytes: Callable[[], int]) -> None:
        self._application = application
        self._upload_bytes = upload_bytes

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        limit = self._upload_bytes() if scope["path"].endswith(UPLOAD_PATHS) else USUAL_BYTES
        if _declared_length(scope) > limit:
            await _refuse(scope, receive, send, _too_large(scope))
            return
        counted, tracked = _Counted(receive, limit), _Tracked(receive, send)
        try:
            await self._application(scope, counted, tracked)
        except _BodyTooLargeError:
            await tracked.refuse(scope, _too_large(scope))
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            await tracked.refuse(scope, DiskFullError())


class _Counted:
    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit

    async def __call__(self) -> Any:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise _BodyTooLargeError
        return message


class _Tracked:
    """Knows whether an answer has begun: then there is nothing more to say."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._has_begun = False

    async def __call__(self, message: Any) -> None:
        self._has_begun = True
        await self._send(message)

    async def refuse(self, scope: dict[str, Any], error: DomainError) -> None:
        if not self._has_begun:
            await _refuse(scope, self._receive, self._send, error)


def _declared_length(scope: dict[str, Any]) -> int:
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(value) if value.isdigit() else 0


def _too_large(scope: dict[str, Any]) -> DomainError:
    """Say what was too large: a file, or a body that carries none."""
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    is_file = scope["path"].endswith(UPLOAD_PATHS) or kind.lower().startswith(b"multipart/")
    return FileTooLargeError() if is_file else RequestTooLargeError()


def _language(scope: dict[str, Any]) -> str:
    """Give the language that the browser asks for: who it is nobody knows yet."""
    asked = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    for language, _weight in parse_accept_lang_header(asked.decode("latin-1")):
        with contextlib.suppress(LookupError):
            return get_supported_language_variant(language)
    return settings.LANGUAGE_CODE


async def _refuse(scope: dict[str, Any], receive: Receive, send: Send, error: DomainError) -> None:
    with override(_language(scope)):
        detail = str(error)
        # Elsewhere than at uploads it was a form, and the page has words for that itself.
        words = detail if scope["path"].endswith(UPLOAD_PATHS) else ""
        known = {"detail": words, "home": f"{prefix_of(scope['path'])}/"}
        page = render_to_string("413.html", known) if error.http_status == 413 else ""
    if "/api/" in scope["path"]:
        kind, text = (
            MEDIA_TYPE.encode(),
            json.dumps(
                problem(
                    status=error.http_status,
                    code=error.code,
                    detail=detail,
                    retryable=error.retryable,
                    instance=scope["path"],
                ),
                ensure_ascii=False,
            ),
        )
    else:
        kind, text = (b"text/html; charset=utf-8", page) if page else (b"text/plain; charset=utf-8", detail)
    body = text.encode()
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await _drain(receive)
    await send({"type": "http.response.body"})


async def _drain(receive: Receive) -> None:
    """Throw away what still comes, until the client has read his answer and stops."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while (await receive()).get("more_body"):
                pass
