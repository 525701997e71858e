"""API of a company's site: its keys."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from integrations.api.key_views import ApiKeyView

_router = SimpleRouter(use_regex_path=False)
_router.register("api-keys", ApiKeyView, basename="api-key")
urlpatterns = [*_router.urls]
