"""The site of one company: pages and API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from desk import views
from desk.language import set_language
from desk.palette_views import palette
from dialer import site_errors
from dialer.outage import server_error_or_outage
from dialer.schema_view import SchemaView
from integrations.api.pages import errors, try_it

handler400 = site_errors.bad_request
handler403 = site_errors.permission_denied
handler404 = site_errors.not_found
handler500 = server_error_or_outage

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", views.home, name="home"),
    path("", include("desk.urls")),
    path("", include("desk.people_urls")),
    path("reports/", include("desk.report_urls")),
    path("settings/", include("desk.settings_urls")),
    path("settings/api-keys/", include("integrations.key_urls")),
    path("settings/webhooks/", include("integrations.webhooks.urls")),
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("agents.api.urls")),
    path("api/v1/", include("calls.api.urls")),
    path("api/v1/", include("campaigns.api.urls")),
    path("api/v1/", include("contacts.api.urls")),
    path("api/v1/", include("desk.api.urls")),
    path("api/v1/", include("desk.api.integrator_urls")),
    path("api/v1/", include("desk.api.supervision_urls")),
    path("api/v1/", include("integrations.api.urls")),
    path("api/v1/", include("integrations.api.webhook_urls")),
    path("api/v1/", include("telephony.api.urls")),
    path("api/v1/schema/", SchemaView.as_view(), name="api_schema"),
    path("api/v1/try/", try_it, name="api_try"),
    path("api/v1/errors/", errors, name="api_errors"),
    path("calls/", include("desk.call_urls")),
    path("campaigns/", include("desk.campaign_urls")),
    path("language/", set_language, name="set_language"),
    path("jump/", palette, name="palette"),
    path("lists/", include("contacts.urls")),
    path("lists/contacts/", include("desk.contact_urls")),
    path("numbers/", include("campaigns.number_urls")),
]
