"""Pages that put the other apps together."""

from __future__ import annotations

from django.urls import path

from desk import shift_views, views

app_name = "desk"
urlpatterns = [
    path("wallboard/", views.wallboard, name="wallboard"),
    path("shift/", shift_views.shift, name="shift"),
    path("shift/start/", shift_views.start, name="shift-start"),
    path("shift/end/", shift_views.end, name="shift-end"),
    path("shift/pause/", shift_views.pause, name="shift-pause"),
    path("shift/resume/", shift_views.resume, name="shift-resume"),
    path("shift/finish-wrap-up/", shift_views.finish_wrap_up, name="shift-finish-wrap-up"),
    path("shift/hang-up/", shift_views.hang_up, name="shift-hang-up"),
    path("shift/calls/<uuid:call_id>/disposition/", shift_views.dispose, name="shift-dispose"),
]
