"""The API's description as it is served: drawn once per process, site, language and form."""

from __future__ import annotations

import threading
from typing import ClassVar

from django.conf import settings
from django.http import HttpResponse
from django.utils.encoding import force_bytes
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

_SITE = "@site@"
"""Stands where the way to the site goes: ``/c/acme`` for a company that is found by path."""


class SchemaView(SpectacularAPIView):
    """The same for everybody who may read it, and 0.4 s of work: so it is kept.

    One draws at a time: drf-spectacular imports what it may need while it draws, and threads that did so together found
    modules half made.
    """

    _drawing: ClassVar = threading.Lock()
    _drawn: ClassVar[dict[tuple[str, str, str], bytes]] = {}

    def handle_exception(self, exc: Exception) -> Response:
        """A problem is JSON, in whatever form the description was asked for."""
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = "application/json"
        return super().handle_exception(exc)

    def _get_schema_response(self, request: Request) -> HttpResponse:
        renderer = request.accepted_renderer
        language = get_language() or ""
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        key = (str(self.urlconf), language, renderer.media_type)
        with self._drawing:
            if key not in self._drawn:
                generator = self.generator_class(urlconf=self.urlconf)
                schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
                schema["servers"] = [{"url": _SITE}]
                self._drawn[key] = force_bytes(renderer.render(schema, renderer.media_type, {}))
        prefix = getattr(request, "site_prefix", "") or "/"
        name = self._get_filename(request, "")  # type: ignore[no-untyped-call]
        return HttpResponse(
            self._drawn[key].replace(_SITE.encode(), prefix.encode()),
            content_type=f"{renderer.media_type}; charset=utf-8",
            headers={"Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline"},
        )
