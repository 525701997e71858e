"""Pages of calls."""

from __future__ import annotations

from django.urls import path

from desk import call_views

app_name = "calls"
urlpatterns = [path("", call_views.call_list, name="list")]
