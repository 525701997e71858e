"""Pages of reports."""

from __future__ import annotations

from django.urls import path

from desk import report_views

app_name = "reports"
urlpatterns = [
    path("", report_views.day_report, name="day"),
]
