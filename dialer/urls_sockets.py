"""WebSocket addresses, below a company's host or its ``/c/<slug>/`` as well as on the platform's own site."""

from __future__ import annotations

from typing import Any, cast

from django.urls import URLPattern, path, re_path

from live.consumer import LiveConsumer, refuse

# Django's types know of HTTP views only; Channels' URLRouter takes any ASGI application.
urlpatterns: list[URLPattern] = [
    path("ws/live/", cast(Any, LiveConsumer.as_asgi())),
    re_path(r"", cast(Any, refuse)),
]
