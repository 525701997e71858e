"""Pages of both sites."""

from __future__ import annotations

from django.urls import path

from accounts import bulk_views, notice_views
from accounts.views import LoginView, LogoutView

urlpatterns = [
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("notices/", notice_views.panel, name="notices"),
    path("notices/count/", notice_views.count, name="notices_count"),
    path("notices/read/", notice_views.read_all, name="notices_read"),
    path("notices/follow/", notice_views.follow, name="notice_follow"),
    path("work/<int:run_id>/", bulk_views.show, name="work"),
    path("work/<int:run_id>/undo/", bulk_views.undo, name="work_undo"),
]
