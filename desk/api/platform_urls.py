"""The platform's own API: what takes several apps to tell."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from desk.api.platform_logs import LogsView
from desk.api.platform_people import PlatformPeopleView
from desk.api.platform_status import CompanyFiguresView, PlatformStatusView

_router = SimpleRouter(use_regex_path=False)
_router.register("directory", PlatformPeopleView, basename="platform-directory")
urlpatterns = [
    path("status/", PlatformStatusView.as_view(), name="platform-status"),
    path("logs/", LogsView.as_view(), name="platform-logs"),
    path("companies/<int:pk>/figures/", CompanyFiguresView.as_view(), name="platform-company-figures"),
    *_router.urls,
]
