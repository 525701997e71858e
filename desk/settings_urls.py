"""Pages of the company's settings."""

from __future__ import annotations

from django.urls import path

from desk import settings_views

app_name = "settings"
urlpatterns = [
    path("", settings_views.company, name="company"),
    path("campaigns/", settings_views.campaign_defaults, name="campaigns"),
    path("history/", settings_views.history, name="history"),
    path("pauses/new/", settings_views.pause_new, name="pause-new"),
    path("pauses/<int:reason_id>/", settings_views.pause_edit, name="pause-edit"),
    path("pauses/<int:reason_id>/delete/", settings_views.pause_delete, name="pause-delete"),
]
