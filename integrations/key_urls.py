"""Pages of API keys, below the company's settings."""

from __future__ import annotations

from django.urls import path

from integrations import key_pages, key_table

app_name = "api-keys"
urlpatterns = [
    path("", key_pages.key_list, name="list"),
    path("new/", key_pages.new, name="new"),
    path("chosen/revoke/", key_table.revoke, name="chosen-revoke"),
    path("<int:key_id>/", key_pages.made, name="made"),
    path("<int:key_id>/revoke/", key_pages.revoke, name="revoke"),
]
