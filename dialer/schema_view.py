"""The API's description as it is served: drawn once per process, site and language."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.http import HttpResponse
from django.utils.encoding import force_bytes
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

_SITE = "@site@"
"""Stands where the way to the site goes: ``/c/acme`` for a company that is found by path."""
_FORMS = (OpenApiYamlRenderer, OpenApiJsonRenderer)


class SchemaView(SpectacularAPIView):
    """The same for everybody who may read it, and 0.4 s of work: so it is kept.

    One draws at a time: drf-spectacular imports what it may need while it draws, and threads that did so together found
    modules half made.
    """

    any_key = True
    _drawing: ClassVar = threading.Lock()
    _drawn: ClassVar[dict[tuple[str, str], Mapping[str, bytes]]] = {}

    @classmethod
    def drawn(cls, urlconf: str, language: str) -> Mapping[str, bytes]:
        """Give the description of a site by its form, ``yaml`` and ``json``."""
        key = (urlconf, language)
        with cls._drawing:
            if key not in cls._drawn:
                with override(language):
                    generator = cls.generator_class(urlconf=urlconf)
                    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
                    schema["servers"] = [{"url": _SITE}]
                    cls._drawn[key] = {
                        form.format: force_bytes(form().render(schema, form.media_type, {})) for form in _FORMS
                    }
            return cls._drawn[key]

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
        content = self.drawn(self.urlconf or settings.ROOT_URLCONF, language)[renderer.format]
        prefix = getattr(request, "site_prefix", "") or "/"
        name = self._get_filename(request, "")  # type: ignore[no-untyped-call]
        return HttpResponse(
            content.replace(_SITE.encode(), prefix.encode()),
            content_type=f"{renderer.media_type}; charset=utf-8",
            headers={"Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline"},
        )
