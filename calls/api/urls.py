from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from calls.api import recordings, views

router = SimpleRouter()
router.register("calls", views.CallViewSet, basename="api-call")
router.register("dispositions", views.DispositionViewSet, basename="api-disposition")
urlpatterns = [
    *router.urls,
    path("calls/<uuid:pk>/recording/", recordings.RecordingView.as_view(), name="api-recording"),
    path("calls/<uuid:pk>/recording/play/", recordings.RecordingPlayerView.as_view(), name="api-recording-play"),
    path("calls/<uuid:pk>/recording/file/", recordings.RecordingFileView.as_view(), name="api-recording-file"),
]
