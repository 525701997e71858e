"""What every request to the API goes through, on both sites: who calls, how often, and whether he has called before."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from accounts.api import tokens
from accounts.api.authentication import Credential
from accounts.exceptions import InvalidTokenError
from accounts.models import User
from common.errors import DomainError
from integrations import keys
from integrations.api import limits, repetition
from integrations.exceptions import RateLimitedError
from tenants.api.problems import is_api, refusal
from tenants.request import SiteRequest

Handler = Callable[[HttpRequest], HttpResponseBase]
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'}


class ApiMiddleware:
    """After the session's: a token or key takes the place of whoever is logged in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        site = cast(SiteRequest, request)
        try:
            credential = _credential(site)
        except InvalidTokenError as error:
            uses = limits.count(limits.quotas(schema=site.schema, kind="address", ident=_address(site)))
            return _limited(request, uses) or refusal(request, error, _CHALLENGE | limits.headers(uses))
        if credential is not None:
            site.api_credential = credential  # type: ignore[attr-defined]
            site.user = credential.user
        kind, ident = _caller(site, credential)
        uses = limits.count(limits.quotas(schema=site.schema, kind=kind, ident=ident))
        response = _limited(request, uses) or self._once(site, kind, ident)
        for name, value in limits.headers(uses).items():
            response.headers[name] = value
        patch_vary_headers(response, ("Authorization",))
        return response

    def _once(self, request: SiteRequest, kind: str, ident: str) -> HttpResponseBase:
        if request.method != "POST" or repetition.HEADER not in request.headers or kind == "address":
            return self.get_response(request)
        try:
            taken = repetition.take(request, schema=request.schema, ident=ident)
        except DomainError as error:
            return refusal(request, error, {"Retry-After": "1"} if error.retryable else None)
        if not isinstance(taken, repetition.Taken):
            return taken
        try:
            response = self.get_response(request)
        except BaseException:
            repetition.let_go(taken)
            raise
        repetition.keep(taken, response)
        return response


def _credential(request: SiteRequest) -> Credential | None:
    """Read ``Authorization: Bearer``. Raises InvalidTokenError."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or not value.strip():
        raise InvalidTokenError
    if value.startswith(keys.START):
        key, user = keys.user_of(value.strip())
        return Credential("key", f"key:{key.pk}", user)
    user = tokens.user_of(value.strip())
    return Credential("token", f"person:{user.pk}", user)


def _caller(request: SiteRequest, credential: Credential | None) -> tuple[str, str]:
    if credential is not None:
        return credential.kind, credential.ident
    if isinstance(request.user, User):
        return "session", f"session:{request.user.pk}"
    return "address", _address(request)


def _address(request: HttpRequest) -> str:
    return f"address:{request.META.get('REMOTE_ADDR', '')}"


def _limited(request: HttpRequest, uses: list[limits.Use]) -> HttpResponseBase | None:
    over = limits.exceeded(uses)
    if over is None:
        return None
    error = RateLimitedError(seconds=over.resets_s)
    return refusal(request, error, {"Retry-After": str(over.resets_s), **limits.headers(uses)})
