"""API of a company's site and of the platform's."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from telephony.api.numbers import CallerIdViewSet, InboundNumberViewSet
from telephony.api.trunks import TestCallViewSet, TrunkViewSet
from telephony.api.views import NodeView, PlatformSwitchView, SwitchView

_platform = SimpleRouter(use_regex_path=False)
_platform.register("trunks", TrunkViewSet, basename="platform-trunks")
_platform.register("test-calls", TestCallViewSet, basename="platform-test-calls")
_platform.register("company-caller-ids", CallerIdViewSet, basename="platform-caller-ids")
_platform.register("company-numbers", InboundNumberViewSet, basename="platform-inbound-numbers")

urlpatterns: list[URLPattern | URLResolver] = [path("switch/", SwitchView.as_view(), name="switch")]
platform_urls: list[URLPattern | URLResolver] = [
    path("switch/", PlatformSwitchView.as_view(), name="platform-switch"),
    path("nodes/<slug:node>/", NodeView.as_view(), name="platform-node"),
    path("", include(_platform.urls)),
]
