"""What integrators read that takes several apps to tell."""

from __future__ import annotations

from django.urls import path

from desk.api.call_history import ContactHistoryView, TimelineView
from desk.api.exports import CallExportView, ContactExportView
from desk.api.statistics import LiveStatisticsView, StatisticsView
from desk.api.statistics_export import StatisticsExportView, StatisticsWorkbookView
from desk.api.status import StatusView

urlpatterns = [
    path("calls/<uuid:pk>/timeline/", TimelineView.as_view(), name="api-call-timeline"),
    path("contacts/<int:pk>/history/", ContactHistoryView.as_view({"get": "list"}), name="api-contact-history"),
    path("exports/calls.csv", CallExportView.as_view({"get": "list"}), name="api-export-calls"),
    path("exports/contacts.csv", ContactExportView.as_view({"get": "list"}), name="api-export-contacts"),
    path("exports/statistics.csv", StatisticsExportView.as_view(), name="api-export-statistics"),
    path("exports/statistics.xlsx", StatisticsWorkbookView.as_view(), name="api-export-statistics-workbook"),
    path("statistics/", StatisticsView.as_view(), name="api-statistics"),
    path("statistics/live/", LiveStatisticsView.as_view(), name="api-statistics-live"),
    path("status/", StatusView.as_view(), name="api-status"),
]
