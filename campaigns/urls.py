"""Pages of campaigns, but for one campaign's own (desk.campaign_urls)."""

from __future__ import annotations

from django.urls import path

from campaigns import announcement_views, detection_views, list_bulk, views

urlpatterns = [
    path("", views.campaign_list, name="list"),
    path("new/", views.create, name="create"),
    path("chosen-lists/attach/", list_bulk.attach, name="chosen-lists-attach"),
    path("chosen-lists/detach/", list_bulk.detach, name="chosen-lists-detach"),
    path("messages/", announcement_views.message_list, name="messages"),
    path("messages/<int:announcement_id>/audio/", announcement_views.message_audio, name="message-audio"),
    path("messages/<int:announcement_id>/delete/", announcement_views.message_delete, name="message-delete"),
    path("messages/default/audio/", announcement_views.default_audio, name="message-default"),
    path("script-preview/", announcement_views.script_preview, name="script-preview"),
    path("<int:campaign_id>/detection/", detection_views.detection, name="detection"),
    path("<int:campaign_id>/edit/", views.edit, name="edit"),
    path("<int:campaign_id>/start/", views.start, name="start"),
    path("<int:campaign_id>/pause/", views.pause, name="pause"),
    path("<int:campaign_id>/stop/", views.stop, name="stop"),
]
