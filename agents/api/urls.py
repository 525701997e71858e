from django.urls import path

from agents.api import views

urlpatterns = [
    path("shift/", views.ShiftView.as_view(), name="api-shift"),
    path("shift/pause/", views.PauseView.as_view(), name="api-shift-pause"),
    path("shift/resume/", views.ResumeView.as_view(), name="api-shift-resume"),
    path("shift/finish-wrap-up/", views.FinishWrapUpView.as_view(), name="api-shift-finish-wrap-up"),
    path("shift/hangup/", views.HangUpView.as_view(), name="api-shift-hang-up"),
    path(
        "pause-reasons/",
        views.PauseReasonViewSet.as_view({"get": "list", "post": "create"}),
        name="api-pause-reasons",
    ),
    path(
        "pause-reasons/<int:pk>/",
        views.PauseReasonViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-pause-reason",
    ),
    path("operators/", views.OperatorViewSet.as_view({"get": "list"}), name="api-operators"),
    path("operators/<int:pk>/", views.OperatorViewSet.as_view({"get": "retrieve"}), name="api-operator"),
    path(
        "operators/<int:pk>/end-shift/",
        views.OperatorViewSet.as_view({"post": "end_shift"}),
        name="api-operator-end-shift",
    ),
]
