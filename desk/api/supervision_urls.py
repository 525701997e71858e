from __future__ import annotations

from django.urls import path

from desk.api import board_views
from desk.api import supervision_views as views

urlpatterns = [
    path("supervision/", views.SupervisionView.as_view(), name="api-supervision"),
    path("supervision/board/", board_views.BoardLimitsView.as_view(), name="api-supervision-board"),
    path("supervision/phone/", views.PhoneView.as_view(), name="api-supervision-phone"),
    path("supervision/talks/", views.TalksView.as_view(), name="api-supervision-talks"),
    path("supervision/messages/", views.MessagesView.as_view(), name="api-supervision-messages"),
    path("supervision/listening/stop/", views.StopListeningView.as_view(), name="api-supervision-stop"),
    path("supervision/taken/hold/", views.TakenHoldView.as_view(), name="api-supervision-taken-hold"),
    path("supervision/taken/resume/", views.TakenResumeView.as_view(), name="api-supervision-taken-resume"),
    path("supervision/taken/hang-up/", views.TakenHangUpView.as_view(), name="api-supervision-taken-hang-up"),
    path("supervision/taken/disposition/", views.TakenDispositionView.as_view(), name="api-supervision-taken-dispose"),
    path("supervision/taken/settle/", views.TakenSettleView.as_view(), name="api-supervision-taken-settle"),
    path("supervision/operators/<int:pk>/", views.PanelView.as_view(), name="api-supervision-panel"),
    path("supervision/operators/<int:pk>/listen/", views.ListenView.as_view(), name="api-supervision-listen"),
    path("supervision/operators/<int:pk>/take-over/", views.TakeOverView.as_view(), name="api-supervision-take-over"),
    path("supervision/operators/<int:pk>/pause/", views.ForcePauseView.as_view(), name="api-supervision-pause"),
    path("supervision/operators/<int:pk>/free/", views.ForceFreeView.as_view(), name="api-supervision-free"),
]
