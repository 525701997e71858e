"""Pages that put the other apps together."""

from __future__ import annotations

from django.urls import path

from desk import overview_views, shift_views, views

app_name = "desk"
urlpatterns = [
    path("overview/", overview_views.overview_page, name="overview"),
    path("wallboard/", views.wallboard, name="wallboard"),
    path("shift/", shift_views.shift, name="shift"),
]
