"""API of both sites (the session) and of a company's (its people)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from accounts.api.activity import ActivityView
from accounts.api.notices import NoticeView
from accounts.api.people import PeopleView
from accounts.api.session import SessionView
from accounts.api.token_views import RefreshView, RevokeView, TokenView

_own = SimpleRouter(use_regex_path=False)
_own.register("notices", NoticeView, basename="api-notices")
session_urls: list[URLPattern | URLResolver] = [
    path("activity/", ActivityView.as_view({"get": "list"}), name="api-activity"),
    path("session/", SessionView.as_view(), name="session"),
    path("token/", TokenView.as_view(), name="token"),
    path("token/refresh/", RefreshView.as_view(), name="token-refresh"),
    path("token/revoke/", RevokeView.as_view(), name="token-revoke"),
    *_own.urls,
]

_router = SimpleRouter(use_regex_path=False)
_router.register("people", PeopleView, basename="person")
urlpatterns: list[URLPattern | URLResolver] = [*session_urls, *_router.urls]
