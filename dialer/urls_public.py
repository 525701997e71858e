"""The platform's own site: global admins."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from accounts.api.urls import session_urls
from desk import views
from desk.language import set_language
from desk.palette_views import palette
from dialer import site_errors
from dialer.outage import server_error_or_outage
from dialer.schema_view import SchemaView
from integrations.api.pages import errors, try_it
from telephony.api.urls import platform_urls
from tenants.api.permissions import IsGlobalAdmin

handler400 = site_errors.bad_request
handler403 = site_errors.permission_denied
handler404 = site_errors.not_found
handler500 = server_error_or_outage


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("desk.platform_urls")),
    path("", include("telephony.urls")),
    path("", views.home, name="home"),
    path("api/v1/", include(session_urls)),
    path("api/v1/", include("desk.api.platform_urls")),
    path("api/v1/", include(platform_urls)),
    path("api/v1/", include("tenants.api.urls")),
    path(
        "api/v1/schema/",
        SchemaView.as_view(urlconf=__name__, permission_classes=(IsGlobalAdmin,)),
        name="api_schema",
    ),
    path("api/v1/try/", try_it, name="api_try"),
    path("api/v1/errors/", errors, name="api_errors"),
    path("language/", set_language, name="set_language"),
    path("jump/", palette, name="palette"),
]
