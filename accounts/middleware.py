"""Sessions bound to their schema."""

from __future__ import annotations

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase


def session_cookie_name(schema: str) -> str:
    """The cookie of one schema's session: two companies on one host never share one."""
    return f"session_{schema}"


class SchemaSessionMiddleware(SessionMiddleware):
    """Keeps each schema's session under a cookie of its own name, in that schema's own table.

    A session key of one company presented to another is looked up in a table where it does not exist.
    """

    def process_request(self, request: HttpRequest) -> None:
        key = request.COOKIES.get(session_cookie_name(request.schema))  # type: ignore[attr-defined]
        request.session = self.SessionStore(key)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # Django's middleware reads and writes the cookie named in the settings; move it to ours, in and out.
        from django.conf import settings  # noqa: PLC0415

        if not hasattr(request, "schema") or not hasattr(request, "session"):
            return response
        name = session_cookie_name(request.schema)
        if name in request.COOKIES:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = request.COOKIES[name]
        assert isinstance(response, HttpResponse) or hasattr(response, "cookies")
        answered: HttpResponse = super().process_response(request, response)  # type: ignore[arg-type,assignment]
        if morsel := answered.cookies.pop(settings.SESSION_COOKIE_NAME, None):
            answered.cookies[name] = morsel.value
            for attribute, value in morsel.items():
                answered.cookies[name][attribute] = value
        return answered
