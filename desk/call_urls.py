"""Pages of calls."""

from __future__ import annotations

from django.urls import path

from calls import recording_views
from desk import call_page, call_views, callback_bulk, disposition_views

app_name = "calls"
urlpatterns = [
    path("", call_views.call_list, name="list"),
    path("<uuid:call_id>/", call_page.call_page, name="detail"),
    path("<uuid:call_id>/recording/play/", recording_views.play, name="recording-play"),
    path("<uuid:call_id>/recording/audio/", recording_views.audio, name="recording-audio"),
    path("<uuid:call_id>/recording/file/", recording_views.download, name="recording-file"),
    path("<uuid:call_id>/recording/delete/", recording_views.delete, name="recording-delete"),
    path("callbacks/", callback_bulk.callback_list, name="callbacks"),
    path("callbacks/chosen/cancel/", callback_bulk.cancel, name="callbacks-chosen-cancel"),
    path("callbacks/chosen/assign/", callback_bulk.assign, name="callbacks-chosen-assign"),
    path("dispositions/", disposition_views.disposition_list, name="dispositions"),
    path("dispositions/new/", disposition_views.new, name="disposition-new"),
    path("dispositions/<int:disposition_id>/", disposition_views.edit, name="disposition-edit"),
    path("dispositions/<int:disposition_id>/move/", disposition_views.move, name="disposition-move"),
    path("dispositions/<int:disposition_id>/toggle/", disposition_views.toggle, name="disposition-toggle"),
    path("recordings/", recording_views.recordings, name="recordings"),
    path("recordings/retention/", recording_views.retention, name="retention"),
]
