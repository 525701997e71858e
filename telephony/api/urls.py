"""API of a company's site and of the platform's."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from telephony.api.views import PlatformSwitchView, SwitchView

urlpatterns: list[URLPattern | URLResolver] = [path("switch/", SwitchView.as_view(), name="switch")]
platform_urls: list[URLPattern | URLResolver] = [path("switch/", PlatformSwitchView.as_view(), name="platform-switch")]
