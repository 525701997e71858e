from django.urls import path

from desk.api import views

urlpatterns = [
    path("desk/", views.StateView.as_view(), name="api-desk"),
    path("desk/shift/start/", views.StartView.as_view(), name="api-desk-start"),
    path("desk/shift/end/", views.EndView.as_view(), name="api-desk-end"),
    path("desk/shift/pause/", views.PauseView.as_view(), name="api-desk-pause"),
    path("desk/shift/resume/", views.ResumeView.as_view(), name="api-desk-resume"),
    path("desk/shift/wrap-up/finish/", views.FinishWrapUpView.as_view(), name="api-desk-finish-wrap-up"),
    path("desk/shift/reloading/", views.ReloadingView.as_view(), name="api-desk-reloading"),
    path("desk/phone/take-over/", views.TakePhoneOverView.as_view(), name="api-desk-take-phone-over"),
]
