"""Pages of contact lists."""

from __future__ import annotations

from django.urls import path

from contacts import list_bulk, views

app_name = "contacts"
urlpatterns = [
    path("", views.contact_lists, name="lists"),
    path("chosen/delete/", list_bulk.delete, name="chosen-delete"),
    path("upload/", views.upload, name="upload"),
    path("imports/<int:import_id>/", views.show_import, name="import"),
    path("imports/<int:import_id>/confirm/", views.confirm, name="import-confirm"),
    path("imports/<int:import_id>/read-again/", views.read_again, name="import-read-again"),
    path("imports/<int:import_id>/cancel/", views.cancel, name="import-cancel"),
    path("imports/<int:import_id>/refused.csv", views.download_refused, name="import-refused"),
]
