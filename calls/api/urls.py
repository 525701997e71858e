from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from calls.api import recordings, views
from calls.api.company import CompanySettingsView
from calls.api.retention import RecordingListView, RetentionView

router = SimpleRouter()
router.register("calls", views.CallViewSet, basename="api-call")
router.register("dispositions", views.DispositionViewSet, basename="api-disposition")
urlpatterns = [
    *router.urls,
    path("company/", CompanySettingsView.as_view(), name="api-company"),
    path("recordings/", RecordingListView.as_view({"get": "list"}), name="api-recordings"),
    path("recordings/retention/", RetentionView.as_view(), name="api-recordings-retention"),
    path("calls/<uuid:pk>/recording/", recordings.RecordingView.as_view(), name="api-recording"),
    path("calls/<uuid:pk>/recording/play/", recordings.RecordingPlayerView.as_view(), name="api-recording-play"),
    path("calls/<uuid:pk>/recording/file/", recordings.RecordingFileView.as_view(), name="api-recording-file"),
]
