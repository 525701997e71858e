"""Pages about the API, on both sites: to try it, and the meaning of every error."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import yesno
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.choices import Role
from accounts.page_access import for_roles
from common.errors import DomainError
from screens.escape import escaped
from tenants.request import SiteRequest

_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")


@dataclass(frozen=True, slots=True)
class Meaning:
    code: str
    status: int
    message: object
    retryable: bool

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase

    @property
    def words(self) -> str:
        """The message, with what it is filled with in angle quotes: ‹name›."""
        return _PLACEHOLDER.sub(r"‹\1›", str(self.message))


# What the framework and the middleware answer by themselves.
_COMMON = (
    Meaning("invalid", 400, _("The input is wrong; “errors” names each field."), retryable=False),
    Meaning("parse_error", 400, _("The body can’t be read as what it says it is."), retryable=False),
    Meaning("bad_request", 400, _("The request makes no sense."), retryable=False),
    Meaning("not_authenticated", 401, _("Nothing says who is asking."), retryable=False),
    Meaning("permission_denied", 403, _("The role doesn’t allow this."), retryable=False),
    Meaning("csrf_failed", 403, _("A session writes with its X-CSRFToken only."), retryable=False),
    Meaning("not_found", 404, _("There is nothing at this address."), retryable=False),
    Meaning("unknown_company_address", 404, _("There is no company at this address."), retryable=False),
    Meaning("method_not_allowed", 405, _("The method doesn’t exist at this address."), retryable=False),
    Meaning("not_acceptable", 406, _("There is no answer in the form asked for."), retryable=False),
    Meaning("body_too_large", 413, _("The body is larger than is taken here."), retryable=False),
    Meaning("unsupported_media_type", 415, _("Bodies of this form are not read here."), retryable=False),
    Meaning("server_error", 500, _("Something went wrong on our side."), retryable=False),
    Meaning("too_slow", 503, _("The answer took too long to work out; ask for less at once."), retryable=True),
    Meaning("unavailable", 503, _("A part of the platform does not answer at the moment."), retryable=True),
)


@require_safe
@for_roles(*Role.values)
def try_it(request: SiteRequest) -> HttpResponse:
    """Swagger UI over the site's own description, in the session of whoever looks."""
    return render(request, "api/try.html", {"schema_url": f"{reverse('api_schema')}?format=json"})


@require_safe
def errors(request: SiteRequest) -> HttpResponse:
    """Every code that the API may answer; where the ``type`` of a problem leads."""
    return render(request, "api/errors.html", {"rows": _rows(get_language() or "")})


@lru_cache(maxsize=8)
def _rows(language: str) -> SafeString:
    """Draw all errors in a language, which is the active one: they are the same for everybody."""
    found = {one.code: one for one in (*_of_domain(DomainError), *_COMMON)}
    labels = {name: escaped(gettext(name)) for name in ("Status", "Meaning", "Worth another try")}
    return mark_safe("\n".join(_row(found[code], labels) for code in sorted(found)))  # noqa: S308  escaped


def _row(one: Meaning, labels: dict[str, str]) -> str:
    return (
        f'<tr id="{escaped(one.code)}"><td class="mono brk">{escaped(one.code)}</td>'
        f'<td class="nw" data-l="{labels["Status"]}">{one.status} {escaped(one.title)}</td>'
        f'<td class="cell-wide" data-l="{labels["Meaning"]}">{escaped(one.words)}</td>'
        f'<td data-l="{labels["Worth another try"]}">{escaped(yesno(one.retryable))}</td></tr>'
    )


def _of_domain(root: type[DomainError]) -> Iterator[Meaning]:
    for error in root.__subclasses__():
        if "code" in vars(error) and not inspect.isabstract(error):
            yield Meaning(str(error.code), error.http_status, error.message, retryable=error.retryable)
        yield from _of_domain(error)
