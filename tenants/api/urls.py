"""The platform's own API."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from tenants.api.views import CompanyView

_router = SimpleRouter(use_regex_path=False)
_router.register("companies", CompanyView, basename="company")
urlpatterns = _router.urls
