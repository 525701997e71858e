"""Pages of contacts."""

from __future__ import annotations

from django.urls import path

from desk import contact_bulk, contact_views

app_name = "directory"
urlpatterns = [
    path("", contact_views.contact_list, name="contacts"),
    path("chosen/suppress/", contact_bulk.suppress, name="chosen-suppress"),
    path("<int:contact_id>/", contact_views.contact_page, name="contact"),
    path("<int:contact_id>/suppress/", contact_views.suppress, name="suppress"),
]
